"""`hotline zalo login` and `hotline zalo status`: the Official Account's consent, and how it stands with it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

from bot.channels.zalo.client import ZaloClient
from bot.channels.zalo.faults import ZaloError
from bot.channels.zalo.oauth import NotAsked, OutcomeUnknown, challenge, new_verifier
from bot.channels.zalo.tokens import Tokens
from db.session import Database
from domain.clock import VIETNAM, utc_now
from domain.errors import ZaloLoginFailed, ZaloUnused
from domain.zalo import GRANT_LIFETIME, GrantAlarm, ZaloGrant, alarm
from hotline.config import Config
from hotline.databases import opened
from hotline.zalo import open_client, open_http, open_oauth, open_tokens
from services.ports import ChannelDown
from texts import Texts, vietnamese


async def login(config: Config, write: Callable[[str], None], read: Callable[[], str]) -> None:
    """Shows what to put into Zalo's console, takes the address that Zalo leads back to, stores the pair.

    May run beside the hotline: it changes one row. Raises ZaloUnused, ZaloLoginFailed.
    """
    texts, verifier = vietnamese(), new_verifier()
    _require(config)
    write(texts("zalo.login_steps", challenge=challenge(verifier), app_id=config.zalo_oa.app_id))
    code = code_in(read())
    async with _tokens(config) as (tokens, _client, _database), open_http() as http:
        try:
            pair = await open_oauth(config.zalo_oa, http).exchange(code, verifier)
        except (NotAsked, OutcomeUnknown):
            raise ZaloLoginFailed(why=texts("zalo.login_no_answer")) from None
        except ZaloError as error:
            raise ZaloLoginFailed(why=texts("zalo.login_refused", code=error.code)) from None
        await tokens.store(pair)
    write(texts("zalo.login_done"))


def code_in(answer: str) -> str:
    """The code of the address that was pasted, or what was pasted when it is the code itself."""
    found = parse_qs(urlsplit(answer.strip()).query).get("code")
    return found[0] if found else answer.strip()


async def status(config: Config, write: Callable[[str], None]) -> None:
    """Raises ZaloUnused."""
    texts, now = vietnamese(), utc_now()
    _require(config)
    async with _tokens(config) as (_tokens_of_it, client, database):
        async with database.reading() as uow:
            grant = await uow.zalo.find(config.zalo_oa.app_id)
            unreachable = await uow.unreachable.count_by_reason()
        write(grant_words(grant, texts, now, seeded=bool(config.zalo_oa.refresh_token.get_secret_value())))
        if grant is not None and grant.usable(now):
            write(await _account_words(client, texts))
    for reason, people in sorted(unreachable.items()):
        write(texts("zalo.unreachable", people=people, why=texts(f"zalo.reasons.{reason}")))


def grant_words(grant: ZaloGrant | None, texts: Texts, now: datetime, *, seeded: bool) -> str:
    if grant is None:
        return texts("zalo.grant.seeded" if seeded else "zalo.grant.missing")
    found = alarm(grant, now)
    ends = grant.renewed_at + GRANT_LIFETIME
    words = texts(f"zalo.grant.{found}", renewed=_local(grant.renewed_at), ends=_local(ends), code=grant.trouble)
    if found is GrantAlarm.NONE and not grant.usable(now):
        return texts("zalo.grant.asleep", renewed=_local(grant.renewed_at), ends=_local(ends))
    return words


async def _account_words(client: ZaloClient, texts: Texts) -> str:
    try:
        account = await client.account()
    except (ZaloError, ChannelDown) as error:
        return texts("zalo.account_unknown", code=error.code if isinstance(error, ZaloError) else "-")
    return texts(
        "zalo.account",
        name=account.get("name", "-"),
        verified=texts("zalo.yes" if account.get("is_verified") else "zalo.no"),
        package=account.get("package_name") or "-",
        zca=texts("zalo.yes" if account.get("linked_ZCA") else "zalo.no"),
    )


def _local(moment: datetime) -> str:
    return moment.astimezone(VIETNAM).strftime("%H:%M %d/%m/%Y")


def _require(config: Config) -> None:
    if not config.zalo_oa.app_id:
        raise ZaloUnused


@asynccontextmanager
async def _tokens(config: Config) -> AsyncIterator[tuple[Tokens, ZaloClient, Database]]:
    async with opened(config) as database, open_http() as http:
        tokens = open_tokens(config.zalo_oa, database, http, utc_now)
        yield tokens, open_client(config.zalo_oa, tokens, http, utc_now), database
