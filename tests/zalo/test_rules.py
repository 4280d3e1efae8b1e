"""Zalo's rules as pure decisions."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.zalo.address import Address, Kind
from bot.channels.zalo.faults import Endpoint, Fault, classify
from bot.channels.zalo.presses import LIFETIME, OLD_PRESS, Presses
from bot.channels.zalo.rendering import MAX_TEXT, as_text, split
from bot.channels.zalo.signature import signature, signed_by
from db.crypto import Pseudonyms
from domain.models import Choice, Letter
from domain.zalo import GrantAlarm, Way, ZaloGrant, alarm, daytime, ways

NOON = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)  # 12:00 in Việt Nam
presses = Presses(Pseudonyms(b"secret of a test"))


@pytest.mark.parametrize(
    ("silent", "has_template", "expected"),
    [
        (timedelta(hours=47), True, [Way.FREE, Way.TEMPLATE]),
        (timedelta(hours=49), True, [Way.QUOTA, Way.TEMPLATE]),
        (timedelta(days=6, hours=23), False, [Way.QUOTA]),
        (timedelta(days=7), True, [Way.TEMPLATE]),
        (timedelta(days=7), False, []),
    ],
)
def test_the_cheapest_allowed_way_comes_first(silent: timedelta, has_template: bool, expected: list[Way]) -> None:
    assert ways(NOON, NOON - silent, has_template=has_template) == expected


@pytest.mark.parametrize(
    ("utc", "expected"),
    [
        (datetime(2026, 11, 22, 14, 59, tzinfo=UTC), datetime(2026, 11, 22, 14, 59, tzinfo=UTC)),  # 21:59 there
        (datetime(2026, 11, 22, 15, 0, tzinfo=UTC), datetime(2026, 11, 22, 23, 0, tzinfo=UTC)),  # 22:00 -> 6:00
        (datetime(2026, 11, 22, 22, 59, tzinfo=UTC), datetime(2026, 11, 22, 23, 0, tzinfo=UTC)),  # 5:59 -> 6:00
        (datetime(2026, 11, 22, 23, 0, tzinfo=UTC), datetime(2026, 11, 22, 23, 0, tzinfo=UTC)),
    ],
)
def test_nobody_is_reminded_at_night(utc: datetime, expected: datetime) -> None:
    assert daytime(utc) == expected


def test_a_human_is_called_long_before_the_three_months_end() -> None:
    def after(age: timedelta, **also: object) -> GrantAlarm:
        made = ZaloGrant("a", "r", NOON - age, NOON - age + timedelta(hours=25), **also)  # type: ignore[arg-type]
        return alarm(made, NOON)

    assert after(timedelta(hours=20)) is GrantAlarm.NONE
    assert after(timedelta(hours=32)) is GrantAlarm.STALE
    assert after(timedelta(days=46)) is GrantAlarm.ENDING
    assert after(timedelta(days=91)) is GrantAlarm.ENDED
    assert after(timedelta(hours=20), pending_at=NOON - timedelta(seconds=10)) is GrantAlarm.NONE
    assert after(timedelta(hours=20), pending_at=NOON - timedelta(seconds=61)) is GrantAlarm.UNFINISHED
    assert after(timedelta(hours=20), trouble="oauth/-14014") is GrantAlarm.DEAD


def test_the_same_number_means_different_things_at_different_endpoints() -> None:
    assert classify(Endpoint.OA, -100) is Fault.ASSET
    assert classify(Endpoint.TEMPLATE, -100) is Fault.AGAIN
    assert classify(Endpoint.OAUTH, -118) is Fault.DEAD
    assert classify(Endpoint.TEMPLATE, -118) is Fault.GONE
    assert classify(Endpoint.OA, -99999) is Fault.AGAIN


OA, TEMPLATE, OAUTH = Endpoint


@pytest.mark.parametrize(
    ("endpoint", "codes", "fault"),
    [
        (OA, (-216, -220, 216, 401, -401), Fault.TOKEN),
        (OA, (-32,), Fault.RATE),
        (OA, (-230, -232), Fault.WINDOW),
        (OA, (-213, -217, -227, -244), Fault.GONE),
        (OA, (-211, -218), Fault.QUOTA),
        (OA, (-221, -223, -209, -212, -219, -320, -321), Fault.HUMAN),
        (OA, (-224,), Fault.TIER),
        (OA, (-201, -210, -233), Fault.OURS),
        (OA, (-200,), Fault.AGAIN),
        (OA, (-234,), Fault.NIGHT),
        (TEMPLATE, (-108, -118, -119, -114, -139, -140, -141), Fault.GONE),
        (TEMPLATE, (-124,), Fault.TOKEN),
        (TEMPLATE, (-131, -146, -115, -137), Fault.HUMAN),
        (TEMPLATE, (-1121, -1122, -1124), Fault.OURS),
        (TEMPLATE, (-133,), Fault.NIGHT),
        (TEMPLATE, (-144, -147), Fault.QUOTA),
        (TEMPLATE, (-249,), Fault.NOT_BY_ID),
        (OAUTH, (-118, -14014), Fault.DEAD),
        (OAUTH, (-14002, -14003), Fault.HUMAN),
    ],
)
def test_each_number_of_zalo_s_table_asks_for_what_the_table_says(
    endpoint: Endpoint, codes: tuple[int, ...], fault: Fault
) -> None:
    assert {classify(endpoint, code) for code in codes} == {fault}


def test_a_press_acts_only_for_its_owner_and_not_for_long() -> None:
    payload = presses.sign("t:home.register", 7, NOON)
    assert presses.read(payload, 7, NOON) == "t:home.register"
    assert presses.read(payload, 8, NOON) == OLD_PRESS
    assert presses.read(payload, 7, NOON + LIFETIME + timedelta(hours=1)) == OLD_PRESS
    assert presses.read(payload.replace("register", "support"), 7, NOON) == OLD_PRESS
    assert presses.read("#~", 7, NOON) == OLD_PRESS
    assert presses.read("t:home.register", 7, NOON) is None
    assert Presses(Pseudonyms(b"another")).read(payload, 7, NOON) == OLD_PRESS


@given(st.text())
def test_no_typed_text_is_ever_a_press(text: str) -> None:
    assert presses.read(text, 7, NOON) in {None, OLD_PRESS}
    assert presses.read("#~" + text, 7, NOON) == OLD_PRESS


def test_the_signature_is_a_plain_sha256_with_or_without_its_prefix() -> None:
    body, secret = b'{"a": 1}', "key"
    mac = signature("app", body, "123", secret)
    assert len(mac) == 64
    assert signed_by(f"mac={mac}", body, "123", secret, ["app", "oa"])
    assert signed_by(mac.upper(), body, "123", secret, ["app"])
    assert signed_by(signature("oa", body, "123", secret), body, "123", secret, ["app", "oa"])
    assert not signed_by(mac, body + b" ", "123", secret, ["app"])
    assert not signed_by(mac, body, "124", secret, ["app"])
    assert not signed_by(mac, body, "123", "other", ["app"])
    assert not signed_by("", body, "123", secret, ["app"])


@given(st.text(alphabet="ab. \n,!é", max_size=9000))
def test_a_long_text_is_split_without_losing_a_word(text: str) -> None:
    parts = split(text.strip())
    assert all(1 <= len(part) <= MAX_TEXT for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_it_is_cut_at_a_sentence() -> None:
    sentence = "Đây là một câu khá dài để thử. "
    first, *_ = split(sentence * 100)
    assert first.endswith("thử.")


def test_marks_are_counted_as_the_characters_that_people_see() -> None:
    decomposed = unicodedata.normalize("NFD", "ế" * 1500)
    assert len(split(as_text(Letter(decomposed), ""))) == 1


def test_numbered_lines_stand_in_the_text_whatever_the_tier() -> None:
    letter = Letter("Chọn", (Choice("1. Một", "a"), Choice("2. Hai", "b")))
    assert as_text(letter, "") == "Chọn\n\n1. Một\n2. Hai"


@pytest.mark.parametrize(
    "address", [Address(Kind.USER, "e4ea00"), Address.anonymous("9", "c1"), Address.phone("+8491")]
)
def test_an_address_is_kept_as_text_and_read_back(address: Address) -> None:
    assert Address.parse(str(address)) == address
