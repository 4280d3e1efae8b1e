"""Delivers letters on Zalo: replies at once, planned messages by the cheapest way that is allowed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.channels.zalo.address import Address, Kind
from bot.channels.zalo.client import ZaloClient
from bot.channels.zalo.faults import Endpoint, Fault, ZaloError
from bot.channels.zalo.files import Files, fits
from bot.channels.zalo.presses import Presses
from bot.channels.zalo.rendering import Rendering
from db.session import Database
from domain.models import Document, FileWanted, Letter, Outgoing, Priority
from domain.zalo import Way, daytime, ways
from services import once
from services.ports import ChannelDown, Postponed, Refused, TryLater, Unreachable
from texts import Texts

_FOR_A_HUMAN = timedelta(minutes=1)
_NEXT_PERIOD = timedelta(hours=1)
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Manner:
    """templates: kind of notice -> Zalo's template id. public_url: of our web pages; empty: nothing to link to."""

    rendering: Rendering = field(default_factory=Rendering)
    templates: Mapping[str, str] = field(default_factory=dict)
    public_url: str = ""


class ZaloSender:
    """`rest`: a person gets the parts of an answer as fast as Zalo takes them."""

    at_once = 20
    rest = timedelta(0)

    def __init__(
        self,
        client: ZaloClient,
        database: Database,
        presses: Presses,
        texts: Texts,
        clock: Callable[[], datetime],
        manner: Manner,
    ) -> None:
        self._client = client
        self._files = Files(client, clock)
        self._database = database
        self._presses = presses
        self._texts = texts
        self._clock = clock
        self._manner = manner
        self._rendering = manner.rendering
        self._said: dict[int, int] = {}  # letter -> how many of its parts have left, when a later part failed

    async def send(self, outgoing: Outgoing, external_id: str) -> Sequence[str]:
        """Nothing can be deleted on Zalo, so no message ids come back."""
        address = Address.parse(external_id)
        try:
            if outgoing.priority is Priority.NOTICE and address.kind is not Kind.ANONYMOUS:
                await self._remind(outgoing, address)
            else:
                await self._talk(outgoing, address)
        except ZaloError as error:
            await self._give_up(outgoing, error)
        return ()

    async def fetch(self, wanted: FileWanted) -> bytes:
        return await self._client.download(wanted.file.reference, wanted.most_bytes)

    async def _talk(self, outgoing: Outgoing, address: Address) -> None:
        letter = await self._shielded(outgoing)

        def sign(press: str) -> str:
            return self._presses.sign(press, outgoing.contact.id, self._clock())

        silent = letter.document is not None and not (letter.text or letter.choices)
        messages = [] if silent else self._rendering.messages(letter, sign, self._texts("zalo.urgent_mark"))
        for number, message in enumerate(messages):
            if number >= self._said.get(outgoing.id, 0):
                await self._say(address, message)
                self._said[outgoing.id] = number + 1
        if letter.document:
            await self._hand_over(address, letter.document)
        self._said.pop(outgoing.id, None)

    async def _say(self, address: Address, message: dict[str, Any]) -> None:
        if address.kind is Kind.PHONE:
            raise ZaloError(Endpoint.OA, -232)  # nobody who has a phone number only ever wrote to us
        if address.kind is Kind.ANONYMOUS:
            await self._client.say_to_visitor(address.id, address.conversation, _text_of(message))
            return
        try:
            await self._client.say(address.id, message)
        except ZaloError as error:
            if error.fault is not Fault.TIER or "attachment" not in message:
                raise
            log.warning("zalo.no_buttons", code=error.label)
            self._rendering = replace(self._rendering, buttons=False)
            await self._client.say(address.id, {"text": _text_of(message)})

    async def _hand_over(self, address: Address, document: Document) -> None:
        if address.kind is Kind.USER and fits(document):
            await self._files.send(address.id, document)
        else:
            await self._say(address, {"text": self._texts("zalo.document_elsewhere")})

    async def _shielded(self, outgoing: Outgoing) -> Letter:
        """Nothing can be protected on Zalo: such a text is shown once, on a page of ours."""
        letter = outgoing.letter
        if not letter.protect:
            return letter
        if not self._manner.public_url:
            return replace(letter, text=self._texts("zalo.open_elsewhere"), document=None)
        async with self._database.transaction() as uow:
            token = await once.lay_down(uow, outgoing.contact, letter.text, self._clock())
        url = f"{self._manner.public_url}/once/{token}"
        minutes = int(once.LIFETIME.total_seconds()) // 60
        return replace(letter, text=self._texts("zalo.once", url=url, minutes=minutes), document=None)

    async def _remind(self, outgoing: Outgoing, address: Address) -> None:
        now = self._clock()
        if (morning := daytime(now)) != now:
            raise Postponed(morning)
        template = self._template(outgoing.letter)
        refusal = ZaloError(Endpoint.OA, -230)
        for way in await self._ways(outgoing, address, now, has_template=template is not None):
            try:
                if way is Way.TEMPLATE and template is not None:
                    await self._by_template(outgoing, address, *template)
                else:
                    await self._talk(outgoing, address)
            except ZaloError as error:
                if error.fault not in {Fault.WINDOW, Fault.QUOTA}:
                    raise
                refusal = error
            else:
                await self._reached(outgoing)
                return
        raise refusal

    async def _ways(self, outgoing: Outgoing, address: Address, now: datetime, *, has_template: bool) -> list[Way]:
        if address.kind is Kind.PHONE:
            return [Way.TEMPLATE] if has_template else []
        async with self._database.reading() as uow:
            seen_at = await uow.contacts.seen_at(outgoing.contact.id)
        return ways(now, seen_at, has_template=has_template) if seen_at else []

    def _template(self, letter: Letter) -> tuple[str, dict[str, str]] | None:
        if letter.notice is None:
            return None
        template_id = self._manner.templates.get(letter.notice.kind)
        return (template_id, dict(letter.notice.fields)) if template_id else None

    async def _by_template(
        self, outgoing: Outgoing, address: Address, template_id: str, fields: dict[str, str]
    ) -> None:
        if address.kind is Kind.PHONE:
            await self._client.template_by_phone(address.id, template_id, fields, f"hotline-{outgoing.id}")
        else:
            await self._client.template(address.id, template_id, fields)

    async def _reached(self, outgoing: Outgoing) -> None:
        async with self._database.transaction() as uow:
            await uow.unreachable.clear([outgoing.contact.id])

    async def _give_up(self, outgoing: Outgoing, error: ZaloError) -> None:
        """Says it in the outbox's words. Always raises."""
        now = self._clock()
        match error.fault:
            case Fault.WINDOW | Fault.GONE | Fault.NOT_BY_ID:
                async with self._database.transaction() as uow:
                    await uow.unreachable.set_reason(outgoing.contact.id, error.fault.name.lower(), now)
                self._said.pop(outgoing.id, None)
                raise Unreachable from error
            case Fault.OURS:
                self._said.pop(outgoing.id, None)
                raise Refused from error
            case Fault.NIGHT:
                raise Postponed(max(daytime(now), now + _NEXT_PERIOD)) from error
            case Fault.QUOTA:
                log.warning("zalo.quota", code=error.label)
                raise Postponed(now + _NEXT_PERIOD) from error
            case Fault.HUMAN | Fault.TIER | Fault.TOKEN | Fault.DEAD:
                log.error("zalo.needs_human", code=error.label)
                if error.endpoint is Endpoint.TEMPLATE:  # this template, or its money; conversations go on
                    raise Postponed(now + _NEXT_PERIOD) from error
                raise ChannelDown(_FOR_A_HUMAN) from error
        raise TryLater from error


def _text_of(message: dict[str, Any]) -> str:
    """Also of the shape where the text stands in the payload."""
    return str(message.get("text") or message["attachment"]["payload"]["text"])
