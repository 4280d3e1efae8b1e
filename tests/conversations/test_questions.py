"""What citizens ask and what they read, on every channel."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.dispatcher import commands, is_bare_command
from domain.clock import local_date
from domain.knowledge import Reading, ReadingKind
from hotline.wiring import Product
from tests.citizen import Citizen, Clock
from tests.conversations.conftest import NewCitizen
from texts import Texts, vietnamese

texts: Texts = vietnamese()


async def counters(product: Product) -> dict[tuple[str, str], int]:
    today = local_date(product.clock())
    async with product.database.reading() as uow:
        found = await uow.counters.list_between(today - timedelta(days=40), today)
    total: dict[tuple[str, str], int] = {}
    for (_, _, measure, topic), value in found.items():
        total[measure, topic] = total.get((measure, topic), 0) + value
    return total


async def test_the_greeting_says_who_answers_and_that_no_name_is_needed(citizen: Citizen) -> None:
    await citizen.says("/start")
    who, kept, *_ = citizen.last_reply.splitlines()
    assert "tự động" in who and "không cần nói tên" in who
    assert "được xóa" in kept and "bản nháp" in kept
    assert "115" in citizen.last_reply
    assert 1 <= len(citizen.choices) <= 5


@pytest.mark.parametrize("greeting", ["xin chào", "Xin chao ạ!", "alo", "MENU", "/menu", "chào ad"])
async def test_a_greeting_alone_is_greeted(citizen: Citizen, greeting: str) -> None:
    await citizen.says(greeting)
    assert citizen.last_reply.startswith(("Chào", "Anh/chị muốn hỏi")) or "không cần nói tên" in citizen.last_reply


@pytest.mark.parametrize("command", ["/menu", "/start", "/help\n", "/xoadulieu"])
async def test_danger_behind_a_command_is_answered_and_not_the_command(citizen: Citizen, command: str) -> None:
    await citizen.says(f"{command} con em nằm im re, môi tím ngắt, gọi không dậy")
    assert citizen.last_reply.startswith("Gọi 115")


@pytest.mark.parametrize(
    "question",
    [
        "Đăng ký cai nghiện tại nhà cho con ở đâu?",
        "dang ky cai nghien tai nha cho con o dau",
        "đăng kí cai nghiện tại nhà ở đâu ạ",
        "ddawng kys cai nghieenj taij nhaf owr ddaau",
    ],
)
async def test_any_spelling_gets_the_same_dated_answer_with_its_article(citizen: Citizen, question: str) -> None:
    await citizen.says(question)
    assert "Công an cấp xã" in citizen.last_reply
    assert "Điều 89" in citizen.last_reply
    assert "Nghị định 163/2026/NĐ-CP" in citizen.last_reply
    assert texts("answer.verified", on="22/11/2026") in citizen.last_reply
    assert texts("answer.draft") in citizen.last_reply


async def test_details_and_related_topics_are_one_press_away(citizen: Citizen) -> None:
    await citizen.says("đăng ký cai nghiện tại nhà ở đâu")
    answer = citizen.last_reply
    await citizen.presses(texts("buttons.details"))
    assert citizen.last_reply != answer
    assert len(citizen.choices) >= 2
    await citizen.presses_choice(citizen.choices[0])
    assert "Đối chiếu với luật" in citizen.last_reply


async def test_a_typed_number_presses_the_button_of_the_last_list(citizen: Citizen) -> None:
    await citizen.says("/menu", "2")
    assert len(citizen.choices) == 5
    first = citizen.choices[0].label.removeprefix("1. ")
    await citizen.says(" 1. ")
    assert "Đối chiếu với luật" in citizen.last_reply
    assert first


async def test_a_number_without_a_list_or_too_late_is_asked_about(citizen: Citizen, clock: Clock) -> None:
    await citizen.says("3")
    assert citizen.last_reply == texts("numbers.no_list")
    await citizen.says("/menu")
    clock.forward(timedelta(minutes=31))
    await citizen.says("2")
    assert citizen.last_reply == texts("numbers.no_list")
    await citizen.says("/menu", "77")
    assert citizen.last_reply == texts("numbers.no_list")


async def test_danger_gets_the_number_first_and_at_once(citizen: Citizen) -> None:
    await citizen.says("con em nằm im re, môi tím ngắt, gọi không dậy")
    assert citizen.last_reply.startswith("Gọi 115")
    assert citizen.last.urgent
    assert len(citizen.last_reply) <= 400
    await citizen.presses(texts("buttons.details"))
    assert "115" in citizen.last_reply


class Doubts:
    """A reader that is not sure whether there is danger."""

    def read(self, text: str, last_topic: str | None = None, *, calm: bool = False) -> Reading:
        return Reading(ReadingKind.URGENT, "urgent.overdose", ("drugs.synthetic",), score=0.5, confirm=True)


async def test_a_doubt_shows_the_numbers_one_question_and_what_else_may_be_meant(
    citizen: Citizen, product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(product.worker, "_questions", replace(product.knowing.questions, reader=Doubts()))
    await citizen.says("bạn em nó xỉu khi chơi đồ, chuyện năm ngoái")
    assert citizen.last_reply.startswith("Gọi 115")
    assert citizen.last_reply.endswith(texts("danger.question"))
    assert len(citizen.choices) == 3
    await citizen.presses(texts("danger.no"))
    assert citizen.last_reply == texts("danger.none")
    await citizen.says("x")
    await citizen.presses(product.knowing.questions.title("drugs.synthetic"))
    assert "Đối chiếu với luật" in citizen.last_reply
    await citizen.says("x")
    await citizen.presses(texts("danger.yes"))
    assert citizen.last.urgent
    found = await counters(product)
    assert found["danger.denied", "urgent.overdose"] == 1
    assert found["danger.confirmed", "urgent.overdose"] == 1


@pytest.mark.parametrize(("said", "counted"), [("có ạ", "danger.confirmed"), ("dạ không", "danger.denied")])
async def test_the_question_about_danger_may_be_answered_in_words(
    citizen: Citizen, product: Product, monkeypatch: pytest.MonkeyPatch, said: str, counted: str
) -> None:
    monkeypatch.setattr(product.worker, "_questions", replace(product.knowing.questions, reader=Doubts()))
    await citizen.says("bạn em nó xỉu khi chơi đồ, chuyện năm ngoái", said)
    assert (await counters(product))[counted, "urgent.overdose"] == 1
    assert citizen.last.urgent is (counted == "danger.confirmed")


async def test_a_yes_to_the_question_about_danger_is_heard_also_where_it_is_taken_for_danger(
    citizen: Citizen, product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(product.worker, "_questions", replace(product.knowing.questions, reader=Doubts()))
    monkeypatch.setattr(product.intake, "_is_danger", bool)
    await citizen.says("bạn em nó xỉu khi chơi đồ, chuyện năm ngoái", "có")
    assert (await counters(product))["danger.confirmed", "urgent.overdose"] == 1


async def test_danger_in_the_last_words_of_a_long_message_is_seen(citizen: Citizen) -> None:
    story = "Cho tôi hỏi thủ tục đăng ký cai nghiện tại nhà, giấy tờ gồm những gì. " * 90
    await citizen.says(story + "Mà giờ nó sốc thuốc nằm bất động không thở nữa rồi")
    assert citizen.last.urgent
    assert "115" in citizen.last_reply[:20]


async def test_what_is_not_ours_is_declined_with_a_person(citizen: Citizen) -> None:
    await citizen.says("giá vàng hôm nay bao nhiêu")
    assert citizen.last_reply == texts("question.not_ours", person=texts("person.nobody"))


async def test_an_illegal_request_gets_one_fixed_sentence_and_help(citizen: Citizen) -> None:
    await citizen.says("bán cho em nửa chấm hàng đá, ship tận nơi")
    refused = citizen.last_reply
    await citizen.says("chị bán ma túy đá cho em mua một ít")
    assert citizen.last_reply == refused
    assert [choice.label for choice in citizen.choices] == [f"1. {texts('buttons.menu')}"]


async def test_a_follow_up_uses_the_topic_of_the_talk_for_a_while(citizen: Citizen, clock: Clock) -> None:
    await citizen.says("đăng ký cai nghiện tại nhà ở đâu", "còn giấy tờ thì sao?")
    assert "Mẫu 20" in citizen.last_reply


async def test_feedback_is_counted_by_topic_and_a_wrong_answer_offers_more(citizen: Citizen, product: Product) -> None:
    await citizen.says("đăng ký cai nghiện tại nhà ở đâu")
    answer = citizen.choices
    await citizen.presses(texts("buttons.useful"))
    assert citizen.last_reply == texts("feedback.thanks")
    await citizen.presses_choice(answer[-1])
    assert citizen.last_reply == texts("feedback.sorry", person=texts("person.nobody"))
    found = await counters(product)
    assert found["feedback.useful", "home.register"] == 1
    assert found["feedback.not_useful", "home.register"] == 1
    assert found["question.answer", "home.register"] == 1
    assert found["message.received", ""] == 3


async def test_every_topic_of_the_menu_can_be_reached_and_answers(citizen: Citizen, product: Product) -> None:
    reached = 0
    questions = product.knowing.questions
    await citizen.says("/menu")
    for group_choice in citizen.choices:
        await citizen.presses_choice(group_choice)
        while True:
            page = citizen.choices
            reached += sum(questions.texts("buttons.") != c.label for c in page[:-1]) if False else len(page) - 1
            if texts("buttons.more") not in page[-1].label:
                break
            await citizen.presses_choice(page[-1])
        await citizen.says("/menu")
    listed = {topic for group in questions.menu for topic in group.topics}
    urgent_or_refused = {t for t in questions.library.topics if t.startswith(("urgent.", "refuse."))}
    assert listed == set(questions.library.entries) - urgent_or_refused
    assert reached == len(listed)


@pytest.mark.parametrize(
    "text", ["", "   ", "\u200b\u200b", "???", "😀😀😀", "a" * 10_000, "\u202eabc\u202c", "'; DROP TABLE x"]
)
async def test_odd_text_gets_a_short_useful_reply(citizen: Citizen, text: str) -> None:
    await citizen.says(text)
    assert len(citizen.replies) == 1
    assert "115" in citizen.last_reply or "113" in citizen.last_reply


async def test_a_typed_payload_is_only_text(citizen: Citizen, product: Product) -> None:
    await citizen.says("t:home.register")
    assert (await counters(product)).get(("topic.opened", "home.register")) is None


async def test_two_people_do_not_share_a_list(new_citizen: NewCitizen) -> None:
    first, second = new_citizen(), new_citizen()
    await first.says("/menu")
    await second.says("2")
    assert second.last_reply == texts("numbers.no_list")


async def test_erasing_leaves_nothing_of_the_talk_but_counts(citizen: Citizen, product: Product, clock: Clock) -> None:
    await citizen.says("đăng ký cai nghiện tại nhà ở đâu", "/xoadulieu")
    assert citizen.last_reply == texts("privacy.erased")
    await citizen.says("1")
    assert citizen.last_reply == texts("numbers.no_list")
    await citizen.says("xóa hết dữ liệu của tôi đi")
    await citizen.presses(texts("buttons.erase"))
    assert citizen.last_reply == texts("privacy.erased")
    clock.forward(timedelta(hours=1, minutes=1))
    await product.retention.run(clock())
    assert await rows_of_people(product) == {"contacts": 0, "conversations": 0, "inbox": 0, "outbox": 0}
    assert (await counters(product))["privacy.erased", ""] == 2


async def test_after_two_days_of_silence_nothing_is_left_of_anybody(
    citizen: Citizen, product: Product, clock: Clock
) -> None:
    await citizen.says("đăng ký cai nghiện tại nhà ở đâu", "/menu")
    clock.forward(timedelta(hours=25))
    await product.retention.run(clock())
    left = await rows_of_people(product)
    assert (left["conversations"], left["outbox"], left["inbox"]) == (0, 0, 0)
    clock.forward(timedelta(hours=24))
    await product.retention.run(clock())
    assert (await rows_of_people(product))["contacts"] == 0


async def rows_of_people(product: Product) -> dict[str, int]:
    """Rows that belong to somebody; tombstones belong to nobody."""
    from sqlalchemy import func, select

    from db.models import ContactRow, ConversationRow, OutboxRow

    async with product.database.reading() as uow:
        found = {}
        for row in (ContactRow, ConversationRow, OutboxRow):
            found[row.__tablename__] = (await uow.execute(select(func.count()).select_from(row))).scalar_one()
        found["inbox"] = await uow.inbox.count_waiting()
    return found


@pytest.mark.usefixtures("product")
async def test_no_number_of_the_menu_exceeds_what_a_channel_can_show(product: Product) -> None:
    assert len(product.knowing.questions.menu) <= 5


__all__ = ["rows_of_people"]


def test_no_command_of_ours_is_taken_for_danger_and_one_with_words_may_be() -> None:
    assert {"start", "menu", "goilai", "tracuu", "xoadulieu", "xoachat", "ca", "viec"} <= commands()
    assert all(is_bare_command(f"/{command}") for command in commands())
    assert is_bare_command(" /tracuu@duong_day_bot ")
    assert not is_bare_command("/tracuu nó không thở nữa")
    assert not is_bare_command("/cuutoivoi")
