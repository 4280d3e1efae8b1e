"""A citizen's number in a counsellor's chat: shown on a press, each time in the trail, and taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from db.uow import UnitOfWork
from domain.audit import Action
from domain.callbacks import CallbackRequest, IfOther, Revealed, Wish
from domain.ids import new_id
from domain.models import Choice, Letter, Priority
from domain.opening import Window
from domain.staff import NotYours, Staff
from services import out_of_reach
from services.request_lines import RequestLines
from texts import Texts

SHOWN_FOR = timedelta(hours=47)
"""A messenger lets a bot delete its messages for 48 hours; one is kept for the tick and a stop of the program."""

_LINES = 5


@dataclass(frozen=True, slots=True)
class Showing:
    texts: Texts
    lines: RequestLines

    async def show(
        self,
        uow: UnitOfWork,
        staff: Staff,
        request: CallbackRequest,
        choices: Sequence[Choice],
        now: datetime,
        *,
        head: str = "",
    ) -> None:
        """Puts number, words and what to say into the chat of whoever has the request, protected. Raises NotYours."""
        revealed = await uow.callbacks.reveal(request.id, staff.number)
        if revealed is None:
            raise NotYours
        await take_back(uow, request.id)
        await uow.staff.set_shown(request.id, staff.number, now)
        uow.audit.add(Action.REVEALED, now, staff=staff.number, subject=request.id, details=request.wish)
        told = (head, await self._text(uow, request, revealed, now), await self._others(uow, staff, request, now))
        text = "\n\n".join(filter(None, told))
        labelled = tuple(Choice(f"{place}. {each.label}", each.press) for place, each in enumerate(choices, 1))
        letter = Letter(text, labelled, urgent=request.urgent, protect=True)
        identity = f"number:{request.id}:{new_id()}"
        uow.outbox.add(staff.contact, letter, now, priority=Priority.REPLY, identity=identity, lifetime=SHOWN_FOR)

    async def _others(self, uow: UnitOfWork, staff: Staff, request: CallbackRequest, now: datetime) -> str:
        """What else was asked for by others who left the same number: their times and words bind the call as well."""
        shadows = await uow.callbacks.list_same_as(request.id)
        notes = await uow.callbacks.reveal_shadows(request.id, staff.number)
        windows = {shadow.due for shadow in shadows if shadow.due != request.due}
        said = [
            self.texts("desk.also_due", window=self.lines.window(each, now)) for each in sorted(windows, key=_start)
        ]
        said += [self.texts("desk.also_note", note=note) for note in notes]
        return "\n".join([self.texts("desk.same_number"), *said]) if said else ""

    async def _text(self, uow: UnitOfWork, request: CallbackRequest, revealed: Revealed, now: datetime) -> str:
        texts = self.texts
        if request.wish is Wish.PHONE:
            number = texts("desk.number", phone=spaced(revealed.phone or "-"))
            if_other = strictest([request, *await uow.callbacks.list_same_as(request.id)])
            when = texts(
                "desk.safe_time" if request.due.holds(now) else "desk.not_yet",
                window=self.lines.window(request.due, now),
            )
            parts = [number, when, texts("desk.opening_words"), texts(f"desk.if_other_{if_other}")]
        else:
            lines = await uow.callbacks.list_lines(request.id, _LINES)
            told = [
                texts("desk.line_citizen" if each.from_citizen else "desk.line_us", line=each.text) for each in lines
            ]
            parts = [texts("desk.write_here"), *told]
            if reason := await out_of_reach.why(uow, request):
                parts.append(texts("desk.cannot_be_written", why=texts(f"zalo.reasons.{reason}")))
        if request.child:
            parts.append(texts("desk.child"))
        if revealed.note:
            parts.append(texts("desk.citizen_note", note=revealed.note))
        if revealed.risk_note:
            parts.append(texts("desk.risk_note", note=revealed.risk_note))
        return "\n\n".join(parts)


async def take_back(uow: UnitOfWork, request_id: int) -> int | None:
    """No letter with this number leaves any more, and no page shows it that has not been opened.

    Returns in whose chat it has been, as a number of staff; None for nobody's.
    """
    await uow.outbox.delete_planned(f"number:{request_id}")
    holder = await uow.staff.take_shown(request_id)
    if holder is not None and (contact_id := await uow.staff.contact_id(holder)) is not None:
        await uow.once.delete_of(contact_id)
    return holder


def strictest(requests: Sequence[CallbackRequest]) -> IfOther:
    """Who says least to others decides for everybody who left this number."""
    wished = {request.if_other for request in requests}
    return next(each for each in (IfOther.NOTHING, IfOther.WRONG_NUMBER, IfOther.HOTLINE) if each in wished)


def _start(window: Window) -> datetime:
    return window.start


def spaced(phone: str) -> str:
    """0912 345 678, as it is dialled here; another country's number keeps its plus."""
    if not phone.startswith("+84"):
        return phone
    local = "0" + phone.removeprefix("+84")
    return " ".join(filter(None, (local[:4], local[4:7], local[7:])))
