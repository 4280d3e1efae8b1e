"""From an entry of the knowledge base to what a person reads: text, places filled in, legal basis, date, notices."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from domain.knowledge import Document, Entry, Local
from domain.models import Agency
from texts import Texts

_URGENT = "urgent."


class Knowledge(Protocol):
    """What is needed of the knowledge base to write an answer."""

    @property
    def documents(self) -> dict[str, Document]: ...
    @property
    def local(self) -> Local: ...
    def in_force(self, entry: Entry, on: date) -> bool: ...


def render_answer(entry: Entry, *, kb: Knowledge, texts: Texts, settings: Agency, on: date) -> str:
    """The first message of a topic on a day.

    Danger to life is never held back. Any other answer is not sent as it is when its legal basis is not in force on
    that day, or when only approved answers may leave and this one is not approved: then a person is offered.
    """
    if held_back := _held_back(entry, kb, settings, on):
        return texts(held_back, person=person(texts, settings))
    text = _fill_in(entry.text, kb, texts, settings)
    if entry.topic.startswith(_URGENT):
        return text
    return "\n\n".join(part for part in (text, _footer(entry, kb, texts)) if part)


def render_details(entry: Entry, *, kb: Knowledge, texts: Texts, settings: Agency, on: date) -> str:
    """What else is worth knowing; held back like the answer itself."""
    if held_back := _held_back(entry, kb, settings, on):
        return texts(held_back, person=person(texts, settings))
    return _fill_in(entry.details, kb, texts, settings)


def person(texts: Texts, settings: Agency) -> str:
    """How to reach somebody who listens: the hotline's number, or the public places that exist everywhere."""
    if not settings.phone:
        return texts("person.nobody")
    if not settings.hours:
        return texts("person.phone", phone=settings.phone)
    return texts("person.phone_and_hours", phone=settings.phone, hours=settings.hours)


def _held_back(entry: Entry, kb: Knowledge, settings: Agency, on: date) -> str | None:
    if entry.topic.startswith(_URGENT):
        return None
    if not kb.in_force(entry, on):
        return "answer.changing"
    if settings.only_approved and not entry.approved:
        return "answer.not_approved"
    return None


def _fill_in(text: str, kb: Knowledge, texts: Texts, settings: Agency) -> str:
    places = {
        "{person}": person(texts, settings),
        "{agency}": settings.name or texts("agency.unnamed"),
        "{local_contacts}": _local_contacts(kb.local, texts),
        "{local_policy}": kb.local.policy or texts("local.no_policy"),
    }
    for place, words in places.items():
        text = text.replace(place, words)
    return text


def _local_contacts(local: Local, texts: Texts) -> str:
    if not local.contacts:
        return texts("local.no_contacts")
    return "\n".join(
        "- " + ", ".join(part for part in (place.name, place.address, place.phone, place.note) if part)
        for place in local.contacts
    )


def _footer(entry: Entry, kb: Knowledge, texts: Texts) -> str:
    lines = []
    if entry.legal_basis:
        by_document: dict[str, list[str]] = {}
        for basis in entry.legal_basis:
            by_document.setdefault(basis.document, []).append(basis.article)
        cited = "; ".join(f"{', '.join(articles)} {kb.documents[name].short}" for name, articles in by_document.items())
        lines.append(texts("answer.basis", basis=cited))
    lines.append(texts("answer.verified", on=f"{entry.verified_on:%d/%m/%Y}"))
    if not entry.approved:
        lines.append(texts("answer.draft"))
    return "\n".join(lines)
