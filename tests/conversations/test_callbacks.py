"""A citizen asks to be called, on every channel: consent, number, safe time, code; and what becomes of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta

import httpx
import pytest

from domain.callbacks import CallbackRequest, CallbackState, IfOther, Outcome, Wish
from domain.clock import VIETNAM, utc_now
from domain.knowledge import Reading
from domain.models import Channel, Choice, Contact
from domain.staff import Role
from hotline.telegram import Telegram
from hotline.wiring import Product, running
from services.questions import Reader
from tests.citizen import Citizen, Clock, TelegramCitizen, WebCitizen
from tests.conversations.conftest import NewCitizen
from tests.conversations.desk import MONDAY_NINE, PHONE, ask_for_call, code_of
from tests.conversations.test_questions import Doubts
from tests.fakes.telegram import FakeTelegram
from tests.zalos import ZaloCitizen
from texts import Texts, vietnamese

texts: Texts = vietnamese()
COUNSELLOR = 1


@pytest.fixture(autouse=True)
async def _a_counsellor_on_a_monday_morning(product: Product, clock: Clock) -> AsyncIterator[None]:
    clock.ahead = MONDAY_NINE - utc_now()
    async with product.database.transaction() as uow:
        staff = await uow.staff.add(Contact(1, Channel.TERMINAL), Role.COUNSELLOR, (), "counsellor", clock())
        assert staff.number == COUNSELLOR
    return


async def requests(product: Product) -> list[CallbackRequest]:
    async with product.database.reading() as uow:
        return await uow.callbacks.list_waiting(100)


async def ask(citizen: Citizen, phone: str = PHONE, time: str = "Bây giờ") -> str:
    """All the way to the code, with which this returns."""
    await ask_for_call(citizen, phone, time=time)
    return code_of(citizen)


async def test_a_request_takes_consent_a_number_a_time_and_what_to_say_to_others(
    citizen: Citizen, product: Product
) -> None:
    await citizen.says("cho tôi gặp người tư vấn, gọi lại cho tôi với")
    assert "dữ liệu nhạy cảm" in citizen.last_reply
    assert [choice.label for choice in citizen.choices] == ["1. Đồng ý", "2. Không, cảm ơn"]
    await citizen.presses(texts("callback.agree"))
    await citizen.says("không chín một hai ba bốn năm sáu bảy tám")
    assert citizen.last_reply == texts("callback.ask_time")
    assert len(citizen.choices) <= 5
    await citizen.presses("Chiều")
    await citizen.presses(texts("callback.if_wrong_number"))
    assert "từ 12:00 đến 18:00 hôm nay" in citizen.last_reply
    [request] = await requests(product)
    assert (request.wish, request.if_other, request.urgent) == (Wish.PHONE, IfOther.WRONG_NUMBER, False)
    async with product.database.transaction() as uow:
        await uow.callbacks.claim(request.id, COUNSELLOR, product.clock())
        shown = await uow.callbacks.reveal(request.id, COUNSELLOR)
        assert shown is not None and shown.phone == "+84912345678"


async def test_no_number_is_taken_before_the_consent(citizen: Citizen, product: Product) -> None:
    await citizen.says("/goilai", PHONE)
    assert citizen.last_reply == texts("callback.consent_first")
    await citizen.presses(texts("callback.disagree"))
    assert citizen.last_reply.startswith("Được ạ")
    await citizen.says(PHONE)
    assert await requests(product) == []


async def test_where_nobody_works_no_number_is_asked_for(citizen: Citizen, product: Product) -> None:
    async with product.database.transaction() as uow:
        await uow.staff.set_left(COUNSELLOR, product.clock())
    await citizen.says("/goilai")
    assert "chưa có tư vấn viên" in citizen.last_reply
    await citizen.says(PHONE)
    assert await requests(product) == []


async def test_a_question_in_between_is_answered_and_the_form_waits(citizen: Citizen, product: Product) -> None:
    await citizen.says("/goilai")
    await citizen.presses(texts("callback.agree"))
    await citizen.says("cai nghiện tại nhà có được hỗ trợ tiền không")
    assert "Điều" in citizen.last_reply
    await citizen.says(PHONE)
    assert citizen.last_reply == texts("callback.ask_time")


@pytest.mark.parametrize(("said", "answered"), [("12345", "phone_unclear"), ("091 234 56", "phone_unclear")])
async def test_what_is_no_number_is_asked_again(citizen: Citizen, said: str, answered: str) -> None:
    await citizen.says("/goilai")
    await citizen.presses(texts("callback.agree"))
    await citizen.says(said)
    assert citizen.last_reply == texts(f"callback.{answered}")


async def test_a_typed_time_is_understood_and_one_when_nobody_is_there_is_not_accepted(
    citizen: Citizen, product: Product
) -> None:
    await citizen.says("/goilai")
    await citizen.presses(texts("callback.agree"))
    await citizen.says(PHONE)
    await citizen.presses(texts("callback.own_time"))
    await citizen.says("2h sáng")
    assert citizen.last_reply.startswith("Giờ đó không có người gọi")
    await citizen.says("lúc nào đó")
    assert citizen.last_reply == texts("callback.time_unclear")
    await citizen.says("8h tối mai")
    assert "từ 20:00 đến 21:00 ngày mai, T3 01/12" in citizen.last_reply
    await citizen.presses(texts("callback.if_nothing"))
    [request] = await requests(product)
    assert request.due.start == datetime(2026, 12, 1, 20, tzinfo=VIETNAM)


async def test_the_code_tells_how_far_it_is_and_allows_changes_from_any_contact(
    new_citizen: NewCitizen, product: Product
) -> None:
    asker, elsewhere, stranger = new_citizen(), new_citizen(), new_citizen()
    code = await ask(asker)
    await elsewhere.says(f"mã của tôi {code.replace(' ', '')}")
    assert elsewhere.last_reply.startswith("Đang chờ tư vấn viên nhận")
    await elsewhere.presses(texts("callback.do_time"))
    await elsewhere.says("sáng mai")
    assert "T3 01/12" in elsewhere.last_reply
    await elsewhere.says(code)
    await elsewhere.presses(texts("callback.do_note"))
    await elsewhere.says("đừng gọi khi chồng tôi ở nhà")
    assert elsewhere.last_reply == texts("callback.noted")
    [request] = await requests(product)
    assert request.has_note and request.due.start.day == 1
    await elsewhere.says(code)
    cancel = next(choice for choice in elsewhere.choices if "Hủy" in choice.label)
    await stranger.says("/start")
    stranger.replies.append(elsewhere.last)
    if stranger.last_reply and hasattr(stranger, "token"):  # a press that was copied, on a channel that sends presses
        await stranger.presses_choice(cancel)
        assert stranger.last_reply == texts("callback.unknown")
    await elsewhere.presses_choice(cancel)
    await elsewhere.presses(texts("callback.cancel_yes"))
    assert elsewhere.last_reply == texts("callback.cancelled")
    assert await requests(product) == []
    await asker.says(code)
    assert asker.last_reply == texts("callback.code_wrong")


async def test_five_wrong_codes_close_the_door_for_an_hour_also_to_the_right_one(
    new_citizen: NewCitizen, clock: Clock
) -> None:
    code = await ask(new_citizen())
    guesser = new_citizen()
    for number in range(5):
        await guesser.says(f"{number}234 5678 9012 3456")
        assert guesser.last_reply == texts("callback.code_wrong")
    await guesser.says(code)
    assert guesser.last_reply == texts("callback.too_many_codes")
    clock.forward(timedelta(minutes=61))
    await guesser.says(code)
    assert guesser.last_reply.startswith("Đang chờ")


async def test_a_new_code_replaces_the_old_one(citizen: Citizen) -> None:
    old = await ask(citizen)
    await citizen.says("/tracuu")
    await citizen.presses(texts("callback.do_code"))
    new = code_of(citizen)
    await citizen.says(old)
    assert citizen.last_reply == texts("callback.code_wrong")
    await citizen.says(new)
    assert citizen.last_reply.startswith("Đang chờ")


async def test_whoever_asks_again_sees_the_request_that_is_open(citizen: Citizen, product: Product) -> None:
    await ask(citizen)
    await citizen.says("/goilai")
    assert citizen.last_reply.startswith("Đang chờ tư vấn viên nhận")
    assert len(await requests(product)) == 1


async def test_a_number_that_waits_already_is_called_once_and_neither_learns_of_the_other(
    new_citizen: NewCitizen, product: Product
) -> None:
    wife, husband = new_citizen(), new_citizen()
    await ask(wife)
    code = await ask(husband)
    assert husband.last_reply.startswith("Đã nhận. Tư vấn viên dự kiến gọi")
    [called] = await requests(product)
    await husband.says(code)
    assert husband.last_reply.startswith("Đang chờ tư vấn viên nhận")
    await wife.says("/xoadulieu")
    [left] = await requests(product)
    assert left.id != called.id  # the other one is called now
    async with product.database.transaction() as uow:
        await uow.callbacks.claim(left.id, COUNSELLOR, product.clock())
        shown = await uow.callbacks.reveal(left.id, COUNSELLOR)
        assert shown is not None and shown.phone == "+84912345678"


async def test_after_the_call_the_request_in_its_shadow_is_done_too(new_citizen: NewCitizen, product: Product) -> None:
    first, second = new_citizen(), new_citizen()
    await ask(first)
    code = await ask(second)
    await close(product, Outcome.MET)
    await second.says(code)
    assert second.last_reply == texts("callback.status_closed")


async def time_passes(ahead: timedelta, product: Product, clock: Clock, told: Citizen) -> None:
    """The clockwork runs, and what it says to this citizen arrives."""
    clock.forward(ahead)
    await product.retention.run(clock())
    await told._fetch()


async def close(product: Product, outcome: Outcome) -> None:
    async with product.database.transaction() as uow:
        [request] = await uow.callbacks.list_waiting(10)
        await uow.callbacks.claim(request.id, COUNSELLOR, product.clock())
        assert await product.callbacks.close_request(uow, request, outcome, product.clock(), staff_id=COUNSELLOR)


async def test_a_number_whose_owner_refused_is_not_called_for_thirty_days(
    new_citizen: NewCitizen, product: Product, clock: Clock
) -> None:
    await ask(new_citizen())
    await close(product, Outcome.REFUSED)
    other = new_citizen()
    await ask_for_call(other)
    assert other.last_reply == texts("callback.blocked")
    clock.forward(timedelta(days=31))
    await ask_for_call(other)
    assert other.last_reply.startswith("Đã nhận")


async def test_the_fourth_request_of_a_day_is_refused(citizen: Citizen, clock: Clock) -> None:
    for number in range(3):
        await ask(citizen, phone=f"091234567{number}")
        await citizen.presses(texts("callback.do_cancel"))
        await citizen.presses(texts("callback.cancel_yes"))
    await ask_for_call(citizen)
    assert citizen.last_reply == texts("callback.too_many")
    clock.forward(timedelta(hours=24))
    await ask_for_call(citizen)
    assert citizen.last_reply.startswith("Đã nhận")


async def test_danger_on_the_way_is_met_at_once_and_makes_the_request_urgent(
    citizen: Citizen, product: Product, clock: Clock
) -> None:
    await citizen.says("/goilai")
    await citizen.presses(texts("callback.agree"))
    await citizen.says("chồng tôi đang cầm dao đòi giết cả nhà")
    urgent = citizen.replies[-2]
    assert urgent.urgent and "113" in urgent.text
    assert citizen.last_reply == texts("callback.go_on")
    await citizen.says(PHONE)
    await citizen.presses("Bây giờ")
    await citizen.presses(texts("callback.if_nothing"))
    assert citizen.last_reply.startswith(texts("callback.urgent"))
    [request] = await requests(product)
    assert request.urgent
    await time_passes(timedelta(minutes=16), product, clock, citizen)
    await citizen.says("/tracuu")
    asked = next(reply for reply in citizen.replies if reply.text == texts("callback.help_question"))
    assert asked.urgent and len(asked.choices) == 3


async def test_was_help_reached_can_be_answered_by_number_and_a_no_gives_the_numbers_again(
    citizen: Citizen, product: Product, clock: Clock
) -> None:
    await citizen.says("con tôi uống thuốc ngủ tự tử bất tỉnh rồi")
    assert "115" in citizen.last_reply
    await ask(citizen)
    [request] = await requests(product)
    assert request.urgent
    await time_passes(timedelta(minutes=16), product, clock, citizen)
    await citizen.says("2")
    assert citizen.last_reply == texts("callback.help_again")
    await time_passes(timedelta(minutes=16), product, clock, citizen)
    await citizen.says("số 1")
    assert citizen.last_reply == texts("callback.help_fine")


async def test_danger_is_remembered_whatever_is_pressed_before_the_request(citizen: Citizen, product: Product) -> None:
    await citizen.says("con tôi uống thuốc ngủ tự tử bất tỉnh rồi", "/goilai", "/goilai")
    await citizen.presses(texts("callback.disagree"))
    await citizen.says("/menu")
    await ask_for_call(citizen)
    [request] = await requests(product)
    assert request.urgent


async def test_a_danger_that_is_confirmed_while_the_form_is_filled_in_makes_the_request_urgent(
    web_client: httpx.AsyncClient, product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    citizen = WebCitizen(product, client=web_client)
    with monkeypatch.context() as in_doubt:
        in_doubt.setattr(product.worker, "_questions", replace(product.knowing.questions, reader=Doubts()))
        await citizen.says("bạn em nó xỉu khi chơi đồ")
    real = next(choice for choice in citizen.choices if texts("danger.yes") in choice.label)
    await citizen.says("/goilai")
    await citizen.presses(texts("callback.agree"))
    await citizen.presses_choice(real)
    await citizen.says(PHONE)
    await citizen.presses("Bây giờ")
    await citizen.presses(texts("callback.if_nothing"))
    [request] = await requests(product)
    assert request.urgent


@pytest.mark.parametrize("press", ["co:nobody", "ct:midnight", "cr:burn:1", "cr:show:99999999999999999999999"])
async def test_a_press_that_was_made_up_is_met_like_an_old_button(
    web_client: httpx.AsyncClient, product: Product, press: str
) -> None:
    citizen = WebCitizen(product, client=web_client)
    await citizen.says("/goilai")
    await citizen.presses(texts("callback.agree"))
    await citizen.says(PHONE)
    await citizen.presses("Bây giờ")
    await citizen.presses_choice(Choice("", press))
    assert citizen.last_reply == texts("buttons.gone")


async def test_danger_while_a_request_waits_makes_it_urgent(citizen: Citizen, product: Product) -> None:
    await ask(citizen, time="Chiều")
    await citizen.says("anh ấy nằm bất động không thở")
    assert "115" in citizen.last_reply
    [request] = await requests(product)
    assert request.urgent


@pytest.mark.parametrize("said", ["cháu 13 tuổi, cho cháu gặp người tư vấn", "em hoc lop 8 goi lai cho em voi"])
async def test_a_child_is_told_of_111_beside_the_offer(citizen: Citizen, said: str) -> None:
    await citizen.says("/goilai")
    assert "111" not in citizen.last_reply
    await citizen.presses(texts("callback.agree"))
    await citizen.says(said)
    assert any(reply.text == texts("callback.child") for reply in citizen.replies)


async def test_an_answer_in_this_chat_needs_no_number_and_waits_under_the_code(
    new_citizen: NewCitizen, product: Product
) -> None:
    citizen, elsewhere = new_citizen(), new_citizen()
    await citizen.says("/goilai")
    await citizen.presses(texts("callback.agree"))
    await citizen.presses(texts("callback.here"))
    code = code_of(citizen)
    [request] = await requests(product)
    assert request.wish is Wish.HERE
    await citizen.presses(texts("callback.reply"))
    await citizen.says("em muốn hỏi về hồ sơ")
    assert citizen.last_reply == texts("callback.line_sent")
    async with product.database.transaction() as uow:
        await uow.callbacks.claim(request.id, COUNSELLOR, product.clock())
        await product.callbacks.answer_here(uow, request, "Anh/chị kể thêm giúp", product.clock())
    await elsewhere.says(code)
    assert "em muốn hỏi về hồ sơ" in elsewhere.last_reply
    assert "Anh/chị kể thêm giúp" in elsewhere.last_reply
    await citizen.says("1")  # the button under the counsellor's message
    assert citizen.last_reply == texts("callback.type_line")
    assert any("kể thêm giúp" in reply.text for reply in citizen.replies)


async def test_erasing_everything_takes_number_words_and_code_at_once(citizen: Citizen, product: Product) -> None:
    code = await ask(citizen)
    async with product.database.transaction() as uow:
        [request] = await uow.callbacks.list_waiting(1)
        await uow.callbacks.claim(request.id, COUNSELLOR, product.clock())
    await citizen.says("/xoadulieu")
    async with product.database.reading() as uow:
        left = await uow.callbacks.get(request.id)
        assert (left.state, left.outcome, left.contact_id) == (CallbackState.CLOSED, Outcome.ERASED, None)
        assert await uow.callbacks.reveal(request.id, COUNSELLOR) is None
    await citizen.says(code)
    assert citizen.last_reply == texts("callback.code_wrong")


async def test_the_counsellor_and_the_citizen_are_warned_before_an_unused_number_goes_after_thirty_days(
    citizen: Citizen, product: Product, clock: Clock
) -> None:
    await ask(citizen)
    await time_passes(timedelta(days=27, minutes=1), product, clock, citizen)
    if isinstance(citizen, ZaloCitizen):  # after seven silent days Zalo lets nothing through: it is seen on asking
        await citizen.says("/tracuu")
    await citizen.says("1")
    assert citizen.last_reply == texts("callback.type_phone_again")
    await citizen.says("0987654321")
    assert citizen.last_reply == texts("callback.other_number")
    await citizen.says("+84 91 234 56 78")
    assert citizen.last_reply == texts("callback.kept")
    clock.forward(timedelta(days=29))
    await product.retention.run(clock())
    [request] = await requests(product)
    clock.forward(timedelta(days=1))
    await product.retention.run(clock())
    assert await requests(product) == []
    async with product.database.reading() as uow:
        gone = await uow.callbacks.get(request.id)
        assert (gone.outcome, gone.contact_id) == (Outcome.LAPSED, None)


async def test_a_child_that_said_so_before_asking_for_a_call_is_told_of_111_beside_the_offer(
    citizen: Citizen, clock: Clock
) -> None:
    await citizen.says("em 13 tuổi, bố em dùng ma túy, em sợ lắm", "/menu", "/goilai")
    assert texts("callback.child") in citizen.last_reply
    clock.forward(timedelta(minutes=31))  # by then somebody else may sit at the device
    await citizen.says("/goilai")
    assert texts("callback.child") not in citizen.last_reply


async def test_whoever_asked_to_be_answered_here_is_not_told_of_a_number_when_thirty_days_are_over(
    citizen: Citizen, product: Product, clock: Clock
) -> None:
    await citizen.says("/goilai")
    await citizen.presses(texts("callback.agree"))
    await citizen.presses(texts("callback.here"))
    [request] = await requests(product)
    clock.forward(timedelta(days=30, minutes=1))
    await product.retention.run(clock())
    async with product.database.reading() as uow:
        [told] = await uow.outbox.list_for(request.contact_id or 0, 0)
    assert told.letter.text == texts("callback.lapsed_here")
    assert "số" not in told.letter.text


async def test_a_window_that_passed_unused_is_followed_by_the_next_safe_one(
    citizen: Citizen, product: Product, clock: Clock
) -> None:
    await ask(citizen, time="Chiều")
    clock.forward(timedelta(hours=10))
    await product.retention.run(clock())
    [request] = await requests(product)
    assert request.due.start == datetime(2026, 12, 1, 12, tzinfo=VIETNAM)
    assert request.due.end == datetime(2026, 12, 1, 18, tzinfo=VIETNAM)


async def test_a_form_about_a_request_that_was_closed_meanwhile_lets_go(citizen: Citizen, product: Product) -> None:
    await ask(citizen)
    await citizen.presses(texts("callback.do_note"))
    await close(product, Outcome.MET)
    await citizen.says("gọi sau 5 giờ nhé")
    assert citizen.last_reply == texts("callback.closed")
    await citizen.says("cai nghiện tại nhà có được hỗ trợ tiền không")
    assert "Điều" in citizen.last_reply


async def test_a_flood_of_one_channel_is_stopped(new_citizen: NewCitizen, product: Product) -> None:
    object.__setattr__(product.callbacks, "most_per_hour", 2)
    for number in range(2):
        await ask(new_citizen(), phone=f"091234567{number}")
    third = new_citizen()
    await ask_for_call(third)
    assert third.last_reply == texts("callback.too_many")
    assert len(await requests(product)) == 2


async def test_danger_in_a_note_is_met_and_the_note_still_arrives(citizen: Citizen, product: Product) -> None:
    await ask(citizen)
    await citizen.presses(texts("callback.do_note"))
    await citizen.says("chồng tôi đang cầm dao đòi giết cả nhà")
    assert "113" in citizen.replies[-2].text and citizen.replies[-2].urgent
    assert citizen.last_reply == texts("callback.noted")
    [request] = await requests(product)
    assert request.has_note and request.urgent


@pytest.mark.parametrize(("whose", "understood"), [("own", True), ("another's", False)])
async def test_a_contact_card_on_telegram_is_read_for_its_number_alone_and_only_the_own_one(
    product: Product, telegram: Telegram, fake_telegram: FakeTelegram, whose: str, understood: bool
) -> None:
    async with running(telegram.poll(product.intake, product.database)):
        citizen = TelegramCitizen(product, person=fake_telegram.person())
        await citizen.says("/goilai")
        await citizen.presses(texts("callback.agree"))
        user = citizen.person.user["id"] if whose == "own" else 4242
        card = {"phone_number": "+84912345678", "first_name": "Kín", "user_id": user}
        await citizen._taken(citizen.person.sends({"contact": card}))
        await citizen._listen()
        said = texts("callback.ask_time" if understood else "callback.phone_unclear")
        assert citizen.last_reply == said


async def test_a_card_that_nobody_asked_for_keeps_no_number_and_leads_to_the_consent(
    product: Product, telegram: Telegram, fake_telegram: FakeTelegram
) -> None:
    async with running(telegram.poll(product.intake, product.database)):
        citizen = TelegramCitizen(product, person=fake_telegram.person())
        card = {"phone_number": "+84912345678", "first_name": "Kín", "user_id": citizen.person.user["id"]}

        async def shares() -> str:
            await citizen._taken(citizen.person.sends({"contact": card}))
            await citizen._listen()
            return citizen.last_reply

        assert await shares() == texts("callback.number_unasked")
        await citizen.presses(texts("callback.ask"))
        assert await shares() == texts("callback.consent_first")
        await citizen.presses(texts("callback.agree"))
        assert citizen.last_reply == texts("callback.ask_phone")
        assert await shares() == texts("callback.ask_time")


async def test_where_nobody_works_a_card_is_answered_with_who_can_help(
    product: Product, telegram: Telegram, fake_telegram: FakeTelegram
) -> None:
    async with product.database.transaction() as uow:
        await uow.staff.set_left(COUNSELLOR, product.clock())
    async with running(telegram.poll(product.intake, product.database)):
        citizen = TelegramCitizen(product, person=fake_telegram.person())
        card = {"phone_number": "+84912345678", "first_name": "Kín", "user_id": citizen.person.user["id"]}
        await citizen._taken(citizen.person.sends({"contact": card}))
        await citizen._listen()
        assert citizen.last_reply == texts("callback.nobody_works", person=product.knowing.questions.person())


async def test_the_number_may_be_shared_as_a_card_when_it_is_asked_for_again(
    product: Product, telegram: Telegram, fake_telegram: FakeTelegram, clock: Clock
) -> None:
    async with running(telegram.poll(product.intake, product.database)):
        citizen = TelegramCitizen(product, person=fake_telegram.person())
        await ask(citizen)
        await time_passes(timedelta(days=27, minutes=1), product, clock, citizen)
        await citizen.says("1")
        assert citizen.last_reply == texts("callback.type_phone_again")
        card = {"phone_number": "+84912345678", "first_name": "Kín", "user_id": citizen.person.user["id"]}
        await citizen._taken(citizen.person.sends({"contact": card}))
        await citizen._listen()
        assert citizen.last_reply == texts("callback.kept")


class Counting:
    """The reader itself, and how often it was made to look for danger."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.looked = 0

    def read(self, text: str, last_topic: str | None = None, *, calm: bool = False) -> Reading:
        self.looked += not calm
        return self._reader.read(text, last_topic, calm=calm)


async def test_a_form_does_not_look_again_for_the_danger_that_the_intake_has_not_found(
    citizen: Citizen, product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    questions = product.knowing.questions
    reader = Counting(questions.reader)
    monkeypatch.setattr(product.worker, "_questions", replace(questions, reader=reader))
    await citizen.says("/goilai")
    await citizen.presses(texts("callback.agree"))
    await citizen.says("cai nghiện tại nhà có được hỗ trợ tiền không", PHONE, "lúc nào đó", "sáng mai")
    await citizen.presses("nhầm số")
    code = code_of(citizen)
    await citizen.presses(texts("callback.do_note"))
    await citizen.says("gọi nhỏ tiếng giúp", code)
    assert reader.looked == 0
    await citizen.presses(texts("callback.do_note"))
    await citizen.says("chồng tôi đang cầm dao đòi giết cả nhà")
    assert reader.looked == 1
