"""What `hotline check` says about Zalo: the grant, the account, the webhook, templates. It changes nothing there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import httpx

from bot.channels.zalo.client import ZaloClient
from bot.channels.zalo.faults import Fault, ZaloError
from db.session import is_sqlite, sqlite_path
from domain.clock import utc_now
from domain.errors import HotlineError
from domain.models import Channel
from domain.zalo import GrantAlarm, ZaloGrant, alarm
from hotline.config import Config, ZaloOaConfig
from hotline.databases import opened
from hotline.findings import Finding, Verdict
from hotline.zalo import open_client, open_http
from hotline.zalo_login import grant_words
from services.ports import ChannelDown
from texts import Texts
from web.zalo import GREETING, PATH


async def zalo_findings(config: Config, texts: Texts) -> AsyncIterator[Finding]:
    zalo = config.zalo_oa
    if not zalo.app_id:
        yield _finding(Verdict.OK, texts("check.zalo_unused"))
        return
    grant, last_event_at = await _kept(config)
    now = utc_now()
    seeded = bool(zalo.refresh_token.get_secret_value() or zalo.access_token.get_secret_value())
    found = alarm(grant, now)
    broken = found in {GrantAlarm.DEAD, GrantAlarm.UNFINISHED, GrantAlarm.ENDED} or (grant is None and not seeded)
    verdict = Verdict.FAILED if broken else Verdict.OK if found is GrantAlarm.NONE else Verdict.WARNING
    yield _finding(verdict, grant_words(grant, texts, now, seeded=seeded))
    async with open_http() as http:
        token = grant.access_token if grant and grant.usable(now) else zalo.access_token.get_secret_value()
        if token and (grant is None or grant.usable(now)):
            async for finding in _account(zalo, token, http, texts):
                yield finding
        yield await _webhook(config, http, texts, last_event_at)
    if zalo.signature == "log":
        yield _finding(Verdict.WARNING, texts("check.zalo_signature_log"))
    if not config.web.public_url:
        yield _finding(Verdict.WARNING, texts("check.zalo_no_public_url"))


async def _kept(config: Config) -> tuple[ZaloGrant | None, datetime | None]:
    """The grant and the last event, where a database exists; a look beside a running hotline does no harm."""
    path = sqlite_path(config.database.url)
    if is_sqlite(config.database.url) and (path is None or not path.exists()):
        return None, None
    try:
        async with opened(config) as database, database.reading() as uow:
            return await uow.zalo.find(config.zalo_oa.app_id), await uow.inbox.last_received_at(Channel.ZALO)
    except HotlineError:  # said by the database's own line
        return None, None


class _OneToken:
    """The token as it is: a check never spends a refresh token."""

    def __init__(self, token: str) -> None:
        self._token = token

    async def access(self) -> str:
        return self._token

    async def instead_of(self, refused: str) -> str:
        return refused


async def _account(zalo: ZaloOaConfig, token: str, http: httpx.AsyncClient, texts: Texts) -> AsyncIterator[Finding]:
    client = open_client(zalo, _OneToken(token), http, utc_now)
    try:
        account = await client.account()
    except ZaloError as error:
        key = "check.zalo_token_refused" if error.fault is Fault.TOKEN else "check.zalo_refuses"
        yield _finding(Verdict.FAILED, texts(key, code=error.code))
        return
    except ChannelDown:
        yield _finding(Verdict.FAILED, texts("check.zalo_no_network"))
        return
    name, package = account.get("name", "-"), account.get("package_name") or "-"
    if account.get("is_verified"):
        yield _finding(Verdict.OK, texts("check.zalo_verified", name=name, package=package))
    else:
        yield _finding(Verdict.FAILED, texts("check.zalo_unverified", name=name))
    if (refused := await _permission(client)) is not None:
        yield _finding(Verdict.FAILED, texts("check.zalo_no_permission", code=refused))
    yield _templates(zalo, account, texts)


async def _permission(client: ZaloClient) -> int | None:
    """The number with which Zalo denies the app its messages; None when it does not.

    Sources disagree on how the quota is asked for, so any other refusal says nothing.
    """
    try:
        await client.quota()
    except ZaloError as error:
        return error.code if error.fault in {Fault.HUMAN, Fault.TIER} else None
    except ChannelDown:
        return None
    return None


def _templates(zalo: ZaloOaConfig, account: dict[str, Any], texts: Texts) -> Finding:
    if not zalo.templates:
        return _finding(Verdict.WARNING, texts("check.zalo_no_templates"))
    if not account.get("linked_ZCA"):
        return _finding(Verdict.FAILED, texts("check.zalo_no_zca"))
    return _finding(Verdict.OK, texts("check.zalo_templates", count=len(zalo.templates)))


async def _webhook(config: Config, http: httpx.AsyncClient, texts: Texts, last_event_at: datetime | None) -> Finding:
    """Whether the public address leads here, and when Zalo last brought something."""
    if config.web.public_url:
        try:
            answer = await http.get(f"{config.web.public_url}{PATH}")
            alive = answer.status_code == 200 and answer.text == GREETING
        except httpx.HTTPError:
            alive = False
        if not alive:
            return _finding(Verdict.FAILED, texts("check.zalo_webhook_dead", url=f"{config.web.public_url}{PATH}"))
    if last_event_at is None:
        return _finding(Verdict.WARNING, texts("check.zalo_webhook_silent", path=PATH))
    return _finding(Verdict.OK, texts("check.zalo_webhook_fine"))


def _finding(verdict: Verdict, words: str) -> Finding:
    return Finding("zalo", verdict, words)
