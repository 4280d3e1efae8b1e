"""Where a message goes on Zalo: a user, a visitor without account, or a phone number."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    USER = ""
    ANONYMOUS = "anonymous"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class Address:
    """`external_id` of a contact, taken apart. Ids are texts and stay texts.

    conversation: of an anonymous visitor, who can be answered only there.
    """

    kind: Kind
    id: str
    conversation: str = ""

    @classmethod
    def parse(cls, external_id: str) -> Address:
        kind, marked, rest = external_id.partition(":")
        if not marked:
            return cls(Kind.USER, external_id)
        who, _, conversation = rest.partition(":")
        return cls(Kind(kind), who, conversation)

    @classmethod
    def anonymous(cls, visitor: str, conversation: str) -> Address:
        return cls(Kind.ANONYMOUS, visitor, conversation)

    @classmethod
    def phone(cls, e164: str) -> Address:
        """`e164`: "+84912345678"; Zalo wants it without the plus."""
        return cls(Kind.PHONE, e164.removeprefix("+"))

    def __str__(self) -> str:
        if self.kind is Kind.USER:
            return self.id
        return ":".join([self.kind, self.id, *([self.conversation] if self.conversation else [])])
