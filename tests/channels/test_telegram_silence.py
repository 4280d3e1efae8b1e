"""A week of silence, and then it is there again."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from db.models import ChatMessageRow, ContactRow
from db.session import Database
from domain.models import Channel, Letter
from hotline.knowing import Knowing
from tests.citizen import Clock
from tests.fakes.steps import lost_before
from tests.fakes.telegram import HOUR, FakeTelegram
from tests.patience import eventually
from tests.telegrams import citizen_of, hotline_at, texts


async def test_after_a_week_old_texts_are_erased_with_an_apology_and_fresh_ones_answered(
    fake: FakeTelegram, database: Database, knowing: Knowing, clock: Clock
) -> None:
    people, newcomer = [fake.person() for _ in range(20)], fake.person()
    async with hotline_at(fake, database, knowing, clock, receiving=True) as product:
        product.worker.work_once = _nothing  # type: ignore[method-assign]  # stored, and then the machine is switched off
        for person in people:
            person.says("cai nghiện có mất tiền không")
            person.says("/menu")
        await eventually(lambda: not fake.waiting)
    clock.forward(timedelta(days=7))
    fake.ahead += 7 * 24 * HOUR
    newcomer.says("/menu")
    async with hotline_at(fake, database, knowing, clock):
        await eventually(lambda: newcomer.heard and all(person.heard for person in people))
    for person in people:
        [apology] = person.heard
        assert apology.text.startswith(texts("retention.cover"))
        assert texts("retention.lapsed", person=texts("person.nobody")) in apology.text
        assert "115" in apology.text
    assert len(newcomer.heard) == 1
    async with database.reading() as uow:
        assert await uow.inbox.count_waiting() == 0


async def test_after_a_week_a_letter_that_could_not_leave_is_gone_and_a_planned_one_still_leaves(
    fake: FakeTelegram, database: Database, knowing: Knowing, clock: Clock
) -> None:
    async with hotline_at(fake, database, knowing, clock) as product:
        citizen = citizen_of(fake, product)
        await citizen.says("/menu")
        fake.always("sendMessage", lost_before)
        citizen.person.says("giá vàng hôm nay bao nhiêu")
        tried = fake.calls["sendMessage"]
        await eventually(lambda: fake.calls["sendMessage"] > tried)
        contact_id = database.pseudonyms.contact_id(Channel.TELEGRAM, str(citizen.person.chat_id))
        async with database.transaction() as uow:
            contact = uow.contacts.known_as(Channel.TELEGRAM, str(citizen.person.chat_id))
            assert contact.id == contact_id
            month = timedelta(days=30)
            uow.outbox.add(contact, Letter("nhắc"), clock(), identity="nhắc:1", lifetime=month)
    clock.forward(timedelta(days=7))
    fake.always("sendMessage", None)
    async with hotline_at(fake, database, knowing, clock):
        await eventually(lambda: len(citizen.person.heard) == 2)
    assert [message.text for message in citizen.person.heard][1:] == ["nhắc"]


async def test_after_two_days_nothing_of_a_chat_is_kept(
    fake: FakeTelegram, database: Database, knowing: Knowing, clock: Clock
) -> None:
    async with hotline_at(fake, database, knowing, clock) as product:
        await citizen_of(fake, product).says("/menu", "đăng ký cai nghiện tại nhà ở đâu")
        async with database.reading() as uow:
            assert (await uow.execute(select(func.count()).select_from(ChatMessageRow))).scalar_one() == 4
        clock.forward(timedelta(hours=49))
        await product.retention.run(clock())
        async with database.reading() as uow:
            for row in (ChatMessageRow, ContactRow):
                assert (await uow.execute(select(func.count()).select_from(row))).scalar_one() == 0


async def _nothing() -> int:
    return 0
