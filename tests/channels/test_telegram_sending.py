"""How letters leave for Telegram: within its limits, in order, danger first, and each to its own end."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.render import render, split, units
from db.session import Database
from domain.models import Arrival, Channel, Choice, Contact, Document, Letter, OutboxState, Priority
from hotline.knowing import Knowing
from hotline.wiring import Product
from tests.citizen import Clock
from tests.fakes.steps import Handle, bad_gateway, blocked_page, delayed, lost_before, too_many
from tests.fakes.telegram import FakeTelegram, Limits, Person
from tests.patience import PATIENCE_SECONDS, eventually
from tests.telegrams import hotline_at, texts

SECOND = timedelta(seconds=1)


@pytest.fixture
async def strict(fake: FakeTelegram, database: Database, knowing: Knowing, clock: Clock) -> AsyncIterator[Product]:
    """A hotline that only sends, at the speed that Telegram allows, to a Telegram that enforces it."""
    fake.limits, fake._overall = Limits(), FakeTelegram(Limits())._overall
    settings = {"chat_rests": SECOND, "messages_per_second": 30}
    async with hotline_at(fake, database, knowing, clock, receiving=False, **settings) as made:
        yield made


async def write(
    product: Product, person: Person, *letters: Letter, priority: Priority = Priority.REPLY, identity: str | None = None
) -> list[int]:
    """Puts letters to somebody who has written before into the outbox."""
    async with product.database.transaction() as uow:
        contact = contact_of(product, person)
        await uow.contacts.see({(Channel.TELEGRAM, str(person.chat_id)): contact}, product.clock())
        ids = [uow.outbox.add(contact, each, product.clock(), priority=priority, identity=identity) for each in letters]
    product.postman.wake()
    return ids


def contact_of(product: Product, person: Person) -> Contact:
    pseudonym = product.database.pseudonyms.contact_id(Channel.TELEGRAM, str(person.chat_id))
    return Contact(pseudonym, Channel.TELEGRAM)


async def states(product: Product) -> dict[int, str]:
    from sqlalchemy import select

    from db.models import OutboxRow

    async with product.database.reading() as uow:
        rows = await uow.execute(select(OutboxRow.id, OutboxRow.state))
        return {row.id: row.state for row in rows}


async def until_states(product: Product, wanted: dict[int, str]) -> None:
    """Marks are written a moment after the letter has arrived."""
    for _ in range(PATIENCE_SECONDS * 100):
        if (found := await states(product)) == wanted:
            return
        await asyncio.sleep(0.01)
    assert found == wanted


def said(person: Person) -> list[str]:
    return [message.text for message in person.heard]


async def test_one_person_gets_a_message_a_second_in_order_and_others_do_not_wait(
    fake: FakeTelegram, strict: Product
) -> None:
    busy, others = fake.person(), [fake.person() for _ in range(10)]
    began = time.monotonic()
    await write(strict, busy, *(Letter(str(n)) for n in range(4)))
    for other in others:
        await write(strict, other, Letter("một"))
    await eventually(lambda: all(person.heard for person in others) and len(busy.heard) == 4)
    assert max(other.heard[0].message_id for other in others) < busy.heard[-1].message_id
    assert said(busy) == ["0", "1", "2", "3"]
    assert time.monotonic() - began >= 3
    assert fake.refusals[429] == 0
    await until_states(strict, {})


async def test_a_chat_that_hangs_holds_up_nobody_else(fake: FakeTelegram, strict: Product) -> None:
    slow, others = [fake.person() for _ in range(8)], [fake.person() for _ in range(8)]
    fake.next_time("sendMessage", *[delayed(20)] * 8)
    for person in slow:
        await write(strict, person, Letter("chậm"))
    await eventually(lambda: fake.calls["sendMessage"] == 8)
    for person in others:
        await write(strict, person, Letter("nhanh"))
    await eventually(lambda: all(person.heard for person in others))
    assert not any(person.heard for person in slow)


async def test_danger_leaves_before_a_long_queue_and_although_every_place_is_taken(
    fake: FakeTelegram, strict: Product
) -> None:
    queue, scared, opened = [fake.person() for _ in range(40)], fake.person(), asyncio.Event()

    async def when_opened(handle: Handle) -> tuple[int, object]:
        await opened.wait()
        return await handle()

    fake.always("sendMessage", when_opened)
    for person in (*queue, scared):
        await write(strict, person, Letter("thường"))
    places = strict.senders[Channel.TELEGRAM].at_once
    await eventually(lambda: fake.calls["sendMessage"] == places)
    await write(strict, scared, Letter("Gọi 115 ngay", urgent=True), priority=Priority.DANGER)
    await eventually(lambda: fake.calls["sendMessage"] == places + 1)
    opened.set()
    await eventually(lambda: len(scared.heard) == 2)
    assert said(scared) == ["Gọi 115 ngay", "thường"]
    [danger, _] = scared.heard
    assert sum(person.heard[0].message_id < danger.message_id for person in queue if person.heard) <= places


async def test_a_refusal_is_obeyed_and_the_order_kept(fake: FakeTelegram, strict: Product) -> None:
    person, other = fake.person(), fake.person()
    fake.next_time("sendMessage", too_many(4))
    began = time.monotonic()
    await write(strict, person, Letter("một"), Letter("hai"))
    await eventually(lambda: fake.calls["sendMessage"] == 1)
    await write(strict, other, Letter("khác"))
    await eventually(lambda: len(person.heard) == 2)
    assert said(person) == ["một", "hai"]
    assert other.heard[0].message_id < person.heard[0].message_id
    assert time.monotonic() - began >= 4


async def test_when_everybody_is_refused_everybody_waits(fake: FakeTelegram, strict: Product) -> None:
    people = [fake.person() for _ in range(6)]
    fake.next_time("sendMessage", *[too_many(5)] * 6)
    for person in people:
        await write(strict, person, Letter("một"))
    await eventually(lambda: fake.calls["sendMessage"] >= 3)
    await asyncio.sleep(0.5)
    tried, late = fake.calls["sendMessage"], fake.person()
    await write(strict, late, Letter("một"))
    await asyncio.sleep(1)
    assert fake.calls["sendMessage"] == tried
    await eventually(lambda: all(person.heard for person in (*people, late)))


async def test_who_blocked_the_bot_or_is_gone_is_never_tried_again(fake: FakeTelegram, strict: Product) -> None:
    blocked, gone = fake.person(), fake.person()
    blocked.blocks()
    del fake.messages[gone.chat_id]
    [first] = await write(strict, blocked, Letter("một"))
    [second] = await write(strict, gone, Letter("một"))
    await until_states(strict, {first: OutboxState.UNREACHABLE, second: OutboxState.UNREACHABLE})
    await asyncio.sleep(1.2)
    assert fake.calls["sendMessage"] == 2


async def test_a_letter_that_telegram_never_takes_fails_once_and_those_behind_it_leave(
    fake: FakeTelegram, strict: Product
) -> None:
    person = fake.person()
    bad, _ = await write(strict, person, Letter("một", (Choice("x", "é" * 40),)), Letter("hai"))
    await eventually(lambda: person.heard)
    assert said(person) == ["hai"]
    await until_states(strict, {bad: OutboxState.FAILED})


@pytest.mark.parametrize("outage", [lost_before, bad_gateway, blocked_page])
@pytest.mark.parametrize("backend", ["sqlite"])
async def test_an_outage_loses_nothing_and_keeps_the_order(fake: FakeTelegram, strict: Product, outage: object) -> None:
    people = [fake.person() for _ in range(5)]
    fake.always("sendMessage", outage)  # type: ignore[arg-type]
    for person in people:
        await write(strict, person, Letter("một"), Letter("hai"))
    await asyncio.sleep(2.5)
    assert fake.calls["sendMessage"] <= 20  # ever longer pauses, not a storm
    fake.always("sendMessage", None)
    await eventually(lambda: all(len(person.heard) == 2 for person in people))
    assert all(said(person) == ["một", "hai"] for person in people)


async def test_a_planned_message_is_marked_and_never_leaves_a_second_time(fake: FakeTelegram, strict: Product) -> None:
    person = fake.person()
    [planned] = await write(strict, person, Letter("nhắc"), identity="nhắc:1")
    await eventually(lambda: person.heard)
    await until_states(strict, {planned: OutboxState.SENT})
    await write(strict, person, Letter("nhắc"), identity="nhắc:1")
    await asyncio.sleep(0.5)
    assert len(person.heard) == 1


async def test_a_long_text_is_cut_at_sentences_with_the_buttons_under_the_last_part(
    fake: FakeTelegram, strict: Product
) -> None:
    person = fake.person()
    text = "\n\n".join(f"Đoạn {n}. " + "Câu này dài vừa phải. " * 30 for n in range(12)).strip()
    await write(strict, person, Letter(text, (Choice("1. Tiếp", "m:0"),)))
    await eventually(lambda: len(person.heard) == len(split(text, 4096)))
    assert len(person.heard) >= 2
    assert all(message.text.endswith(".") for message in person.heard)
    assert [bool(message.buttons) for message in person.heard][-2:] == [False, True]
    assert "".join(" ".join(said(person)).split()) == "".join(text.split())


async def test_a_long_text_that_is_cut_off_goes_on_with_the_part_that_was_missing(
    fake: FakeTelegram, strict: Product
) -> None:
    person = fake.person()
    text = "Một câu. " * 1000
    fake.next_time("sendMessage", delayed(0), too_many(1))
    await write(strict, person, Letter(text))
    await eventually(lambda: len(person.heard) == 3)
    assert "".join("".join(said(person)).split()) == "".join(text.split())


async def test_a_number_is_protected_against_forwarding(fake: FakeTelegram, strict: Product) -> None:
    person = fake.person()
    await write(strict, person, Letter("Gọi lại số 0912 345 678", protect=True), Letter("thường"))
    await eventually(lambda: len(person.heard) == 2)
    assert [message.protected for message in person.heard] == [True, False]


async def test_a_report_of_49_megabytes_arrives_whole_and_a_larger_one_is_explained(
    fake: FakeTelegram, strict: Product
) -> None:
    person = fake.person()
    content = bytes(49 * 1024**2)
    await write(strict, person, Letter("Báo cáo", document=Document("bao-cao.xlsx", content), protect=True))
    await eventually(lambda: person.heard)
    assert person.heard[0].document == ("bao-cao.xlsx", content)
    assert (person.heard[0].text, person.heard[0].protected) == ("Báo cáo", True)
    await write(strict, person, Letter("Báo cáo", document=Document("lon.xlsx", bytes(51 * 1024**2))))
    await eventually(lambda: len(person.heard) == 3)
    assert said(person)[1:] == [texts("telegram.document_too_large"), "Báo cáo"]


async def test_what_nobody_just_asked_for_shows_nothing_on_a_lock_screen(
    fake: FakeTelegram, strict: Product, clock: Clock
) -> None:
    person = fake.person()
    async with strict.database.transaction() as uow:
        old = Arrival(Channel.TELEGRAM, str(person.chat_id), "1/1", b"{}", "")
        await uow.inbox.add([(old, Priority.REPLY)], clock() - timedelta(hours=25))
    await strict.retention.run(clock())
    strict.postman.wake()
    await eventually(lambda: person.heard)
    [message] = person.heard
    [hidden] = message.entities
    shown = message.text[: hidden["offset"]]
    assert hidden["type"] == "spoiler"
    assert shown.strip() == texts("retention.cover")
    assert not {"cai", "nghiện", "ma", "túy", "115"} & set(shown.lower().split())
    assert "115" in message.text[hidden["offset"] : hidden["offset"] + hidden["length"]]


def test_what_is_urgent_has_its_first_line_in_bold_and_a_group_gets_no_buttons() -> None:
    [part] = render(Letter("Gọi 115 ngay\nĐặt nằm nghiêng", (Choice("1. Xem", "d:x"),), urgent=True))
    assert [(e.type, e.offset, e.length) for e in part.entities] == [("bold", 0, 12)]
    assert part.keyboard is not None
    [part] = render(Letter("Gọi 115", (Choice("1. Xem", "d:x"),), urgent=True), group=True)
    assert part.keyboard is None


@given(st.text(min_size=1, max_size=300), st.integers(5, 50))
def test_a_text_is_cut_into_parts_that_fit_and_nothing_is_lost(text: str, longest: int) -> None:
    parts = split(text, longest)
    assert all(units(part) <= longest for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("priority", "silent_seconds"), [(Priority.REPLY, 61), (Priority.DANGER, 11)], ids=["reply", "danger"]
)
async def test_a_dead_sender_s_letters_are_taken_over(
    fake: FakeTelegram,
    database: Database,
    knowing: Knowing,
    clock: Clock,
    backend: str,
    priority: Priority,
    silent_seconds: int,
) -> None:
    person, several = fake.person(), backend == "postgresql"
    async with hotline_at(fake, database, knowing, clock, receiving=False) as dead:
        fake.always("sendMessage", delayed(60))
        await write(dead, person, Letter("một"), priority=priority)
        await eventually(lambda: fake.calls["sendMessage"] == 1)
        for task in dead.postman._carriers[Channel.TELEGRAM]._flying:
            task.cancel()  # as if the process had been killed: nothing is marked
        await asyncio.sleep(0.05)
    assert set((await states(dead)).values()) == {OutboxState.SENDING}
    fake.always("sendMessage", None)
    if several:
        clock.forward(timedelta(seconds=silent_seconds))
    async with hotline_at(fake, database, knowing, clock, receiving=False, several_processes=several):
        await eventually(lambda: person.heard)
    assert said(person) == ["một"]


@pytest.mark.parametrize("backend", ["postgresql"])
async def test_a_sender_that_is_only_slow_keeps_its_letters_beside_others(
    fake: FakeTelegram, database: Database, knowing: Knowing, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.carrier._HOLD_SECONDS_BESIDE_OTHERS", 0.1)
    person, asked = fake.person(), asyncio.Event()

    async def when_asked(handle: Handle) -> tuple[int, object]:
        await asked.wait()
        return await handle()

    fake.always("sendMessage", when_asked)
    beside = {"receiving": False, "several_processes": True}
    async with (
        hotline_at(fake, database, knowing, clock, **beside) as slow,
        hotline_at(fake, database, knowing, clock, **beside),
    ):
        await write(slow, person, Letter("Gọi 115 ngay"), priority=Priority.DANGER)
        await eventually(lambda: fake.calls["sendMessage"] == 1)
        for _ in range(6):
            clock.forward(timedelta(seconds=5))
            await asyncio.sleep(0.5)  # meanwhile it says several times that the letter is on its way
        assert fake.calls["sendMessage"] == 1
        asked.set()
        await until_states(slow, {})
    assert said(person) == ["Gọi 115 ngay"]
