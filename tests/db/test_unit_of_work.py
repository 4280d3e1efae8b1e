"""One transaction for a group of messages; each message as a whole or not at all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from db.session import Database
from db.uow import UnitOfWork
from domain.models import Arrival, Channel, Choice, Contact, Incoming, Letter, OutboxState, Priority

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
TODAY = NOW.date()


def arrival(person: str = "p1", key: str = "1", text: str = "xin chào") -> Arrival:
    return Arrival(Channel.WEB, person, key, text.encode(), text)


async def receive(database: Database, *arrivals: Arrival, priority: Priority = Priority.REPLY) -> None:
    async with database.transaction() as uow:
        await uow.inbox.add([(each, priority) for each in arrivals], NOW)


async def answer(uow: UnitOfWork, message: Incoming, topic: str) -> None:
    uow.outbox.add(message.contact, Letter("trả lời", (Choice("Chi tiết", "more"),)), NOW)
    uow.counters.add(TODAY, "web", "question.answered", topic)
    (await uow.conversations.get(message.contact.id)).topic = topic
    uow.conversations.changed(message.contact.id, NOW)
    uow.inbox.finish(message.id)


async def test_an_update_is_stored_once_however_often_it_is_repeated(database: Database) -> None:
    await receive(database, arrival(), arrival())
    await receive(database, arrival())
    async with database.reading() as uow:
        assert await uow.inbox.count_waiting() == 1


async def test_a_handled_update_that_is_repeated_stays_handled(database: Database) -> None:
    await receive(database, arrival())
    async with database.transaction() as uow:
        [message] = await uow.inbox.claim_waiting(10)
        uow.inbox.finish(message.id)
    await receive(database, arrival())
    async with database.reading() as uow:
        assert await uow.inbox.count_waiting() == 0


async def test_a_step_that_fails_leaves_nothing_and_the_others_of_its_group_stand(database: Database) -> None:
    await receive(database, arrival("p1", "1"), arrival("p2", "2"))
    async with database.transaction() as uow:
        good, bad = await uow.inbox.claim_waiting(10)
        async with uow.step():
            await answer(uow, good, "home.register")
        with pytest.raises(ZeroDivisionError):
            async with uow.step():
                await answer(uow, bad, "home.cost")
                await uow.contacts.delete(bad.contact.id)  # written at once, so a savepoint must undo it
                raise ZeroDivisionError
    async with database.transaction() as uow:
        assert [m.id for m in await uow.inbox.claim_waiting(10)] == [bad.id]
        assert await uow.counters.list_between(TODAY, TODAY) == {
            (TODAY, "web", "question.answered", "home.register"): 1
        }
        assert (await uow.conversations.get(good.contact.id)).topic == "home.register"
        assert (await uow.conversations.get(bad.contact.id)).topic is None
        assert [o.contact for o in await uow.outbox.claim_due(Channel.WEB, NOW, 10)] == [good.contact]


async def test_a_group_that_fails_to_commit_is_done_again_as_a_whole(database: Database) -> None:
    await receive(database, arrival())
    with pytest.raises(ZeroDivisionError):
        async with database.transaction() as uow:
            [message] = await uow.inbox.claim_waiting(10)
            async with uow.step():
                await answer(uow, message, "home.register")
            raise ZeroDivisionError
    async with database.transaction() as uow:
        assert len(await uow.inbox.claim_waiting(10)) == 1
        assert await uow.outbox.claim_due(Channel.WEB, NOW, 10) == []


async def test_danger_comes_before_what_was_there_first_and_one_person_keeps_the_order(database: Database) -> None:
    await receive(database, arrival("calm", "1"), arrival("calm", "2"), arrival("other", "3"))
    await receive(database, arrival("scared", "4"), priority=Priority.DANGER)
    await receive(database, arrival("calm", "5"), priority=Priority.DANGER)
    async with database.transaction() as uow:
        messages = await uow.inbox.claim_waiting(10)
        external = await uow.contacts.external_ids({m.contact.id for m in messages})
    assert [(external[m.contact.id], m.priority) for m in messages] == [
        ("scared", 0),
        ("calm", 0),
        ("calm", 1),
        ("calm", 1),
        ("other", 1),
    ]


async def test_a_claimed_letter_is_claimed_by_one_and_given_back_when_its_sender_died(database: Database) -> None:
    async with database.transaction() as uow:
        contact = uow.contacts.known_as(Channel.TERMINAL, "x")
        letter = Letter("hai", (Choice("1", "a"), Choice("2", "b")), urgent=True)
        uow.outbox.add(contact, letter, NOW, priority=Priority.DANGER)
    async with database.transaction() as uow:
        [mine] = await uow.outbox.claim_due(Channel.TERMINAL, NOW, 10)
        assert mine.letter == letter
        assert await uow.outbox.claim_due(Channel.TERMINAL, NOW, 10) == []
    async with database.transaction() as uow:
        assert await uow.outbox.release_claimed_before(NOW + timedelta(minutes=5)) == 1
    async with database.transaction() as uow:
        [again] = await uow.outbox.claim_due(Channel.TERMINAL, NOW, 10)
        assert (again.id, again.attempts) == (mine.id, 2)
        await uow.outbox.set_state([again.id], OutboxState.SENT)


async def test_a_letter_with_an_identity_leaves_once(database: Database) -> None:
    async with database.transaction() as uow:
        contact = uow.contacts.known_as(Channel.WEB, "x")
        uow.outbox.add(contact, Letter("nhắc"), NOW, identity="reminder:1")
        uow.outbox.add(contact, Letter("nhắc"), NOW, identity="reminder:1")
    async with database.transaction() as uow:
        uow.outbox.add(contact, Letter("nhắc"), NOW, identity="reminder:1")
    async with database.reading() as uow:
        assert len(await uow.outbox.list_for(contact.id, after_id=0)) == 1


async def test_a_notice_that_was_written_before_a_reply_leaves_before_it(database: Database) -> None:
    async with database.transaction() as uow:
        contact, other = Contact(1, Channel.TERMINAL), Contact(2, Channel.TERMINAL)
        uow.outbox.add(contact, Letter("notice"), NOW, priority=Priority.NOTICE)
        uow.outbox.add(other, Letter("notice to somebody else"), NOW, priority=Priority.NOTICE)
        uow.outbox.add(contact, Letter("reply"), NOW + timedelta(seconds=1))
        uow.outbox.add(contact, Letter("danger"), NOW + timedelta(seconds=2), priority=Priority.DANGER)
    left: list[str] = []
    for _ in range(4):
        async with database.transaction() as uow:
            letters = await uow.outbox.claim_due(Channel.TERMINAL, NOW + timedelta(minutes=1), 1)
            await uow.outbox.set_sent([letter.id for letter in letters])
            left += [letter.letter.text for letter in letters]
    assert left == ["danger", "notice", "reply", "notice to somebody else"]


async def test_nothing_else_leaves_for_somebody_while_a_letter_about_danger_is_due_or_on_its_way(
    database: Database,
) -> None:
    async with database.transaction() as uow:
        contact = Contact(1, Channel.TERMINAL)
        uow.outbox.add(contact, Letter("reply"), NOW)
        uow.outbox.add(contact, Letter("danger"), NOW, priority=Priority.DANGER)
    async with database.transaction() as uow:
        [danger] = await uow.outbox.claim_due(Channel.TERMINAL, NOW, 10)
        assert danger.letter.text == "danger"
    async with database.transaction() as uow:
        assert await uow.outbox.claim_due(Channel.TERMINAL, NOW, 10) == []
        await uow.outbox.set_sent([danger.id])
    async with database.transaction() as uow:
        [reply] = await uow.outbox.claim_due(Channel.TERMINAL, NOW, 10)
        assert reply.letter.text == "reply"
