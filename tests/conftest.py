"""What every test may ask for: a real database in a folder of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from db.opening import KEY_VARIABLE, KeySource, open_database
from db.session import Database


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(KEY_VARIABLE, raising=False)


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    return f"sqlite+aiosqlite:///{tmp_path / 'data' / 'hotline.db'}"


@pytest.fixture
def key_source(tmp_path: Path) -> KeySource:
    return KeySource(tmp_path / "secret" / "hotline.key")


@pytest.fixture
async def database(database_url: str, key_source: KeySource) -> AsyncIterator[Database]:
    opened = await open_database(database_url, key_source)
    yield opened
    await opened.close()
