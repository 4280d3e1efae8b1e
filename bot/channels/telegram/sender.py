"""Delivers letters through python-telegram-bot's ExtBot, whose limiter keeps us within Telegram's 30 a second."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import NoReturn

import aiohttp
import telegram.error
from telegram import LinkPreviewOptions
from telegram.ext import AIORateLimiter, ExtBot

from bot.channels.telegram.api import Account, Kind
from bot.channels.telegram.erasing import erase_messages
from bot.channels.telegram.render import MAX_CAPTION, Part, render, units
from bot.channels.telegram.transport import AiohttpRequest
from bot.channels.telegram.trouble import Trouble
from domain.models import Document, FileWanted, Letter, Outgoing
from services.ports import ChannelDown, FileGone, FileTooLarge, Refused, TryLater, Unreachable
from texts import Texts

os.environ.setdefault("PTB_TIMEDELTA", "1")  # else every refusal prints a warning about a number that we do not use

PER_SECOND = 30
"""What Telegram allows a bot to all its people together."""

MAX_DOCUMENT_BYTES = 50 * 1024**2
_AT_ONCE = 16  # at 30 a second, a letter of danger waits for about half a second behind so many
_MOST_AT_ONCE = 64
_CHAT_RESTS = timedelta(seconds=1)
_CONNECT_SECONDS, _ANSWER_SECONDS, _FILE_SECONDS = 5.0, 15.0, 120.0
_GONE = ("chat not found", "user is deactivated", "bot was kicked", "bot can't initiate", "group chat was upgraded")


class TelegramSender:
    """`rest`: a second between two letters to one chat. Letters are split by us, so their parts rest here."""

    def __init__(
        self,
        account: Account,
        texts: Texts,
        trouble: Trouble,
        *,
        per_second: int = PER_SECOND,
        rest: timedelta = _CHAT_RESTS,
    ) -> None:
        self.rest = rest
        self.at_once = min(max(_AT_ONCE, per_second // 2), _MOST_AT_ONCE)
        self._account = account
        self._texts = texts
        self._trouble = trouble
        self._per_second = per_second
        self._bot = self._create_bot()
        self._delivered: dict[int, list[str]] = {}  # parts of letters that were cut off in the middle
        self._refused_in_a_row: set[str] = set()

    @asynccontextmanager
    async def open(self) -> AsyncIterator[TelegramSender]:
        """Keeps the connections while the block runs. The token is not tried: Telegram may be away at the start."""
        await self._bot.request.initialize()
        try:
            yield self
        finally:
            await self._bot.request.shutdown()

    async def send(self, outgoing: Outgoing, external_id: str) -> Sequence[str]:
        bot = await self._current_bot()
        letter = outgoing.letter
        try:
            if letter.erase_chat:
                failed = await erase_messages(bot, int(external_id), outgoing.said)
                letter = self._after_erasing(letter, failed)
            sent = await self._send_parts(bot, outgoing.id, letter, external_id)
        except telegram.error.TelegramError as error:
            self._explain(error, external_id)
        self._delivered.pop(outgoing.id, None)
        self._refused_in_a_row.clear()
        self._trouble.over()
        return sent

    def _after_erasing(self, letter: Letter, failed: int) -> Letter:
        """What is said then; a counsellor must read what became of the request, and whether a number is left."""
        if letter.farewell:
            return Letter(self._texts("telegram.chat_erased_partly" if failed else "telegram.chat_erased"))
        if failed:
            return replace(letter, text=f"{letter.text}\n\n{self._texts('telegram.some_left')}")
        return letter

    async def fetch(self, wanted: FileWanted) -> bytes:
        bot = await self._current_bot()
        try:
            file = await bot.get_file(wanted.file.reference)
            if (file.file_size or 0) > wanted.most_bytes:
                raise FileTooLarge
            content = bytes(await file.download_as_bytearray(read_timeout=_FILE_SECONDS))
        except telegram.error.BadRequest as error:
            raise (FileTooLarge if "too big" in error.message.lower() else FileGone) from None
        except telegram.error.TelegramError as error:
            self._explain(error, wanted.file.reference)
        if len(content) > wanted.most_bytes:
            raise FileTooLarge
        return content

    async def _send_parts(self, bot: ExtBot[int], letter_id: int, letter: Letter, chat: str) -> list[str]:
        """Goes on after the last part that arrived, when the letter was cut off before."""
        delivered = self._delivered.get(letter_id, [])
        document = letter.document
        parts = render(letter, group=int(chat) < 0)
        caption = len(parts) == 1 and units(parts[0].text) <= MAX_CAPTION
        if document and len(document.content) > MAX_DOCUMENT_BYTES:
            parts, document = [Part(self._texts("telegram.document_too_large")), *parts], None
        if document and not caption:
            parts = [*parts, Part("")]
        for number, part in enumerate(parts):
            if number < len(delivered):
                continue
            if number:
                await asyncio.sleep(self.rest.total_seconds())
            last = document if number == len(parts) - 1 else None
            delivered.append(await self._send_part(bot, part, chat, letter, last))
            self._delivered[letter_id] = delivered
        return delivered

    async def _send_part(
        self, bot: ExtBot[int], part: Part, chat: str, letter: Letter, document: Document | None
    ) -> str:
        if document is not None:
            message = await bot.send_document(
                int(chat),
                document.content,
                filename=document.name,
                caption=part.text or None,
                caption_entities=part.entities,
                reply_markup=part.keyboard,
                protect_content=letter.protect,
                read_timeout=_FILE_SECONDS,
                write_timeout=_FILE_SECONDS,
            )
        else:
            message = await bot.send_message(
                int(chat),
                part.text,
                entities=part.entities,
                reply_markup=part.keyboard,
                protect_content=letter.protect,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            )
        return str(message.message_id)

    def _explain(self, error: telegram.error.TelegramError, chat: str) -> NoReturn:
        """Raises what the outbox understands. Messages of these errors may quote what was sent: they go nowhere."""
        match error:
            case telegram.error.RetryAfter():
                after = _span(error.retry_after)
                self._refused_in_a_row.add(chat)
                if len(self._refused_in_a_row) < 3:
                    raise TryLater(after) from None
                self._trouble.met(Kind.RATE)  # not one busy chat: all of us are too fast
                raise ChannelDown(after) from None
            case telegram.error.Forbidden() | telegram.error.ChatMigrated():
                raise Unreachable from None
            case telegram.error.InvalidToken():
                self._account.look_again()
                self._trouble.met(Kind.TOKEN)
                raise ChannelDown from None
            case telegram.error.BadRequest():
                if any(words in error.message.lower() for words in _GONE):
                    raise Unreachable from None
                raise Refused from None
            case telegram.error.TimedOut():
                self._trouble.met(Kind.SLOW)
            case telegram.error.NetworkError() if isinstance(error.__cause__, aiohttp.ClientError | OSError):
                self._trouble.met(Kind.NETWORK)
            case telegram.error.NetworkError():
                self._trouble.met(Kind.SERVER)
            case _:
                self._trouble.met(Kind.BROKEN)
        raise ChannelDown from None

    async def _current_bot(self) -> ExtBot[int]:
        """The bot of the token that counts now."""
        if self._bot.token != self._account.token:
            old, self._bot = self._bot, self._create_bot()
            await self._bot.request.initialize()
            await old.request.shutdown()
        return self._bot

    def _create_bot(self) -> ExtBot[int]:
        request = AiohttpRequest(
            connections=2 * self.at_once + 8,
            connect_seconds=_CONNECT_SECONDS,
            answer_seconds=_ANSWER_SECONDS,
            file_seconds=_FILE_SECONDS,
        )
        return ExtBot(
            self._account.token,
            base_url=f"{self._account.api_base}/bot",
            base_file_url=f"{self._account.api_base}/file/bot",
            request=request,
            get_updates_request=request,
            rate_limiter=AIORateLimiter(overall_max_rate=self._per_second, max_retries=0),
        )


def _span(retry_after: int | timedelta) -> timedelta:
    return retry_after if isinstance(retry_after, timedelta) else timedelta(seconds=retry_after)
