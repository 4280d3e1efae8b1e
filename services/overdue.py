"""The morning's list to an officer: who has been silent, what has been missed, who could not be reminded."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from db.uow import UnitOfWork
from domain.models import Notice, Priority
from domain.rhythm import Rhythm
from domain.staff import Right, Staff
from domain.volunteering import Account, Moment, Overdue
from services.follow_up_lines import FollowUpLines, say_weekday
from services.notices import notice
from texts import Texts

TEAM_PRESS = "vg:0"
_LISTED_AFTER = timedelta(hours=1)
"""After the volunteers' letters: what did not arrive is known by then."""

_LINES = 8
_ROWS = 1000
_LIFETIME = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class OverdueLists:
    texts: Texts
    rhythm: Rhythm

    async def tell(self, uow: UnitOfWork, at: Moment, now: datetime) -> list[int]:
        """Each officer once a morning, each follow-up once; what nobody is there to be told of waits.

        Returns the contacts who have been told.
        """
        if now < self.rhythm.moment(at.day) + _LISTED_AFTER:
            return []
        counts = await uow.mornings.communes_to_tell(at)
        officers = [each for each in await uow.staff.list_working() if each.may(Right.BE_TOLD_OF_DELAY)]
        told_today = await uow.outbox.has_identity([_identity(each, at.day) for each in officers])
        communes: dict[int, list[str]] = {}
        for commune in sorted(counts):
            covering = [each for each in officers if each.covers(commune)]
            if not covering or any(_identity(each, at.day) in told_today for each in covering):
                continue
            for each in covering:
                communes.setdefault(each.number, []).append(commune)
        for officer in officers:
            if officer.number in communes:
                await self._post(uow, officer, communes[officer.number], at, now)
        covered = sorted({commune for each in communes.values() for commune in each})
        if covered:
            await uow.mornings.set_told(at, covered, now)
            await uow.mornings.note_unreached(at, covered, now, _ROWS)
        return [each.contact.id for each in officers if each.number in communes]

    async def _post(
        self, uow: UnitOfWork, officer: Staff, communes: Collection[str], at: Moment, now: datetime
    ) -> None:
        mornings = uow.mornings
        sections = {
            "missed": await mornings.missed(communes, _LINES),
            "silent": await mornings.silent(at, communes, _LINES),
            "unreached": await mornings.unreached(at, communes, _LINES),
        }
        listed = [each for rows, _ in sections.values() for each in rows]
        clients = await mornings.client_codes({each.client_id for each in listed})
        codes = {number: code for number, (code, _) in clients.items()}
        numbers = {each.volunteer for each in listed if each.volunteer is not None}
        names = {each.number: each.code for each in await uow.volunteers.list_all(numbers)} if numbers else {}
        why = await self._why(uow, sections["unreached"][0], names, at)
        parts = [self.texts("overdue.head", day=say_weekday(at.day, at.day))]
        for name, (rows, many) in sections.items():
            if not many:
                continue
            parts.append(self.texts(f"overdue.{name}"))
            parts += [self._line(each, codes, names, why if name == "unreached" else {}, at.day) for each in rows]
            if many > len(rows):
                parts.append(self.texts("overdue.more", count=many - len(rows)))
        total = sum(many for _, many in sections.values())
        letter = notice("\n".join(parts), (self.texts("overdue.team"), TEAM_PRESS))
        fields = (("count", str(total)), ("date", f"{at.day:%d/%m/%Y}"))
        uow.outbox.add(
            officer.contact,
            replace(letter, notice=Notice("overdue", fields)),
            now,
            priority=Priority.NOTICE,
            identity=_identity(officer, at.day),
            lifetime=_LIFETIME,
        )

    def _line(
        self, each: Overdue, codes: Mapping[int, str], names: Mapping[int, str], why: Mapping[int, str], day: date
    ) -> str:
        lines = FollowUpLines(self.texts)
        who = names.get(each.volunteer or 0)
        window = lines.window(each.earliest_on, each.latest_on, day)
        said = why.get(each.id) or (self.texts("overdue.who", code=who) if who else self.texts("overdue.nobody"))
        return self.texts(
            "overdue.line", code=lines.code(codes, each.client_id), commune=each.commune, window=window, who=said
        )

    async def _why(
        self, uow: UnitOfWork, rows: Sequence[Overdue], names: Mapping[int, str], at: Moment
    ) -> dict[int, str]:
        """Why nobody could be reminded, by follow-up."""
        numbers = {each.volunteer for each in rows if each.volunteer is not None}
        accounts = await uow.mornings.accounts(numbers)
        away = {each.volunteer for each in await uow.mornings.absences_on(at.day, numbers)}
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
            return self.texts("overdue.nobody")
        account = accounts.get(each.volunteer)
        if account is None:
            return self.texts("overdue.why_no_account", code=who)
        if account.confident_at is None:
            return self.texts("overdue.why_not_confident", code=who)
        if each.volunteer in away:
            return self.texts("overdue.why_away", code=who)
        return self.texts("overdue.why_unreachable", code=who, why=say_why(self.texts, reasons.get(account.contact.id)))


def say_why(texts: Texts, reason: tuple[str, datetime] | None) -> str:
    """Why nothing arrives at somebody; without a known reason the platform has refused the letter."""
    key = f"volunteer.why_{reason[0]}" if reason else "volunteer.why_failed"
    return texts(key if key in texts else "volunteer.why_failed")


def _identity(officer: Staff, day: date) -> str:
    return f"overdue:{officer.number}:{day}"
