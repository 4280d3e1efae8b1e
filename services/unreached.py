"""For the officers' list: who could not be reminded, and why. Each follow-up is told of once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from db.uow import UnitOfWork
from domain.rhythm import Rhythm
from domain.volunteering import Account, Moment, Overdue
from services.follow_up_lines import FollowUpLines
from services.morning import moment_of
from texts import Texts

_LINES = 8
_ROWS = 500


@dataclass(frozen=True, slots=True)
class Unreached:
    texts: Texts
    rhythm: Rhythm

    async def silent(self, uow: UnitOfWork, communes: Collection[str] | None, now: datetime) -> set[int]:
        """Follow-ups of which a volunteer was reminded twice and said nothing since."""
        rows, _ = await uow.mornings.silent(moment_of(self.rhythm, now), communes, _ROWS)
        return {each.id for each in rows}

    async def lines(self, uow: UnitOfWork, communes: Collection[str] | None, now: datetime) -> list[str]:
        """Empty when everybody could be reminded. communes None: everywhere."""
        at = moment_of(self.rhythm, now)
        rows, many = await uow.mornings.unreached(at, communes, _LINES)
        if not many:
            return []
        clients = await uow.mornings.client_codes({each.client_id for each in rows})
        codes = {number: code for number, (code, _) in clients.items()}
        reasons = await self._reasons(uow, rows, at)
        lines, words = FollowUpLines(self.texts), self.texts
        listed = [
            words(
                "unreached.line",
                code=lines.code(codes, each.client_id),
                window=lines.window(each.earliest_on, each.latest_on, at.day),
                why=reasons[each.id],
            )
            for each in rows
        ]
        more = [words("unreached.more", count=many - len(rows))] if many > len(rows) else []
        return [words("unreached.head", count=many), *listed, *more]

    async def note(self, uow: UnitOfWork, communes: Collection[str] | None, now: datetime) -> None:
        """The officers of these communes have been told."""
        await uow.mornings.note_unreached(moment_of(self.rhythm, now), communes, now, _ROWS)

    async def _reasons(self, uow: UnitOfWork, rows: Sequence[Overdue], at: Moment) -> dict[int, str]:
        """In words, by follow-up."""
        numbers = {each.volunteer for each in rows if each.volunteer is not None}
        names = {each.number: each.code for each in await uow.volunteers.list_all(numbers)}
        accounts = await uow.mornings.accounts(numbers)
        away = {each.volunteer for each in await uow.volunteering.list_absent(at.day, numbers)}
        reasons = await uow.unreachable.find([each.contact.id for each in accounts.values()])
        return {each.id: self._reason(each, accounts, away, reasons, names) for each in rows}

    def _reason(
        self,
        each: Overdue,
        accounts: Mapping[int, Account],
        away: Collection[int],
        reasons: Mapping[int, tuple[str, datetime]],
        names: Mapping[int, str],
    ) -> str:
        who = names.get(each.volunteer or 0)
        if who is None or each.volunteer is None:
            return self.texts("unreached.nobody")
        account = accounts.get(each.volunteer)
        if account is None:
            return self.texts("unreached.no_account", code=who)
        if account.confident_at is None:
            return self.texts("unreached.not_confident", code=who)
        if each.volunteer in away:
            return self.texts("unreached.away", code=who)
        why = say_why(self.texts, reasons.get(account.contact.id))
        return self.texts("unreached.unreachable", code=who, why=why)


def say_why(texts: Texts, reason: tuple[str, datetime] | None) -> str:
    """Why nothing arrives at somebody; without a known reason the platform has refused the letter."""
    key = f"volunteer.why_{reason[0]}" if reason else "volunteer.why_failed"
    return texts(key if key in texts else "volunteer.why_failed")
