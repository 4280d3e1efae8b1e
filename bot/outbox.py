"""Carries letters to the channels that are pushed to: claimed, sent, marked. A crash repeats the one in flight."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime

from bot.carrier import Carrier
from db.session import Database
from domain.models import Channel
from services.ports import Sender


class Postman:
    """One carrier per channel, so that no channel waits for another."""

    def __init__(
        self,
        database: Database,
        senders: Mapping[Channel, Sender],
        clock: Callable[[], datetime],
        *,
        several_processes: bool = False,
        on_stored: Callable[[], None] = lambda: None,
    ) -> None:
        self._carriers = {
            channel: Carrier(database, channel, sender, clock, several_processes=several_processes, on_stored=on_stored)
            for channel, sender in senders.items()
        }

    def wake(self) -> None:
        for carrier in self._carriers.values():
            carrier.wake()

    async def run(self) -> None:
        await asyncio.gather(*(carrier.run() for carrier in self._carriers.values()))

    async def carry(self, channel: Channel) -> int:
        """Sends what is due on one channel; returns how many letters that were."""
        return await self._carriers[channel].carry()
