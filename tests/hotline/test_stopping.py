"""Told to stop at any moment, the program stops, and says nothing went wrong."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.hotline.running import RunningHotline


@pytest.mark.parametrize("after_seconds", [2.0, 2.6, 3.2, 4.0])
async def test_a_stop_during_the_start_is_not_lost(tmp_path: Path, after_seconds: float) -> None:
    hotline = RunningHotline(tmp_path)
    await hotline.start(wait=False)
    await asyncio.sleep(after_seconds)
    code = await asyncio.wait_for(hotline.stop(), 60)  # a model may be in training
    assert code in {0, -15}  # -15: before the program could even listen for signals
