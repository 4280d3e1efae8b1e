"""One refresher, and a refresh token is used once, whatever happens."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import httpx
import pytest
from structlog.testing import capture_logs

from bot.channels.zalo.oauth import OAuth
from bot.channels.zalo.tokens import NeedsLogin, Seed, Tokens
from db.session import Database
from domain.zalo import GrantAlarm
from services.ports import ChannelDown
from tests.citizen import Clock
from tests.fakes.zalo import APP_ID, APP_SECRET, FakeZalo
from tests.servers import plain_client


@pytest.fixture
async def http() -> httpx.AsyncClient:
    async with plain_client() as client:
        yield client  # type: ignore[misc]


def tokens(
    fake: FakeZalo, database: Database, http: httpx.AsyncClient, clock: Clock, like: Tokens | None = None
) -> Tokens:
    """`like`: another process with the same settings."""
    seed = like._seed if like else Seed(fake.access_token, fake.refresh_token)
    return Tokens(database, APP_ID, OAuth(http, fake.url, APP_ID, APP_SECRET), clock, seed)


@pytest.fixture
async def one(fake: FakeZalo, database: Database, http: httpx.AsyncClient, clock: Clock) -> Tokens:
    fake.grant()
    made = tokens(fake, database, http, clock)
    assert await made.access() == fake.access_token
    return made


async def renewed(one: Tokens, fake: FakeZalo, clock: Clock) -> None:
    """The seeded pair's lifetime is unknown, so it is renewed within the hour."""
    clock.forward(timedelta(minutes=50))
    assert await one.access() == fake.access_token
    assert len(fake.refreshes) == 1


async def test_the_lifetime_that_zalo_tells_is_believed(one: Tokens, fake: FakeZalo, clock: Clock) -> None:
    await renewed(one, fake, clock)
    clock.forward(timedelta(hours=19))
    before = await one.access()
    clock.forward(timedelta(hours=2))  # 21 of 25 hours
    assert await one.access() != before
    assert len(fake.refreshes) == 2


async def test_many_processes_refresh_once(
    one: Tokens, fake: FakeZalo, database: Database, http: httpx.AsyncClient, clock: Clock
) -> None:
    await renewed(one, fake, clock)
    others = [tokens(fake, database, http, clock, like=one) for _ in range(8)]
    clock.forward(timedelta(hours=21))

    async def ask(each: Tokens) -> str:
        while True:
            try:
                return await each.access()
            except ChannelDown:
                await asyncio.sleep(0.01)

    got = await asyncio.gather(*(ask(each) for each in [one, *others]))
    clock.forward(timedelta(minutes=2))
    got = await asyncio.gather(*(ask(each) for each in [one, *others]))
    assert set(got) == {fake.access_token}
    assert len(fake.refreshes) == 2


async def test_a_refused_token_is_replaced_by_the_one_that_another_process_fetched(
    one: Tokens, fake: FakeZalo, database: Database, http: httpx.AsyncClient, clock: Clock
) -> None:
    old = await one.access()
    other = tokens(fake, database, http, clock, like=one)
    fresh = await other.instead_of(old)
    assert fresh != old
    assert await one.instead_of(old) == fresh
    assert len(fake.refreshes) == 1


async def test_a_refresh_without_an_answer_is_never_repeated_and_said_loudly(
    one: Tokens, fake: FakeZalo, clock: Clock
) -> None:
    fake.swallow_refresh_answers = True
    clock.forward(timedelta(minutes=50))
    with capture_logs() as lines:
        await one.access()  # the old access token still works
        fake.swallow_refresh_answers = False
        clock.forward(timedelta(minutes=5))
        await one.access()
        for _ in range(20):
            clock.forward(timedelta(minutes=20))
            with pytest.raises(NeedsLogin):
                await one.access()
        assert await one.watch() is GrantAlarm.UNFINISHED
    assert len(fake.refreshes) == 1
    assert "zalo.refresh_unfinished" in {line["event"] for line in lines if line["log_level"] == "error"}


async def test_when_zalo_cannot_be_reached_the_token_is_unused_and_tried_later(
    one: Tokens, fake: FakeZalo, clock: Clock, http: httpx.AsyncClient
) -> None:
    works = one._oauth
    one._oauth = OAuth(http, "http://127.0.0.1:9", APP_ID, APP_SECRET)
    clock.forward(timedelta(minutes=50))
    old = await one.access()
    one._oauth = works
    clock.forward(timedelta(minutes=2))
    assert await one.access() != old
    assert len(fake.refreshes) == 1


async def test_a_dead_grant_is_not_asked_again_until_somebody_logs_in(
    one: Tokens, fake: FakeZalo, clock: Clock
) -> None:
    fake.refresh_token = "revoked"
    clock.forward(timedelta(hours=2))
    with pytest.raises(ChannelDown):
        await one.access()
    with pytest.raises(NeedsLogin):
        await one.access()
    assert await one.watch() is GrantAlarm.DEAD
    assert len(fake.refreshes) == 1


async def test_a_pair_that_somebody_pasted_later_takes_over_and_the_first_one_never_comes_back(
    one: Tokens, fake: FakeZalo, database: Database, http: httpx.AsyncClient, clock: Clock
) -> None:
    await renewed(one, fake, clock)
    restarted = tokens(fake, database, http, clock, like=one)  # the settings still hold the first pair
    assert await restarted.access() == fake.access_token
    access, _ = fake.grant()
    assert await tokens(fake, database, http, clock).access() == access
