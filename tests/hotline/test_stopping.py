"""Told to stop at any moment, the program stops, and says nothing went wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from datetime import datetime
from pathlib import Path

import pytest

from domain.clock import utc_now
from jobs.ticks import ticking
from tests.hotline.running import RunningHotline


@pytest.mark.parametrize("after_seconds", [2.0, 2.6, 3.2, 4.0])
async def test_a_stop_during_the_start_is_not_lost(tmp_path: Path, after_seconds: float) -> None:
    hotline = RunningHotline(tmp_path)
    await hotline.start(wait=False)
    await asyncio.sleep(after_seconds)
    code = await asyncio.wait_for(hotline.stop(), 60)  # a model may be in training
    assert code in {0, -15}  # -15: before the program could even listen for signals


async def test_a_stop_waits_for_the_tick_it_cuts_off_and_is_no_error(
    caplog: pytest.LogCaptureFixture,
) -> None:
    begun, ended = asyncio.Event(), asyncio.Event()

    async def due(now: datetime) -> Collection[int]:
        begun.set()
        try:
            await asyncio.sleep(3600)
        finally:
            await asyncio.sleep(0.05)  # a connection that is closed on the way out
            ended.set()
        return ()

    async with ticking({"long": (due, 60)}, utc_now, lambda told: None):
        await begun.wait()
    assert ended.is_set()
    assert [record.message for record in caplog.records if record.levelname in {"ERROR", "WARNING"}] == []
