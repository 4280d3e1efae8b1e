"""A client, a follow-up and a date of the law in words. Codes only; dates as people write them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from domain.clients import Client, ClientState, EndsReason
from domain.contact_records import Condition, ContactRecord
from domain.follow_ups import FollowUp, FollowUpState
from domain.legal_dates import LegalDate, LegalDateState
from services.clients import ClientCard
from texts import Texts

_LEGAL_SHOWN = 6


def on_day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def client_line(client: Client, texts: Texts, today: date) -> str:
    """ "SC-01, Phường Ba Đình, đến 15/08/2027" with what is special about it."""
    if client.state is ClientState.ACTIVE:
        over = client.terms.ends_on < today
        state = texts("clients.term_over" if over else "clients.until", on=on_day(client.terms.ends_on))
    else:
        state = state_words(client, texts)
    nobody = texts("clients.no_volunteer") if client.volunteer is None and client.state is ClientState.ACTIVE else ""
    return ", ".join(part for part in (client.code, client.commune, state, nobody) if part)


def state_words(client: Client, texts: Texts) -> str:
    reason = texts(f"clients.reason_{client.state_reason}") if client.state_reason else ""
    return texts(f"clients.state_{client.state}", reason=reason, on=on_day(client.state_on))


def card_words(card: ClientCard, texts: Texts, today: date) -> str:
    client = card.client
    lines = [
        texts("clients.card", code=client.code, commune=client.commune),
        texts("clients.card_ground", ground=texts(f"roster.ground_{client.ground}")),
        *_term_lines(client, texts),
        state_words(client, texts) if client.state is not ClientState.ACTIVE else "",
        _decision_line(client, texts),
        _volunteer_line(card, texts),
        _count_line(card, texts),
        *(texts("clients.next", when=window_words(card.open[0], texts)) for _ in card.open[:1]),
        *(_contact_line(each, texts) for each in card.contacts),
        *_legal_lines(card.legal_dates, texts, today),
    ]
    return "\n".join(line for line in lines if line)


def _term_lines(client: Client, texts: Texts) -> list[str]:
    terms = client.terms
    basis = texts(f"clients.ends_{terms.reason}")
    lines = [texts("clients.card_term", start=on_day(client.start_on), end=on_day(terms.ends_on), basis=basis)]
    if terms.reason in {EndsReason.PRISON, EndsReason.ABSENT} or (terms.given_on and terms.computed_on):
        computed = on_day(terms.computed_on) if terms.computed_on else "-"
        given = on_day(terms.given_on) if terms.given_on else "-"
        lines.append(texts("clients.card_terms", computed=computed, given=given))
    return lines


def _decision_line(client: Client, texts: Texts) -> str:
    if not client.decision:
        return texts("clients.no_decision")
    on = texts("clients.decided", on=on_day(client.decided_on)) if client.decided_on else ""
    return texts("clients.decision", number=client.decision, on=on).rstrip()


def _volunteer_line(card: ClientCard, texts: Texts) -> str:
    if card.volunteer is None:
        return texts("clients.card_no_volunteer")
    account = "" if card.volunteer.staff is not None else texts("clients.no_account")
    return texts("clients.card_volunteer", code=card.volunteer.code, account=account).rstrip()


def _count_line(card: ClientCard, texts: Texts) -> str:
    states = Counter(each.state for each in (*card.open, *card.closed))
    counted = {str(state): states[state] for state in FollowUpState}
    return texts("clients.counts", open=len(card.open), **counted)


def window_words(follow_up: FollowUp, texts: Texts) -> str:
    """ "từ 03/12 đến 10/12/2026, gặp trực tiếp" """
    slot = follow_up.slot
    method = texts(f"follow_ups.method_{slot.method}")
    return texts("follow_ups.window", first=f"{slot.earliest_on:%d/%m}", last=on_day(slot.latest_on), method=method)


def _contact_line(record: ContactRecord, texts: Texts) -> str:
    result = texts(f"follow_ups.was_{record.way}_{record.outcome}")
    condition = texts(f"follow_ups.condition_{record.condition}") if record.condition is not Condition.UNKNOWN else ""
    return texts("clients.contact", on=on_day(record.happened_on), result=result, condition=condition).rstrip(", ")


def _legal_lines(dates: Sequence[LegalDate], texts: Texts, today: date) -> list[str]:
    open_ones = [each for each in dates if each.state is LegalDateState.OPEN][:_LEGAL_SHOWN]
    if not open_ones:
        return []
    return [texts("legal_dates.head"), *("- " + legal_words(each, texts, today) for each in open_ones)]


def legal_words(each: LegalDate, texts: Texts, today: date) -> str:
    """What is due, by when, on which article."""
    if each.due_on < today:
        key = "legal_dates.overdue" if each.is_overdue(today) else "legal_dates.waiting"
        when = texts(key, on=on_day(each.due_on))
    elif each.from_on < each.due_on:
        when = texts("legal_dates.between", first=f"{each.from_on:%d/%m}", last=on_day(each.due_on))
    else:
        when = texts("legal_dates.on", on=on_day(each.due_on))
    return texts(
        "legal_dates.line",
        what=texts(f"legal_dates.{each.kind}"),
        when=when,
        basis=texts(f"legal_dates.{each.kind}_basis"),
    )
