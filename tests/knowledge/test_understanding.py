"""What a message is understood as."""

from __future__ import annotations

import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.knowledge import ReadingKind, TopicKind
from knowledge.catalogue import KnowledgeBase
from knowledge.evaluation import evaluate, helped, read_questions
from knowledge.understanding import Understanding
from tests.conftest import MODEL_CACHE

SAMPLE = Path(__file__).parents[1] / "data" / "sample-questions.tsv"
WORDS = [
    "con",
    "toi",
    "16",
    "tuoi",
    "cai",
    "nghien",
    "ma",
    "tuy",
    "da",
    "o",
    "nha",
    "khong",
    "tho",
    "115",
    "12345",
    "zzqx",
    "lop",
    "9",
    "muon",
    "chet",
]
SHARED = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("Đăng ký cai nghiện tại nhà nộp ở đâu?", "home.register"),
        ("dang ky cai tai nha can giay to gi", "home.documents"),
        ("cai bắt buộc bao lâu thì được về", "compulsory.duration"),
        ("uong methadone co mat tien ko", "methadone.cost"),
        ("bi bat choi da phat bao nhieu tien", "use.penalty"),
        ("lái xe bị thử ra ma túy có bị tước bằng không", "rights.driving"),
        ("Xét nghiệm HIV ở đâu, tôi từng dùng chung kim", "health.hiv"),
        ("xoa het du lieu cua toi di", "hotline.delete_data"),
        ("gọi lại cho tôi với", "hotline.callback"),
        ("đi thăm nuôi con trong trại được gửi đồ gì", "facility.visit"),
    ],
)
def test_common_questions_reach_their_topic(understanding: Understanding, question: str, topic: str) -> None:
    reading = understanding.read(question)
    assert topic in (reading.topic, *reading.choices)


@pytest.mark.parametrize(
    "question", ["Mai Cao Lãnh có mưa không?", "giá vàng hôm nay", "cach nau pho bo", "con mèo nhà em bỏ ăn"]
)
def test_what_is_not_ours_is_declined(understanding: Understanding, question: str) -> None:
    assert understanding.read(question).kind is ReadingKind.NONE


def test_buying_drugs_is_refused_and_never_offered(understanding: Understanding) -> None:
    assert understanding.read("bán cho em nửa chấm đá, ship tận nơi").kind is ReadingKind.REFUSAL


@pytest.mark.parametrize("nothing", ["", "   ", "\n\n", "?!…", "😀👍", "\u200b\u200e", "ـــ"])
def test_a_message_without_words_is_nothing(understanding: Understanding, nothing: str) -> None:
    reading = understanding.read(nothing)
    assert (reading.kind, reading.topic, reading.choices) == (ReadingKind.NONE, None, ())


def test_a_follow_up_uses_the_last_topic(understanding: Understanding) -> None:
    alone = understanding.read("còn giấy tờ thì sao?")
    after = understanding.read("còn giấy tờ thì sao?", "home.register")
    assert "home.documents" in (after.topic, *after.choices)
    assert alone != after
    assert "facility.documents" in (
        (reading := understanding.read("còn giấy tờ thì sao?", "facility.register")).topic,
        *reading.choices,
    )


def test_danger_is_not_looked_for_twice(understanding: Understanding) -> None:
    said = "nó không thở nữa, môi tím ngắt"
    assert understanding.read(said).kind is ReadingKind.URGENT
    assert understanding.read(said, calm=True).kind is not ReadingKind.URGENT
    assert understanding.read("cai o dau", calm=True) == understanding.read("cai o dau")


def test_an_unknown_last_topic_is_ignored(understanding: Understanding) -> None:
    assert understanding.read("còn tiền thì sao", "gone.topic") == understanding.read("còn tiền thì sao")


def test_two_clear_questions_in_one_message_are_both_found(understanding: Understanding) -> None:
    reading = understanding.read(
        "Cho tôi hỏi cai nghiện bắt buộc kéo dài bao lâu? Uống methadone mỗi tháng hết bao nhiêu tiền?"
    )
    assert {"compulsory.duration", "methadone.cost"} & {reading.topic, reading.second, *reading.choices}


def test_concepts_say_what_was_asked_not_by_whom(understanding: Understanding) -> None:
    concepts = understanding.read("con trai tôi 16 tuổi nghiện đá, xin học nghề ở đâu").concepts
    assert concepts == tuple(sorted(concepts))
    assert not [concept for concept in concepts if concept.startswith(("kin", "age", "self", "sign", "calm", "else"))]


@SHARED
@given(text=st.text(max_size=400))
def test_reading_never_raises_and_keeps_its_promises(
    understanding: Understanding, base: KnowledgeBase, text: str
) -> None:
    reading = understanding.read(text)
    assert 0 <= reading.score <= 1
    assert len(reading.choices) <= 3
    for topic in reading.choices:
        assert base.topics[topic].kind in (TopicKind.ANSWER, TopicKind.ACTION)
        assert topic in base.entries
    assert understanding.read(text) == reading


@SHARED
@given(text=st.text(alphabet="aăâđeêioôơuưyáàảãạấầẩẫậếềểễệốồổỗộnghthkcmtrvb 12?.", max_size=150))
def test_composed_and_decomposed_text_are_read_alike(understanding: Understanding, text: str) -> None:
    decomposed = unicodedata.normalize("NFD", text)
    assert understanding.read(decomposed) == understanding.read(unicodedata.normalize("NFC", text))
    assert understanding.danger(decomposed) == understanding.danger(text)


@SHARED
@given(
    words=st.lists(
        st.sampled_from(WORDS),
        max_size=30,
    )
)
def test_judging_finds_the_places_of_exactly_the_features(understanding: Understanding, words: list[str]) -> None:
    extractor, model = understanding._extractor, understanding._model
    concepts = extractor.concepts(words)
    features = extractor.features(words, concepts)
    known = {model.vocabulary[feature] for feature in features if feature in model.vocabulary}
    places = understanding._judged.places(words, concepts)
    assert set(places) == known
    assert len(places) == len(known)


def test_marks_are_judged_as_they_were_learned(understanding: Understanding) -> None:
    extractor, model = understanding._extractor, understanding._model
    words = extractor.lexicon.folder.words_of("môi nó tím ngắt, không thở")
    features = extractor.features(words, extractor.concepts(words))
    assert "'tím" in features
    assert set(understanding._judged.places(words, extractor.concepts(words))) == {
        model.vocabulary[feature] for feature in features if feature in model.vocabulary
    }


@pytest.mark.parametrize("said", ["nó không thở nữa, môi tím ngắt", "cai ở đâu", "mệt quá", "", "ngày mai " * 900])
def test_a_message_whose_danger_was_looked_for_is_read_as_one_that_was_not(
    understanding: Understanding, said: str
) -> None:
    alone, calm = understanding.read(said), understanding.read(said, calm=True)
    danger = understanding.danger(said)
    assert (danger is not None) == (alone.kind is ReadingKind.URGENT)
    assert understanding.read(said) == alone
    understanding.danger(said)
    assert understanding.read(said, calm=True) == calm


def test_what_was_judged_and_never_read_does_not_pile_up(
    understanding: Understanding, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("knowledge.understanding.MOST_WAITING", 3)
    understanding._looked_at.clear()
    for number in range(10):
        understanding.danger(f"cai ở đâu {number}")
    assert len(understanding._looked_at) == 3
    understanding.read("cai ở đâu 9")
    assert len(understanding._looked_at) == 2


def test_reading_takes_no_more_than_in_proportion_to_the_length(understanding: Understanding) -> None:
    """Of this process alone, whatever else the machine does: forty times the words, far from 1,600 times the work."""

    def work(times: int) -> float:
        text = "Nhà tôi ở xã, con tôi đi học xa, hôm qua tôi lên xã hỏi. " * times
        started = time.process_time()
        for _ in range(400 // times):
            understanding.read(text)
        return time.process_time() - started

    work(10)
    assert work(400) < 10 * work(10)


def test_a_fresh_and_a_cached_model_read_alike(base: KnowledgeBase, understanding: Understanding) -> None:
    again = Understanding.load(base, MODEL_CACHE)
    for question in ("cai o dau", "nó tím tái rồi", "giá vàng", "còn tiền thì sao"):
        assert again.read(question) == understanding.read(question)


def test_a_damaged_cache_file_is_replaced(
    base: KnowledgeBase, understanding: Understanding, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / f"understanding-{base.content_hash}.npz").write_bytes(b"PK\x03\x04 not a model")
    monkeypatch.setattr("knowledge.training.learn", lambda *_: understanding._model)
    Understanding.load(base, tmp_path)
    monkeypatch.setattr("knowledge.training.learn", lambda *_: pytest.fail("trained although a good model was there"))
    assert Understanding.load(base, tmp_path).read("cai o dau") == understanding.read("cai o dau")


def test_sample_questions_are_understood_as_well_as_before(understanding: Understanding) -> None:
    total = evaluate(understanding, read_questions([SAMPLE])).total
    assert helped(total) >= 0.87
    assert total.dangers_met == total.dangers
    assert total.false_alarms <= 1


def test_evaluating_twice_gives_the_same_figures(understanding: Understanding) -> None:
    asked = read_questions([SAMPLE])
    assert evaluate(understanding, asked) == evaluate(understanding, asked)
