"""What leaves as an answer, and what is held back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.models import Agency
from hotline.knowing import Knowing
from services.answers import render_answer, render_details
from texts import vietnamese

texts = vietnamese()
TODAY = date(2026, 11, 22)
BEFORE_THE_LAW = date(2026, 6, 30)
NOBODY = Agency()
AGENCY = Agency(name="Công an tỉnh", phone="0277 385 0000", hours="7 giờ đến 21 giờ")


def answer(knowing: Knowing, topic: str, *, settings: Agency = NOBODY, on: date = TODAY, approved: bool = False) -> str:
    library = knowing.questions.library
    entry = library.entries[topic]
    if approved:
        entry = replace(entry, approved_by="bác sĩ trực", approved_on=TODAY)
    return render_answer(entry, kb=library, texts=texts, settings=settings, on=on)


def test_an_answer_is_dated_cites_its_articles_and_says_that_it_is_a_draft(knowing: Knowing) -> None:
    text = answer(knowing, "home.register")
    assert "Nghị định 163/2026/NĐ-CP" in text
    assert texts("answer.verified", on="22/11/2026") in text
    assert text.endswith(texts("answer.draft"))


def test_an_approved_answer_is_no_draft(knowing: Knowing) -> None:
    assert texts("answer.draft") not in answer(knowing, "home.register", approved=True)


def test_an_answer_whose_law_is_not_in_force_is_not_sent_as_it_is(knowing: Knowing) -> None:
    text = answer(knowing, "home.register", on=BEFORE_THE_LAW)
    assert text == texts("answer.changing", person=texts("person.nobody"))
    library = knowing.questions.library
    entry = library.entries["home.register"]
    assert render_details(entry, kb=library, texts=texts, settings=NOBODY, on=BEFORE_THE_LAW) == text


def test_only_approved_answers_leave_when_so_configured(knowing: Knowing) -> None:
    strict = replace(AGENCY, only_approved=True)
    held_back = answer(knowing, "home.register", settings=strict)
    assert held_back.splitlines()[0] == texts("answer.not_approved", person="").strip()
    assert AGENCY.phone in held_back
    assert "Điều 89" in answer(knowing, "home.register", settings=strict, approved=True)


@pytest.mark.parametrize("topic", ["urgent.overdose", "urgent.psychosis", "urgent.suicide", "urgent.child"])
def test_danger_to_life_is_answered_whatever_the_law_or_the_approval_says(knowing: Knowing, topic: str) -> None:
    text = answer(knowing, topic, settings=replace(NOBODY, only_approved=True), on=date(1999, 1, 1))
    assert any(number in text[:30] for number in ("115", "113", "111"))
    assert len(text) <= 400
    assert texts("answer.draft") not in text


def test_a_person_is_the_hotline_if_it_has_a_number_else_those_who_are_everywhere(knowing: Knowing) -> None:
    assert "0277 385 0000 (7 giờ đến 21 giờ)" in answer(knowing, "hotline.callback", settings=AGENCY)
    assert "Công an cấp xã" in answer(knowing, "hotline.callback")


def test_no_answer_leaves_a_placeholder_unfilled(knowing: Knowing) -> None:
    library = knowing.questions.library
    for topic, entry in library.entries.items():
        for settings in (NOBODY, AGENCY):
            whole = answer(knowing, topic, settings=settings) + render_details(
                entry, kb=library, texts=texts, settings=settings, on=TODAY
            )
            assert "{" not in whole, topic
            assert "}" not in whole, topic
