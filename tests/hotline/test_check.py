"""`hotline check` says in Vietnamese what is wrong and what to do, and changes nothing."""

from __future__ import annotations

import os
import socket
import sqlite3
from collections import namedtuple
from contextlib import closing
from pathlib import Path

import pytest

from db.opening import KeySource, open_database
from hotline.check import check_installation
from hotline.lock import only_one_process
from texts import vietnamese

texts = vietnamese()


@pytest.fixture(autouse=True)
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        monkeypatch.setenv("HOTLINE_WEB__PORT", str(probe.getsockname()[1]))
    return tmp_path


async def said(*, code: int) -> str:
    lines: list[str] = []
    assert await check_installation(None, lines.append) == code
    return "\n".join(lines)


async def create_database(folder: Path) -> KeySource:
    source = KeySource(folder / "secret" / "hotline.key")
    await (await open_database("sqlite+aiosqlite:///data/hotline.db", source)).close()
    return source


async def test_a_fresh_installation_is_well_and_nothing_is_created(installation: Path) -> None:
    words = await said(code=0)
    assert texts("check.summary_fine") in words
    assert texts("check.agency_empty") in words
    assert texts("check.local_empty") in words
    assert "chưa được duyệt" in words
    assert os.listdir(installation) == []


async def test_a_lost_key_is_explained(installation: Path) -> None:
    source = await create_database(installation)
    source.file.unlink()
    assert "không thấy khóa" in await said(code=1)


async def test_a_wrong_key_is_explained(installation: Path) -> None:
    source = await create_database(installation)
    source.file.unlink()
    source.create()
    assert texts("errors.key_wrong") in await said(code=1)


async def test_a_key_that_others_can_read_is_explained(installation: Path) -> None:
    source = await create_database(installation)
    source.file.chmod(0o644)
    assert "chmod 600" in await said(code=1)


async def test_a_disk_that_is_full_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr("shutil.disk_usage", lambda _folder: usage(10**9, 10**9, 5 * 1024**2))
    assert "chỉ còn 5 MB" in await said(code=1)


async def test_a_database_that_is_damaged_is_explained(installation: Path) -> None:
    await create_database(installation)
    (installation / "data" / "hotline.db").write_bytes(b"not a database at all " * 500)
    assert "Không dùng được cơ sở dữ liệu" in await said(code=1)


async def test_a_database_that_somebody_else_has_locked_is_explained(
    installation: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await create_database(installation)
    monkeypatch.setattr("db.session._SQLITE_BUSY_SECONDS", 0)
    with closing(sqlite3.connect(installation / "data" / "hotline.db")) as holder:
        holder.execute("BEGIN IMMEDIATE")
        assert "database is locked" in await said(code=1)


async def test_a_folder_that_cannot_be_written_is_explained(installation: Path) -> None:
    (installation / "data").write_text("a file where a folder should be")
    assert "Không dùng được cơ sở dữ liệu" in await said(code=1)


async def test_a_database_in_use_by_the_hotline_is_well(installation: Path) -> None:
    await create_database(installation)
    with only_one_process(installation / "data" / "hotline.db"):
        assert texts("check.database_running") in await said(code=0)


async def test_a_taken_port_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        monkeypatch.setenv("HOTLINE_WEB__PORT", str(taken.getsockname()[1]))
        assert "đã có chương trình khác dùng" in await said(code=1)


async def test_a_misspelt_key_is_named(installation: Path) -> None:
    (installation / "config.toml").write_text("[hotline]\nagenci = 'x'\n")
    assert "hotline.agenci" in await said(code=1)


async def test_holding_back_drafts_without_any_approval_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_HOTLINE__ONLY_APPROVED", "true")
    assert "bot không trả lời" in await said(code=1)


async def test_a_plan_of_contacts_that_cannot_be_read_is_named_with_what_is_wrong(installation: Path) -> None:
    assert "luật không ấn định" in await said(code=0)
    (installation / "config.toml").write_text('[followups]\nplans = "ke-hoach.toml"\n', "utf-8")
    assert "ke-hoach.toml" in await said(code=1)
    (installation / "ke-hoach.toml").write_text("[plans.tự_nguyện]\n", "utf-8")
    assert "kế hoạch liên hệ" in (await said(code=1)).casefold()
