"""What leaves for Zalo, and by which way; the fake refuses everything else."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from bot.channels.zalo.address import Address
from db.models import OutboxRow
from domain.clock import VIETNAM
from domain.models import Channel, Document, Letter, Notice, OutboxState, Priority
from tests.citizen import Clock
from tests.fakes.zalo import FakeZalo
from tests.patience import PATIENCE_SECONDS, eventually
from tests.servers import plain_client
from tests.zalo.conftest import PUBLIC_URL, Serve, Served
from tests.zalos import ZaloCitizen
from texts import vietnamese

texts = vietnamese()
DIGEST = Notice("digest", (("count", "3"), ("day", "24/11")))


async def announce(
    served: Served,
    external_id: str,
    letter: Letter,
    clock: Clock,
    *,
    identity: str | None = None,
    priority: Priority = Priority.NOTICE,
    lifetime: timedelta = timedelta(hours=20),
) -> int:
    """Puts a planned letter into the outbox, for somebody the database knows."""
    async with served.product.database.transaction() as uow:
        contact = uow.contacts.known_as(Channel.ZALO, external_id)
        known = await uow.contacts.external_ids([contact.id])
        if not known:
            await uow.contacts.see({(Channel.ZALO, external_id): contact}, clock() - timedelta(days=30))
        letter_id = uow.outbox.add(
            contact, letter, clock(), priority=priority, identity=identity or f"{contact.id}", lifetime=lifetime
        )
    served.product.postman.wake()
    return letter_id


async def outcome(served: Served, letter_id: int) -> OutboxRow:
    """The row of a letter that is not on its way any more, or waits for later."""
    for _ in range(PATIENCE_SECONDS * 100):
        async with served.product.database.reading() as uow:
            statement = select(OutboxRow.state, OutboxRow.due_at, OutboxRow.attempts).where(OutboxRow.id == letter_id)
            row = (await uow.execute(statement)).one()
        waits = row.state == OutboxState.PENDING and row.due_at > served.product.clock()
        if waits or row.state in {OutboxState.SENT, OutboxState.UNREACHABLE, OutboxState.FAILED}:
            return row  # type: ignore[return-value]
        await asyncio.sleep(0.01)
    raise TimeoutError("the letter was not carried")


async def reason(served: Served, external_id: str) -> str | None:
    async with served.product.database.reading() as uow:
        contact_id = uow.pseudonyms.contact_id(Channel.ZALO, external_id)
        found = await uow.unreachable.find([contact_id])
    return found[contact_id][0] if found else None


async def test_within_two_days_a_notice_is_free_then_it_takes_from_the_quota(
    served: Served, fake: FakeZalo, citizen: ZaloCitizen, clock: Clock
) -> None:
    await citizen.says("/menu")
    fake.paid.clear()
    clock.forward(timedelta(hours=47))
    await outcome(served, await announce(served, citizen.user_id, Letter("Một"), clock, identity="1"))
    clock.forward(timedelta(hours=24))
    await outcome(served, await announce(served, citizen.user_id, Letter("Hai"), clock, identity="2"))
    assert fake.paid == {"free": 1, "quota": 1}


async def test_after_seven_days_only_an_approved_template_arrives(serve: Serve, fake: FakeZalo, clock: Clock) -> None:
    fake.templates.add("555")
    async with serve(templates={"digest": "555"}) as served:
        citizen = ZaloCitizen(served.product, fake=fake)
        await citizen.says("/menu")
        clock.forward(timedelta(days=1))
        letter = await announce(
            served, citizen.user_id, Letter("x"), clock, identity="keeps-the-contact", lifetime=timedelta(days=30)
        )
        await outcome(served, letter)
        clock.forward(timedelta(days=8))
        letter = await announce(served, citizen.user_id, Letter("Ba việc hôm nay", notice=DIGEST), clock, identity="d")
        assert (await outcome(served, letter)).state == OutboxState.SENT
        assert fake.person(citizen.user_id).chat[-1] == {
            "template_id": "555",
            "template_data": {"count": "3", "day": "24/11"},
        }
        letter = await announce(served, citizen.user_id, Letter("Không có mẫu"), clock, identity="e")
        assert (await outcome(served, letter)).state == OutboxState.UNREACHABLE
        assert await reason(served, citizen.user_id) == "window"
        assert -230 not in fake.errors  # known beforehand, not tried
        await citizen.says("xin chào")
        assert await reason(served, citizen.user_id) is None


async def test_when_the_quota_is_used_up_the_template_goes_instead(serve: Serve, fake: FakeZalo, clock: Clock) -> None:
    fake.templates.add("555")
    async with serve(templates={"digest": "555"}) as served:
        citizen = ZaloCitizen(served.product, fake=fake)
        await citizen.says("/menu")
        fake.cs_quota = 0
        clock.forward(timedelta(days=3))
        with_template = await announce(served, citizen.user_id, Letter("x", notice=DIGEST), clock, identity="1")
        assert (await outcome(served, with_template)).state == OutboxState.SENT
        without = await announce(served, citizen.user_id, Letter("y"), clock, identity="2")
        assert (await outcome(served, without)).state == OutboxState.PENDING  # the next period
        assert fake.paid["template_by_id"] == 1


async def test_a_notice_of_the_night_waits_for_six_and_no_reply_waits_behind_it(
    served: Served, fake: FakeZalo, citizen: ZaloCitizen, clock: Clock
) -> None:
    await citizen.says("/menu")
    clock.to_hour(23)
    letter = await announce(served, citizen.user_id, Letter("Nhắc việc"), clock)
    waiting = await outcome(served, letter)
    assert waiting.due_at.astimezone(VIETNAM).hour == 6
    assert waiting.attempts == 0
    await fake.write(citizen.user_id, "con em nằm im re, môi tím ngắt, gọi không dậy")
    await fake.write(citizen.user_id, "/menu")
    await eventually(lambda: len(fake.person(citizen.user_id).chat) >= 3)
    assert len(fake.person(citizen.user_id).chat) == 3
    clock.to_hour(6)
    clock.forward(timedelta(minutes=1))
    served.product.postman.wake()
    assert (await outcome(served, letter)).state == OutboxState.SENT


async def test_somebody_known_by_phone_only_gets_templates_with_a_tracking_id(
    serve: Serve, fake: FakeZalo, clock: Clock
) -> None:
    fake.templates_by_phone_only.add("777")
    async with serve(templates={"digest": "777"}) as served:
        address = str(Address.phone("+84912345678"))
        letter = await announce(served, address, Letter("x", notice=DIGEST), clock, identity="1")
        assert (await outcome(served, letter)).state == OutboxState.SENT
        assert fake.phones["84912345678"][0]["template_id"] == "777"
        letter = await announce(served, address, Letter("chỉ có chữ"), clock, identity="2")
        assert (await outcome(served, letter)).state == OutboxState.UNREACHABLE


async def test_a_template_that_cannot_go_to_an_id_is_shown_to_staff(serve: Serve, fake: FakeZalo, clock: Clock) -> None:
    fake.templates_by_phone_only.add("777")
    fake.person("5").interacted_at = clock() - timedelta(days=30)
    async with serve(templates={"digest": "777"}) as served:
        letter = await announce(served, "5", Letter("x", notice=DIGEST), clock)
        assert (await outcome(served, letter)).state == OutboxState.UNREACHABLE
        assert await reason(served, "5") == "not_by_id"


async def test_without_money_templates_wait_and_the_talk_goes_on(serve: Serve, fake: FakeZalo, clock: Clock) -> None:
    fake.templates.add("555")
    fake.balance = 100
    fake.person("5").interacted_at = clock() - timedelta(days=30)
    async with serve(templates={"digest": "555"}) as served:
        with capture_logs() as lines:
            letter = await announce(served, "5", Letter("x", notice=DIGEST), clock)
            assert (await outcome(served, letter)).state == OutboxState.PENDING
        assert {"event": "zalo.needs_human", "code": "template/-115", "log_level": "error"} in lines
        citizen = ZaloCitizen(served.product, fake=fake)
        await citizen.says("/menu")
        assert citizen.choices


async def test_who_blocked_us_is_unreachable_and_shown_with_the_reason(
    served: Served, fake: FakeZalo, citizen: ZaloCitizen, clock: Clock
) -> None:
    await citizen.says("/menu")
    fake.person(citizen.user_id).blocked = True
    letter = await announce(served, citizen.user_id, Letter("x"), clock)
    assert (await outcome(served, letter)).state == OutboxState.UNREACHABLE
    assert await reason(served, citizen.user_id) == "gone"


async def test_on_a_tier_without_buttons_the_numbers_still_work(fake: FakeZalo, citizen: ZaloCitizen) -> None:
    fake.tier_has_buttons = False
    await citizen.says("/menu")
    assert "\n1. " in fake.person(citizen.user_id).chat[-1]["text"]
    await citizen.says("2")
    assert "\n1. " in fake.person(citizen.user_id).chat[-1]["text"]
    await citizen.says("1")
    assert "Đối chiếu với luật" in citizen.last_reply
    assert fake.errors.count(-224) == 1  # learnt, not tried every time


async def test_buttons_can_take_the_older_shape(serve: Serve, fake: FakeZalo) -> None:
    async with serve(button_shape="template"):
        await fake.write("9", "/menu")
        await eventually(lambda: fake.person("9").chat)
    (menu,) = fake.person("9").chat
    assert menu["attachment"]["payload"]["template_type"] == "button"
    assert len(menu["attachment"]["payload"]["buttons"]) == 5


async def test_a_long_answer_is_cut_into_parts_and_none_comes_twice(
    served: Served, fake: FakeZalo, citizen: ZaloCitizen, clock: Clock
) -> None:
    await citizen.says("/menu")
    fake.person(citizen.user_id).chat.clear()
    long = "\n\n".join(f"Đoạn {number}. " + "Một câu nữa. " * 60 for number in range(8))
    clock.forward(timedelta(seconds=(40 - clock().second) % 60))  # the minute does not end in the middle of it
    fake.per_minute = fake._minute[fake._this_minute()] + 2  # the third part must wait
    letter = await announce(served, citizen.user_id, Letter(long), clock, priority=Priority.REPLY)
    await eventually(lambda: len(fake.person(citizen.user_id).chat) == 2)
    fake.per_minute = 4000
    clock.forward(timedelta(minutes=1))
    assert (await outcome(served, letter)).state == OutboxState.SENT
    said = [message["text"] for message in fake.person(citizen.user_id).chat]
    assert "".join("".join(said).split()) == "".join(long.split())


async def test_a_number_is_never_shown_on_zalo_but_once_on_a_page(
    served: Served, fake: FakeZalo, citizen: ZaloCitizen, clock: Clock
) -> None:
    await citizen.says("/menu")
    secret = Letter("Số cần gọi: 0912 345 678", protect=True)
    await outcome(served, await announce(served, citizen.user_id, secret, clock, priority=Priority.REPLY))
    said = fake.person(citizen.user_id).chat[-1]["text"]
    assert "0912" not in said
    path = re.search(rf"{re.escape(PUBLIC_URL)}(/once/\S+)", said)[1]  # type: ignore[index]
    async with plain_client(served.url) as client:
        looked = await client.get(path)  # as a link preview does
        assert looked.status_code == 200 and "0912" not in looked.text
        assert looked.headers["cache-control"] == "no-store" and "gọi" not in looked.text.lower()
        shown = await client.post(path)
        assert "0912 345 678" in shown.text
        assert shown.headers["cache-control"] == "no-store"
        again = await client.post(path)
        assert again.status_code == 410 and "0912" not in again.text


async def test_the_link_lives_for_minutes_and_leaves_no_row(
    served: Served, fake: FakeZalo, citizen: ZaloCitizen, clock: Clock
) -> None:
    await citizen.says("/menu")
    secret = Letter("Số cần gọi: 0912 345 678", protect=True)
    await outcome(served, await announce(served, citizen.user_id, secret, clock, priority=Priority.REPLY))
    path = re.search(r"/once/\S+", fake.person(citizen.user_id).chat[-1]["text"])[0]  # type: ignore[index]
    clock.forward(timedelta(minutes=11))
    async with plain_client(served.url) as client:
        assert (await client.post(path)).status_code == 410
    await served.product.retention.run(clock())
    async with served.product.database.reading() as uow:
        from db.models import OnceRow

        assert (await uow.execute(select(OnceRow.digest))).all() == []


async def test_without_a_public_address_the_number_is_to_be_opened_elsewhere(
    serve: Serve, fake: FakeZalo, clock: Clock
) -> None:
    async with serve(public_url="") as served:
        citizen = ZaloCitizen(served.product, fake=fake)
        await citizen.says("/menu")
        secret = Letter("Số cần gọi: 0912 345 678", protect=True)
        await outcome(served, await announce(served, citizen.user_id, secret, clock, priority=Priority.REPLY))
        assert fake.person(citizen.user_id).chat[-1] == {"text": texts("zalo.open_elsewhere")}


async def test_a_report_is_uploaded_once_and_again_when_zalo_forgot_it(
    served: Served, fake: FakeZalo, citizen: ZaloCitizen, clock: Clock
) -> None:
    await citizen.says("/menu")
    report = Letter("Báo cáo tháng", document=Document("bao-cao.docx", b"PK" + b"x" * 9000))
    for number in range(2):
        await outcome(served, await announce(served, citizen.user_id, report, clock, identity=f"{number}"))
    assert len(fake.files) == 1
    fake.files.clear()
    await outcome(served, await announce(served, citizen.user_id, report, clock, identity="3"))
    files = [m for m in fake.person(citizen.user_id).chat if m.get("attachment", {}).get("type") == "file"]
    assert len(files) == 3
    assert fake.errors.count(-100) == 1


async def test_a_report_is_uploaded_anew_before_zalo_forgets_it(
    served: Served, fake: FakeZalo, citizen: ZaloCitizen, clock: Clock
) -> None:
    report = Letter("", document=Document("bao-cao.docx", b"PK" + b"x" * 9000))
    for day, uploads in ((0, 1), (5, 1), (8, 2)):
        await citizen.says("/menu")
        await outcome(served, await announce(served, citizen.user_id, report, clock, identity=f"day{day}"))
        assert len(fake.files) == uploads
        clock.forward(timedelta(days=5 if day == 0 else 3))
    assert fake.errors == []


@pytest.mark.parametrize(("name", "size"), [("bao-cao.xlsx", 100), ("bao-cao.pdf", 5 * 1024**2 + 1)])
async def test_a_file_that_zalo_does_not_take_is_named(
    served: Served, fake: FakeZalo, citizen: ZaloCitizen, clock: Clock, name: str, size: int
) -> None:
    await citizen.says("/menu")
    report = Letter("", document=Document(name, b"x" * size))
    await outcome(served, await announce(served, citizen.user_id, report, clock))
    assert fake.person(citizen.user_id).chat[-1] == {"text": texts("zalo.document_elsewhere")}
    assert fake.files == {}


async def test_a_year_of_digests_to_somebody_who_writes_once_a_month(
    serve: Serve, fake: FakeZalo, clock: Clock
) -> None:
    """Each arrives, by the cheapest way of that day, and never at night."""
    fake.templates.add("555")
    fake.cs_quota = 24  # of a year; the rest of the paid days must go by template
    async with serve(templates={"digest": "555"}) as served:
        citizen = ZaloCitizen(served.product, fake=fake)
        clock.to_hour(7)
        fake.sent_at.clear()
        for day in range(365):
            if day % 30 == 0:
                await citizen.says("xin chào")
                fake.paid["free"] -= 1
            clock.forward(timedelta(minutes=5))
            letter = await announce(
                served,
                citizen.user_id,
                Letter("Hôm nay", notice=DIGEST),
                clock,
                identity=f"d{day}",
                lifetime=timedelta(days=3),
            )
            assert (await outcome(served, letter)).state == OutboxState.SENT
            clock.forward(timedelta(hours=23, minutes=55))
            if day % 7 == 0:
                await served.product.retention.run(clock())
    assert fake.paid["free"] + fake.paid["quota"] + fake.paid["template_by_id"] == 365
    assert fake.paid["free"] == 13 * 2
    assert fake.paid["quota"] == 24
    assert all(6 <= moment.astimezone(VIETNAM).hour < 22 for moment in fake.sent_at)
    assert set(fake.errors) <= {-211}
    assert len(fake.refreshes) == len(set(fake.refreshes)) >= 360
