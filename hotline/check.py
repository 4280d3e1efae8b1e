"""`hotline check`: what is wrong with this installation and what to do about it, in Vietnamese."""

from __future__ import annotations

import json
import os
import shutil
import socket
import urllib.request
from collections.abc import AsyncIterator, Callable
from contextlib import nullcontext, suppress
from pathlib import Path

from db.opening import KeySource
from db.session import sqlite_path
from domain.clients import LegalGround
from domain.clock import local_date, utc_now
from domain.errors import AlreadyRunning, HotlineError
from hotline.check_telegram import telegram_findings
from hotline.check_zalo import zalo_findings
from hotline.config import DEFAULT_FILE, Config, load_config
from hotline.databases import opened
from hotline.findings import Finding, Verdict
from hotline.lock import only_one_process
from hotline.saying import say
from services.plans import load_plans
from texts import Texts, vietnamese

_NEEDED_BYTES = 200 * 1024**2


async def check_installation(file: Path | None, write: Callable[[str], None]) -> int:
    """Writes a line per part; 0 when nothing is broken. Changes nothing that exists."""
    texts, failed = vietnamese(), 0
    async for finding in _findings(file, texts):
        failed += finding.verdict is Verdict.FAILED
        write(f"[{texts(f'check.{finding.verdict}')}] {texts(f'check.{finding.part}')}: {finding.words}")
    write(texts("check.summary_failed", count=failed) if failed else texts("check.summary_fine"))
    return 1 if failed else 0


async def _findings(file: Path | None, texts: Texts) -> AsyncIterator[Finding]:
    try:
        config = load_config(file)
    except HotlineError as error:
        yield Finding("config", Verdict.FAILED, say(error))
        return
    path = file or DEFAULT_FILE
    known = texts("check.config_fine" if path.exists() else "check.config_default", where=path)
    yield Finding("config", Verdict.OK, known)
    running = _hotline_listens(config)
    for finding in (await _database(config, texts), _disk(config, texts), _port(config, texts, running=running)):
        yield finding
    async for finding in telegram_findings(config.telegram, texts, running=running):
        yield finding
    async for finding in zalo_findings(config, texts):
        yield finding
    yield _agency(config, texts)
    yield _plans(config)
    for finding in _knowledge(config, texts):
        yield finding


async def _database(config: Config, texts: Texts) -> Finding:
    """Opens the database with its key, exactly as a start would, but creates nothing."""
    source, path = KeySource(config.database.key_file), sqlite_path(config.database.url)
    try:
        if path is not None and not path.exists():
            if blocked := _cannot_be_made(path):
                return Finding("database", Verdict.FAILED, texts("errors.database_unusable", reason=blocked))
            if source.find() is None:
                return Finding("key", Verdict.OK, texts("check.key_new", where=source.file))
            return Finding("database", Verdict.OK, texts("check.database_new", where=path))
        with only_one_process(path) if path else nullcontext():
            async with opened(config):
                pass
    except AlreadyRunning:
        return Finding("database", Verdict.OK, texts("check.database_running"))
    except HotlineError as error:
        part = "key" if type(error).__name__.startswith("Key") else "database"
        return Finding(part, Verdict.FAILED, say(error))
    return Finding("database", Verdict.OK, texts("check.database_fine"))


def _cannot_be_made(path: Path) -> str | None:
    """Why the database could not be made there: the nearest existing folder is no folder, or is read-only."""
    nearest = next(parent for parent in path.absolute().parents if parent.exists())
    if nearest.is_dir() and os.access(nearest, os.W_OK):
        return None
    return str(nearest)


def _disk(config: Config, texts: Texts) -> Finding:
    folder = (sqlite_path(config.database.url) or Path("data/x")).absolute().parent
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    if free < _NEEDED_BYTES:
        values = {"free": _megabytes(free), "where": folder, "needed": _megabytes(_NEEDED_BYTES)}
        return Finding("disk", Verdict.FAILED, texts("check.disk_low", **values))
    return Finding("disk", Verdict.OK, texts("check.disk_fine", free=_megabytes(free)))


def _port(config: Config, texts: Texts, *, running: bool) -> Finding:
    address = {"host": config.web.host, "port": config.web.port}
    if running:
        return Finding("port", Verdict.OK, texts("check.port_running", **address))
    family = socket.AF_INET6 if ":" in config.web.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((config.web.host, config.web.port))
        except OSError:
            return Finding("port", Verdict.FAILED, texts("errors.port_taken", **address))
    return Finding("port", Verdict.OK, texts("check.port_fine", **address))


def _hotline_listens(config: Config) -> bool:
    host = "127.0.0.1" if config.web.host in {"0.0.0.0", ""} else config.web.host  # noqa: S104 - compared, not bound
    with suppress(OSError, ValueError):
        url = f"http://{f'[{host}]' if ':' in host else host}:{config.web.port}/healthz"
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(json.load(answer)["status"] == "ok")
    return False


def _agency(config: Config, texts: Texts) -> Finding:
    asked = config.hotline
    if not (asked.agency and asked.phone):
        return Finding("agency", Verdict.WARNING, texts("check.agency_empty"))
    return Finding("agency", Verdict.OK, texts("check.agency_fine", name=asked.agency, phone=asked.phone))


def _plans(config: Config) -> Finding:
    try:
        plans = load_plans(config.followups.plans)
    except HotlineError as error:
        return Finding("plans", Verdict.FAILED, say(error))
    return Finding("plans", Verdict.OK, plans.of(LegalGround.VOLUNTARY).source)


def _knowledge(config: Config, texts: Texts) -> list[Finding]:
    from hotline.knowing import province_file
    from knowledge.catalogue import load

    try:
        library = load(config.knowledge.dir, province_file(config.hotline.province))
    except HotlineError as error:
        return [Finding("content", Verdict.FAILED, say(error))]
    findings = []
    if library.local.contacts:
        fine = texts("check.local_fine", count=len(library.local.contacts), province=config.hotline.province)
        findings.append(Finding("local", Verdict.OK, fine))
    else:
        findings.append(Finding("local", Verdict.WARNING, texts("check.local_empty")))
    today = local_date(utc_now())
    if expired := sorted(entry.topic for entry in library.entries.values() if not library.in_force(entry, today)):
        findings.append(Finding("content", Verdict.FAILED, texts("check.content_expired", topics=", ".join(expired))))
    entries = library.entries.values()
    drafts = sum(not entry.approved for entry in entries)
    if not drafts:
        findings.append(Finding("content", Verdict.OK, texts("check.content_fine", count=len(entries))))
    else:
        held_back = config.hotline.only_approved
        key = "check.content_held_back" if held_back else "check.content_draft"
        verdict = Verdict.FAILED if held_back else Verdict.WARNING
        findings.append(Finding("content", verdict, texts(key, drafts=drafts, count=len(entries))))
    return findings


def _megabytes(size: int) -> str:
    return f"{size // 1024**2:,} MB".replace(",", ".")
