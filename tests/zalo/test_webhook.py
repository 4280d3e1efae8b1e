"""What Zalo brings: believed when signed, stored before 200, answered once."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from domain.models import Channel, Contact
from domain.staff import Role
from tests.citizen import Clock
from tests.conversations.test_questions import counters, rows_of_people
from tests.fakes.zalo import OA_ID, FakeZalo, sign
from tests.patience import eventually
from tests.servers import plain_client
from tests.zalo.conftest import Serve, Served
from tests.zalos import ZaloCitizen
from texts import vietnamese

texts = vietnamese()


async def received(served: Served) -> int:
    return (await counters(served.product)).get(("message.received", ""), 0)


async def settled(citizen: ZaloCitizen) -> None:
    await citizen._listen()


def event(fake: FakeZalo, name: str = "user_send_text", **message: Any) -> dict[str, Any]:
    return fake.event(name, "77", message={"msg_id": "m1", "text": "xin chào"} | message)


def raw(made: dict[str, Any]) -> bytes:
    return json.dumps(made).encode()


async def test_a_wrong_signature_is_refused_and_said(served: Served, fake: FakeZalo, citizen: ZaloCitizen) -> None:
    body = raw(event(fake))
    with capture_logs() as lines:
        assert not await fake.post(body, "mac=" + "0" * 64)
    assert [line["event"] for line in lines] == ["zalo.signature_wrong"]
    await settled(citizen)
    assert await received(served) == 0


async def test_whoever_guesses_signatures_does_not_fill_the_log(served: Served, fake: FakeZalo) -> None:
    with capture_logs() as lines:
        for _ in range(5):
            assert not await fake.post(raw(event(fake)), "mac=" + "0" * 64)
    assert [line["event"] for line in lines] == ["zalo.signature_wrong"]


async def test_in_log_mode_it_is_taken_and_said(serve: Serve, fake: FakeZalo) -> None:
    async with serve(signature="log") as served:
        with capture_logs() as lines:
            assert await fake.post(raw(event(fake)), "mac=" + "0" * 64)
        (line,) = (line for line in lines if line["event"] == "zalo.signature_wrong")
        assert line["taken"] is True
        fake.person("77").interacted_at = fake.clock()
        await settled(ZaloCitizen(served.product, fake=fake, user_id="77"))
        assert await received(served) == 1


async def test_the_bare_signature_and_the_one_over_the_oa_id_are_accepted(
    served: Served, fake: FakeZalo, citizen: ZaloCitizen
) -> None:
    for number, first in enumerate((None, OA_ID)):
        made = event(fake, msg_id=f"m{number}")
        body = raw(made)
        signature = (
            sign(body, made["timestamp"]).removeprefix("mac=")
            if first is None
            else sign(body, made["timestamp"], first)
        )
        assert await fake.post(body, signature)
    await settled(citizen)
    assert await received(served) == 2


async def test_the_consoles_unsigned_check_is_answered_and_nothing_is_processed(
    served: Served, fake: FakeZalo, citizen: ZaloCitizen
) -> None:
    async with plain_client() as client:
        assert (await client.get(fake.webhook_url)).status_code == 200
        assert (await client.post(fake.webhook_url)).status_code == 200
    assert await fake.post(raw(event(fake)), None)
    await settled(citizen)
    assert await received(served) == 0


async def test_an_event_is_answered_once_however_often_it_comes(
    served: Served, fake: FakeZalo, citizen: ZaloCitizen
) -> None:
    citizen.user_id = "77"
    fake.person("77").interacted_at = fake.clock()
    made = event(fake)
    for _ in range(5):
        await fake.deliver(made)
    await settled(citizen)
    assert len(citizen.replies) == 1


async def test_a_hotline_that_was_down_for_two_hours_still_answers(serve: Serve, fake: FakeZalo, clock: Clock) -> None:
    fake.webhook_url = "http://127.0.0.1:9/zalo/oa/webhook"
    made = event(fake)
    fake.person("77").interacted_at = fake.clock()
    body = raw(made)
    assert not await fake.post(body, sign(body, made["timestamp"]))
    clock.forward(timedelta(hours=1, minutes=50, seconds=30))
    async with serve() as served:
        assert await fake.post(body, sign(body, made["timestamp"]), attempt=5)
        citizen = ZaloCitizen(served.product, fake=fake, user_id="77")
        await settled(citizen)
        assert len(citizen.replies) == 1


async def test_zalo_keeps_its_timetable_and_takes_the_webhook_from_a_hotline_that_stays_down(
    fake: FakeZalo, clock: Clock
) -> None:
    fake.webhook_url = "http://127.0.0.1:9/zalo/oa/webhook"
    began = clock()
    assert await fake.deliver(event(fake), clock.forward) == 6
    assert fake.webhook_lost
    assert timedelta(minutes=110) <= clock() - began <= timedelta(minutes=111)


async def test_a_replay_after_days_does_nothing(
    served: Served, fake: FakeZalo, clock: Clock, citizen: ZaloCitizen
) -> None:
    made = event(fake)
    clock.forward(timedelta(hours=25))
    await fake.deliver(made)
    await settled(citizen)
    assert await received(served) == 0


@pytest.mark.parametrize(
    "name",
    ["oa_send_text", "user_received_message", "user_seen_message", "user_reacted_message", "change_oa_daily_quota"],
)
async def test_our_own_echoes_and_receipts_are_dropped(
    served: Served, fake: FakeZalo, citizen: ZaloCitizen, name: str
) -> None:
    await fake.deliver(event(fake, name))
    await settled(citizen)
    assert await rows_of_people(served.product) == {"contacts": 0, "conversations": 0, "inbox": 0, "outbox": 0}


async def test_following_is_welcomed_once_though_chat_now_comes_with_it(
    served: Served, fake: FakeZalo, citizen: ZaloCitizen
) -> None:
    await fake.follow(citizen.user_id)
    click = {"event_name": "user_click_chatnow", "user_id": citizen.user_id, "oa_id": OA_ID} | fake._common()
    await fake.deliver(click)
    await settled(citizen)
    assert len(citizen.replies) == 1
    assert "không cần nói tên" in citizen.last_reply


async def test_unfollowing_forgets_the_talk_and_is_seen_by_staff_until_the_person_writes_again(
    served: Served, fake: FakeZalo, citizen: ZaloCitizen
) -> None:
    await citizen.says("/menu")
    contact = served.product.database.pseudonyms.contact_id(Channel.ZALO, citizen.user_id)
    await fake.unfollow(citizen.user_id)
    await settled(citizen)
    async with served.product.database.reading() as uow:
        assert (await uow.unreachable.find([contact]))[contact][0] == "stopped"
    fake.person(citizen.user_id).follower = True
    await citizen.says("2")
    assert citizen.last_reply == texts("numbers.no_list")
    async with served.product.database.reading() as uow:
        assert await uow.unreachable.find([contact]) == {}


async def test_withdrawing_consent_erases_the_person_without_another_word(
    served: Served, fake: FakeZalo, citizen: ZaloCitizen, clock: Clock
) -> None:
    await citizen.says("đăng ký cai nghiện tại nhà ở đâu")
    heard = len(citizen.replies)
    await fake.deliver(fake.event("user_withdraw", citizen.user_id))
    await settled(citizen)
    assert len(citizen.replies) == heard
    clock.forward(timedelta(minutes=1))
    await served.product.retention.run(clock())
    assert await rows_of_people(served.product) == {"contacts": 0, "conversations": 0, "inbox": 0, "outbox": 0}


async def test_a_visitor_without_account_is_answered_in_the_same_conversation_by_text(
    served: Served, fake: FakeZalo, citizen: ZaloCitizen
) -> None:
    await fake.visit("anon-1", "conv-9", "/menu")
    await settled(citizen)
    await eventually(lambda: fake.visitors["anon-1", "conv-9"])
    (menu,) = fake.visitors["anon-1", "conv-9"]
    assert "\n1. " in menu["text"]
    await fake.visit("anon-1", "conv-9", "1")
    await settled(citizen)
    assert "anon-1" not in fake.people


@pytest.mark.parametrize(
    "kind", ["image", "gif", "link", "audio", "video", "sticker", "location", "business_card", "file"]
)
async def test_whatever_is_sent_gets_a_short_useful_reply(fake: FakeZalo, citizen: ZaloCitizen, kind: str) -> None:
    fake.person(citizen.user_id).interacted_at = fake.clock()
    message = {"msg_id": kind, "attachments": [{"type": kind, "payload": {"url": "https://x.example/1"}}]}
    await fake.deliver(fake.event(f"user_send_{kind}", citizen.user_id, message=message))
    await settled(citizen)
    assert citizen.last_reply.startswith(texts("question.not_text", person="")[:30])


async def test_of_a_shared_form_only_the_phone_number_is_kept_until_it_is_handled(
    served: Served, fake: FakeZalo, citizen: ZaloCitizen
) -> None:
    fake.person(citizen.user_id).interacted_at = fake.clock()
    info = {"name": "Nguyễn Thị Vinh", "phone": 84912345678, "full_address": {"user_address": "hẻm 77"}}
    made = fake.event("user_submit_info", citizen.user_id, info=info)
    from bot.channels.zalo.receiving import Event

    arrival = Event.parse(raw(made)).to_arrival()
    assert arrival is not None
    assert json.loads(arrival.payload) == {"phone": "84912345678"}
    await fake.deliver(made)
    await settled(citizen)
    assert [reply.text for reply in citizen.replies] == [texts("callback.nobody_works", person=person_of(served))]


async def test_a_form_that_nobody_asked_for_leads_to_the_consent_and_then_counts_as_a_typed_number(
    served: Served, fake: FakeZalo, citizen: ZaloCitizen, clock: Clock
) -> None:
    async with served.product.database.transaction() as uow:
        await uow.staff.add(Contact(1, Channel.TERMINAL), Role.COUNSELLOR, (), "counsellor", clock())
    fake.person(citizen.user_id).interacted_at = fake.clock()

    async def submits() -> str:
        clock.forward(timedelta(seconds=1))
        await fake.deliver(fake.event("user_submit_info", citizen.user_id, info={"phone": "84912345678"}))
        await settled(citizen)
        return citizen.last_reply

    assert await submits() == texts("callback.number_unasked")
    await citizen.presses(texts("callback.ask"))
    assert await submits() == texts("callback.consent_first")
    await citizen.presses(texts("callback.agree"))
    assert await submits() == texts("callback.ask_time")


def person_of(served: Served) -> str:
    return served.product.knowing.questions.person()


async def test_somebody_elses_button_and_a_made_up_one_never_act(served: Served, fake: FakeZalo) -> None:
    mother = ZaloCitizen(served.product, fake=fake)
    stranger = ZaloCitizen(served.product, fake=fake)
    await mother.says("xóa hết dữ liệu của tôi đi")
    await mother.says("/menu", "đăng ký cai nghiện tại nhà ở đâu")
    payload = mother.choices[0].press
    await stranger.says(payload)
    assert stranger.last_reply == texts("buttons.gone")
    await stranger.says("#~ffffff.AAAAAAAAAAAAAAAA.x")
    assert stranger.last_reply == texts("buttons.gone")
    await stranger.says("x")  # the press that erases, typed
    assert (await counters(served.product)).get(("privacy.erased", "")) is None


async def test_a_button_of_last_week_says_that_it_is_old(fake: FakeZalo, citizen: ZaloCitizen, clock: Clock) -> None:
    await citizen.says("/menu")
    old = citizen.choices[0]
    clock.forward(timedelta(days=3))
    await citizen.presses_choice(old)
    assert citizen.last_reply == texts("buttons.gone")


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{", b"\xff\xfe", b'{"event_name": 5}', b'{"event_name":"user_send_text","sender":[]}', b"[" * 9000],
)
async def test_a_broken_event_is_refused_or_ignored_and_nothing_breaks(
    served: Served, fake: FakeZalo, citizen: ZaloCitizen, body: bytes
) -> None:
    with capture_logs() as lines:
        await fake.post(body, sign(body, ""))
    assert not [line for line in lines if line["log_level"] == "error"]
    await settled(citizen)
    assert await received(served) == 0


async def test_numbers_where_zalo_promises_texts_are_read_all_the_same(
    served: Served, fake: FakeZalo, citizen: ZaloCitizen
) -> None:
    fake.person("5").interacted_at = fake.clock()
    made = fake.event("user_send_text", "5", message={"msg_id": "n", "text": "/menu"})
    made |= {"sender": {"id": 5}, "timestamp": int(made["timestamp"])}
    body = raw(made)
    assert await fake.post(body, sign(body, str(made["timestamp"])))
    citizen.user_id = "5"
    await settled(citizen)
    assert len(citizen.replies) == 1


async def test_what_could_not_be_stored_is_brought_again(served: Served, fake: FakeZalo, clock: Clock) -> None:
    fake.person("77").interacted_at = fake.clock()
    works = served.product.intake._database

    class Broken:
        def transaction(self) -> None:
            raise OSError("disk full")

    served.product.intake._database = Broken()  # type: ignore[assignment]

    def forward(pause: timedelta) -> None:
        clock.forward(pause)
        if pause > timedelta(minutes=1):
            served.product.intake._database = works

    assert await fake.deliver(event(fake), forward) == 3
    citizen = ZaloCitizen(served.product, fake=fake, user_id="77")
    await settled(citizen)
    assert len(citizen.replies) == 1
