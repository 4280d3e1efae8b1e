"""Danger to life is found first; what only sounds like it is not."""

from __future__ import annotations

import pytest

from domain.knowledge import ReadingKind
from knowledge.understanding import Understanding


@pytest.mark.parametrize(
    ("said", "topic"),
    [
        ("nó không thở nữa, môi tím ngắt", "urgent.overdose"),
        ("ban em soc thuoc bat tinh roi goi hoai khong day", "urgent.overdose"),
        ("chồng em ngáo đá đang cầm dao đòi chém cả nhà", "urgent.psychosis"),
        ("em muốn chết, không muốn sống nữa", "urgent.suicide"),
        ("e viet thu tuyet menh roi, tam biet moi nguoi", "urgent.suicide"),
        ("ba bắt con hút rồi đánh con, con sợ quá", "urgent.child"),
    ],
)
def test_danger_is_met_first(understanding: Understanding, said: str, topic: str) -> None:
    danger = understanding.danger(said)
    assert danger is not None
    assert danger.topic == topic
    reading = understanding.read(said)
    assert (reading.kind, reading.topic, reading.confirm) == (ReadingKind.URGENT, topic, not danger.sure)


@pytest.mark.parametrize(
    "said",
    [
        "mệt muốn chết, chạy lên xã ba lần chưa nộp được hồ sơ",
        "sốc thuốc là gì, em làm bài tập môn sinh",
        "đói gần chết mà căn tin trong trại bán mắc quá",
        "buồn cười muốn chết, cảm ơn ad",
        "cai nghiện tự nguyện mất bao lâu",
        "phim hôm qua có cảnh cầm dao ghê quá",
        "",
    ],
)
def test_what_only_sounds_like_danger_is_not(understanding: Understanding, said: str) -> None:
    assert understanding.danger(said) is None


def test_danger_is_found_anywhere_in_a_very_long_message(understanding: Understanding) -> None:
    calm = "Tôi muốn hỏi về việc đăng ký cai nghiện cho cháu tôi ở xã. " * 100
    assert len(calm) * 2 > 10_000
    assert understanding.danger(calm + "Nó không thở nữa, môi tím ngắt, bất tỉnh rồi. " + calm) is not None
    assert understanding.danger(calm + calm) is None


@pytest.mark.parametrize(
    "said",
    [
        *("xin chào", "em chào anh chị", "cảm ơn em nhé", "ok", "em nghĩ đã", "con em ngủ rồi", "chồng em đi làm"),
        *(
            "đúng rồi",
            "em muốn hỏi về thuốc",
            "khong hieu",
            "ba em mất rồi",
            "tối nay",
            "cho em hỏi xíu",
            "mai em nhắn",
        ),
    ],
)
def test_what_is_said_in_every_chat_is_no_danger(understanding: Understanding, said: str) -> None:
    assert understanding.danger(said) is None


@pytest.mark.parametrize("said", ["nó không thở", "em muốn chết", "nó cầm dao", "ba danh con, con so lam", "soc thuoc"])
def test_danger_in_a_few_words_is_met(understanding: Understanding, said: str) -> None:
    assert understanding.danger(said) is not None
