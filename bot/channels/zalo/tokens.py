"""The access token of the Official Account: one refresher over all processes, and never a second use of a token."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.channels.zalo.faults import Fault, ZaloError
from bot.channels.zalo.oauth import NotAsked, OAuth, OutcomeUnknown, Pair
from db.session import Database
from db.uow import UnitOfWork
from domain.zalo import ASSUMED_ACCESS_LIFETIME, REFRESH_IN_FLIGHT, GrantAlarm, ZaloGrant, alarm
from services.ports import ChannelDown

_ELSEWHERE = timedelta(seconds=2)
_LOGIN_LOOKED_FOR = timedelta(seconds=15)
_OVERDUE_PAUSE = timedelta(minutes=1)
log = structlog.get_logger()


class NeedsLogin(ChannelDown):
    """No token can be had before somebody runs `hotline zalo login`."""

    def __init__(self) -> None:
        super().__init__(_LOGIN_LOOKED_FOR)


@dataclass(frozen=True, slots=True)
class Seed:
    """The pair from the settings; it is taken over once, and again when somebody pastes another one."""

    access_token: str = ""
    refresh_token: str = ""

    def digest(self, uow: UnitOfWork) -> bytes | None:
        """What tells this pair from another; None when the settings hold none."""
        if not (self.access_token or self.refresh_token):
            return None
        return uow.pseudonyms.digest("zalo.seed", self.access_token, self.refresh_token)


class Tokens:
    def __init__(
        self, database: Database, app_id: str, oauth: OAuth, clock: Callable[[], datetime], seed: Seed | None = None
    ) -> None:
        self._database = database
        self._app_id = app_id
        self._oauth = oauth
        self._clock = clock
        self._seed = seed or Seed()
        self._known: ZaloGrant | None = None
        self._overdue_until: datetime | None = None  # a refresh that cannot be had is not asked for at every message
        self._one_of_us = asyncio.Lock()

    async def access(self) -> str:
        """Raises NeedsLogin, ChannelDown."""
        known, now = self._known, self._clock()
        overdue = self._overdue_until is not None and now < self._overdue_until
        if known is not None and known.usable(now) and (overdue or not known.due(now)):
            return known.access_token
        return await self._look(refused=None)

    async def instead_of(self, refused: str) -> str:
        """The token to use after Zalo refused this one: another's newer one, or a refreshed one."""
        return await self._look(refused=refused)

    async def store(self, pair: Pair) -> None:
        """The first pair of a login; whatever was pending or dead is over."""
        async with self._database.transaction() as uow:
            await uow.zalo.set_pair(self._app_id, self._granted(pair), seed=self._seed.digest(uow))

    async def watch(self) -> GrantAlarm:
        """Refreshes when it is time, also when nobody writes, and says loudly what a human must do."""
        with suppress(ChannelDown):  # said below, or by the next look
            await self.access()
        async with self._database.reading() as uow:
            found = alarm(await uow.zalo.find(self._app_id), self._clock())
        match found:
            case GrantAlarm.NONE:
                pass
            case GrantAlarm.UNFINISHED:
                log.error("zalo.refresh_unfinished")
            case GrantAlarm.STALE | GrantAlarm.ENDING:
                log.error("zalo.refresh_overdue", why=str(found))
            case _:
                log.error("zalo.login_needed", why=str(found))
        return found

    async def _look(self, refused: str | None) -> str:
        async with self._one_of_us:
            grant, spend = await self._begin(refused)
            if spend:
                grant = await self._refresh(grant)
            self._known, now = grant, self._clock()
            self._overdue_until = now + _OVERDUE_PAUSE if grant.due(now) else None
            return grant.access_token

    async def _begin(self, refused: str | None) -> tuple[ZaloGrant, bool]:
        """The grant, and whether we are the one to refresh it: then the marker is committed before the request."""
        now = self._clock()
        async with self._database.transaction() as uow:
            grant = await self._current(uow, now)
            good = grant.usable(now) and grant.access_token != refused
            if good and not grant.due(now):
                return grant, False
            if not self._may_spend(grant, now):
                if good:
                    return grant, False
                raise NeedsLogin if _stuck(grant, now) else ChannelDown(_ELSEWHERE)
            await uow.zalo.set_pending(self._app_id, now)
            return grant, True

    async def _current(self, uow: UnitOfWork, now: datetime) -> ZaloGrant:
        grant = await uow.zalo.lock(self._app_id)
        seed = self._seed
        digest = seed.digest(uow)
        if digest is not None and await uow.zalo.seed_of(self._app_id) != digest:
            ends = now + ASSUMED_ACCESS_LIFETIME if seed.access_token else now
            grant = ZaloGrant(seed.access_token, seed.refresh_token, now, ends)
            await uow.zalo.set_pair(self._app_id, grant, seed=digest)
        if grant is None:
            raise NeedsLogin
        return grant

    def _may_spend(self, grant: ZaloGrant, now: datetime) -> bool:
        """Said loudly by `watch`, not at every message."""
        return grant.pending_at is None and not _stuck(grant, now)

    async def _refresh(self, grant: ZaloGrant) -> ZaloGrant:
        try:
            fresh = self._granted(await self._oauth.refresh(grant.refresh_token))
        except NotAsked:
            await self._give_up("")
            return self._old_or_down(grant)
        except OutcomeUnknown as error:  # the marker stays: the token may be used up, nobody uses it again
            log.error("zalo.refresh_unfinished", exc_info=error)
            return self._old_or_down(grant)
        except ZaloError as error:
            log.error("zalo.refresh_refused", code=error.label)
            await self._give_up(error.label if error.fault is Fault.DEAD else "")
            return self._old_or_down(grant)
        async with self._database.transaction() as uow:
            await uow.zalo.set_pair(self._app_id, fresh)
        return fresh

    async def _give_up(self, trouble: str) -> None:
        async with self._database.transaction() as uow:
            await uow.zalo.set_pending(self._app_id, None, trouble=trouble)

    def _old_or_down(self, grant: ZaloGrant) -> ZaloGrant:
        """A refresh comes early, so the old access token mostly still works."""
        if grant.usable(self._clock()):
            return grant
        raise ChannelDown

    def _granted(self, pair: Pair) -> ZaloGrant:
        now = self._clock()
        return ZaloGrant(pair.access_token, pair.refresh_token, now, now + pair.lifetime)


def _stuck(grant: ZaloGrant, now: datetime) -> bool:
    """Only a login helps: dead, never had a refresh token, or a refresh whose outcome nobody knows."""
    unfinished = grant.pending_at is not None and now - grant.pending_at > REFRESH_IN_FLIGHT
    return bool(grant.trouble) or not grant.refresh_token or unfinished
