"""A scripted day on Telegram with planted names, ids and tokens: afterwards none of them is found anywhere."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from db.session import Database
from hotline.knowing import Knowing
from hotline.logs import configure_logs
from tests.citizen import Clock
from tests.fakes.steps import bad_gateway, blocked_page, broken_json, lost_after, lost_before, too_many
from tests.fakes.telegram import TOKEN, FakeTelegram
from tests.patience import eventually
from tests.telegrams import SECRET, citizen_of, hotline_at

PHONE = "+84987654321"
SENTENCE = "con tôi tên Tèo hút hàng trắng ở hẻm 77"
CONTACT = {"contact": {"phone_number": PHONE, "first_name": "Mẹ Tèo"}}


def found_in(place: bytes | str, planted: list[str]) -> list[str]:
    data = place.encode() if isinstance(place, str) else place
    return [word for word in planted if word.encode() in data or json.dumps(word).strip('"').encode() in data]


def test_the_search_itself_finds_what_is_there() -> None:
    assert found_in(f"POST /bot{TOKEN}/x {json.dumps('Tèo')}", [TOKEN, "Tèo", PHONE]) == [TOKEN, "Tèo"]


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is logged does not depend on how long an outage is waited for."""
    monkeypatch.setattr("bot.carrier._LONGEST_OUTAGE_PAUSE", timedelta(seconds=0.2))
    monkeypatch.setattr("bot.channels.telegram.trouble._LONGEST_PAUSE_SECONDS", 0.2)


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_a_day_on_telegram_leaves_no_trace_of_anybody(
    fake: FakeTelegram,
    database: Database,
    knowing: Knowing,
    clock: Clock,
    stolen: Callable[[], bytes],
    capfd: pytest.CaptureFixture[str],
    mode: str,
) -> None:
    configure_logs("debug", json_lines=True)
    settings = {"mode": mode, "webhook_url": "https://hotline.example", "webhook_secret": SECRET}
    async with hotline_at(fake, database, knowing, clock, messages_per_minute=12, **settings) as product:
        citizen = citizen_of(fake, product)
        group = fake.group()
        planted = [TOKEN, TOKEN.split(":")[1], SECRET, PHONE, SENTENCE, "Tèo", "hẻm 77", "Trần Thị Kín", "kin_"]
        planted += [str(citizen.person.chat_id), str(abs(group.chat_id))]
        await citizen.says(f"{SENTENCE}, gọi {PHONE}", "/menu", "2")
        await citizen._taken(citizen.person.sends(CONTACT))
        group.says(f"{SENTENCE} nằm bất động không thở")
        await eventually(lambda: group.heard)
        await a_day_of_faults(fake)
        for _ in range(14):
            citizen.person.says(SENTENCE)  # too much
        await eventually(lambda: not fake.waiting)
        await citizen._fetch()
        citizen.person.blocks()
        citizen.person.says(f"{SENTENCE} nằm bất động không thở")
        await eventually(lambda: fake.refusals[403])
        metrics = stolen()
        clock.forward(timedelta(hours=49))
        await product.retention.run(clock())
    out, err = capfd.readouterr()
    assert "telegram.trouble" in err  # the faults were logged
    assert "telegram.update_unreadable" in err
    for place in (out, err, metrics, stolen()):
        assert found_in(place, planted) == []


async def a_day_of_faults(fake: FakeTelegram) -> None:
    """Everything that libraries like to log with the address, which holds the token, or with what was sent."""
    person, faults = fake.person(), 6
    for step in (lost_before, lost_after, bad_gateway, blocked_page, broken_json, too_many(1)):
        fake.next_time("sendMessage", step)
        fake.next_time("getUpdates", step)
        person.says(f"{SENTENCE} {PHONE}")
    fake.updates.append((fake.now(), {"update_id": next(fake._update_ids), "message": SENTENCE}))
    fake._news.set()
    await eventually(lambda: not fake.waiting and len(person.heard) >= faults and not fake.planned("sendMessage"))
