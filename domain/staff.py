"""Who works for the hotline, and what each role may do. Whatever is not granted here is denied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from domain.communes import same_place
from domain.errors import HotlineError
from domain.models import Channel, Contact

INVITATION_LIFETIME = timedelta(hours=72)
"""An invitation that nobody used by then is void."""

NOT_FOR_STAFF = frozenset({Channel.WEB})
"""Channels where nobody can be told from anybody else: whoever has the page would have the numbers."""


class Role(StrEnum):
    CITIZEN = "citizen"
    VOLUNTEER = "volunteer"
    COUNSELLOR = "counsellor"
    OFFICER = "officer"
    ADMINISTRATOR = "administrator"


class Right(StrEnum):
    SEE_DESK = "see_desk"
    BE_ON_DUTY = "be_on_duty"
    SEE_QUEUE = "see_queue"
    TAKE_REQUEST = "take_request"
    """Also what follows from it: see the number, note a risk, say how it went, release, hand over."""
    REOPEN_REQUEST = "reopen_request"
    RECORD_CONTACT = "record_contact"
    RECORD_FOR_COLLEAGUE = "record_for_colleague"
    IMPORT_CONTACTS = "import_contacts"
    """Hand in a sheet of contacts that took place outside the bot."""
    READ_ALOUD = "read_aloud"
    BE_TOLD_OF_DELAY = "be_told_of_delay"
    SEE_STAFF = "see_staff"
    REPORT = "report"
    """Of the own communes: see, complete, lock, correct, and trace a figure."""
    INVITE = "invite"
    INVITE_VOLUNTEER = "invite_volunteer"
    RECORD_FOLLOW_UP = "record_follow_up"
    BE_REMINDED = "be_reminded"
    """Of the own follow-ups; also what follows from it: the own lists, being away, calling for help."""
    ANSWER_SUPPORT = "answer_support"
    SEE_CLIENTS = "see_clients"
    CHANGE_CLIENTS = "change_clients"
    IMPORT_ROSTER = "import_roster"
    BE_TOLD_OF_CLIENTS = "be_told_of_clients"
    SHUT_OUT = "shut_out"


RIGHTS: Mapping[Role, frozenset[Right]] = MappingProxyType(
    {
        Role.CITIZEN: frozenset(),
        Role.VOLUNTEER: frozenset(
            {Right.SEE_DESK, Right.RECORD_CONTACT, Right.READ_ALOUD, Right.RECORD_FOLLOW_UP, Right.BE_REMINDED}
        ),
        Role.COUNSELLOR: frozenset(
            {
                Right.SEE_DESK,
                Right.BE_ON_DUTY,
                Right.SEE_QUEUE,
                Right.TAKE_REQUEST,
                Right.REOPEN_REQUEST,
                Right.RECORD_CONTACT,
                Right.RECORD_FOR_COLLEAGUE,
                Right.READ_ALOUD,
                Right.ANSWER_SUPPORT,
            }
        ),
        Role.OFFICER: frozenset(
            {
                Right.SEE_DESK,
                Right.SEE_QUEUE,
                Right.REOPEN_REQUEST,
                Right.RECORD_CONTACT,
                Right.RECORD_FOR_COLLEAGUE,
                Right.IMPORT_CONTACTS,
                Right.READ_ALOUD,
                Right.ANSWER_SUPPORT,
                Right.BE_TOLD_OF_DELAY,
                Right.SEE_STAFF,
                Right.REPORT,
                Right.INVITE_VOLUNTEER,
                Right.RECORD_FOLLOW_UP,
                Right.SEE_CLIENTS,
                Right.CHANGE_CLIENTS,
                Right.IMPORT_ROSTER,
                Right.BE_TOLD_OF_CLIENTS,
            }
        ),
        Role.ADMINISTRATOR: frozenset({Right.SEE_DESK, Right.SEE_STAFF, Right.INVITE, Right.SHUT_OUT}),
    }
)
"""An administrator keeps the program running and the staff list; that needs no citizen's number and no queue."""


@dataclass(frozen=True, slots=True)
class Staff:
    """One person who works here. `number` is what colleagues and the records call them.

    communes: the scope; empty is the whole province.
    """

    number: int
    contact: Contact
    role: Role
    communes: frozenset[str]
    name: str
    on_duty: bool
    joined_at: datetime

    def may(self, right: Right) -> bool:
        return right in RIGHTS[self.role]

    def covers(self, commune: str) -> bool:
        """Whether a request from there is theirs; one that names no commune is everybody's, or nobody would call."""
        return not self.communes or not commune or same_place(commune, self.communes) is not None

    def oversees(self, other: Staff) -> bool:
        """Whether the staff list shows that member to this one: somebody without a scope sees all, others their own."""
        return not self.communes or any(self.covers(each) for each in other.communes)


class NotAllowed(HotlineError):
    """The role of this member of staff does not include what was asked."""

    text_key = "staff.not_allowed"


class InvitationInvalid(HotlineError):
    """There is no such invitation, it has been used by another account, or its 72 hours are over."""

    text_key = "staff.invitation_invalid"


class ChannelNotForStaff(HotlineError):
    """The anonymous web chat cannot tell a counsellor from a stranger."""

    text_key = "staff.channel_not_for_staff"


class AlreadyStaff(HotlineError):
    """This account works here already; an invitation does not change its role."""

    text_key = "staff.already"


class StaffUnknown(HotlineError):
    """Nobody who works here has this number."""

    text_key = "staff.unknown"


class NotOnDuty(HotlineError):
    """Only who is on duty takes requests: they are told who comes next and when."""

    text_key = "staff.not_on_duty"


class RequestTaken(HotlineError):
    """Somebody else was faster."""

    text_key = "desk.taken"


class NotYours(HotlineError):
    """Another counsellor has this request, or nobody any more."""

    text_key = "desk.not_yours"
