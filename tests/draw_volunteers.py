"""Draws the pictures of docs/volunteers.vi.md from a talk with the real program.

python -m tests.draw_volunteers
"""

from __future__ import annotations

from datetime import timedelta

from domain.follow_ups import Method
from domain.staff import Role
from hotline.wiring import Product
from tests.citizen import Clock, Printed, TerminalCitizen
from tests.conversations.crew import COMMUNE, THURSDAY, Crew, texts, window
from tests.drawing import draw, draw_talk


async def talk(product: Product, printed: Printed, clock: Clock) -> None:
    crew = Crew(product, printed)
    lan, minh = TerminalCitizen(product, printed=printed), TerminalCitizen(product, printed=printed)
    code, number = await crew.volunteer("TNV-07")
    other, _ = await crew.volunteer("TNV-12")
    await crew.client("SC-014", number, window(crew.today, 8, method=Method.VISIT))
    await crew.client("SC-027", number, window(crew.today - timedelta(days=5), 6, method=Method.PHONE))
    await crew.joins(minh, other)
    officer, counsellor = await crew.officer(COMMUNE), await crew.staff(Role.COUNSELLOR)
    await counsellor.says("/ca")
    await counsellor.presses(texts("desk.begin"))
    await lan.says(await crew.invitation(code))
    draw("volunteer-duty", lan.last)
    await lan.presses(texts("volunteer.accept_duty"))
    await lan.presses(texts("volunteer.try_it"))
    draw("volunteer-practice", lan.last)
    await lan.presses(texts("volunteer.visited"))
    await lan.presses(texts("volunteer.condition_steady"))
    clock.to_hour(8)
    await crew.morning()
    await lan.hears()
    draw("volunteer-morning", lan.last)
    await lan.presses("SC-014")
    draw("volunteer-card", lan.last)
    await lan.presses(texts("volunteer.visited"))
    draw("volunteer-condition", lan.last)
    await lan.presses(texts("volunteer.condition_worried"))
    draw("volunteer-work", lan.last)
    await lan.presses(texts("volunteer.work_seeks"))
    draw("volunteer-finished", lan.last)
    await lan.presses(texts("volunteer.correct"))
    draw("volunteer-correct", lan.last)
    await lan.says("/tuannay")
    draw("volunteer-week", lan.last)
    await lan.says("/homnay")
    await lan.presses(texts("volunteer.support"))
    draw("volunteer-support", lan.last)
    await officer.hears()
    draw("volunteer-support-officer", officer.last)
    await lan.says("/lienhe")
    draw("volunteer-mine", lan.last)
    await lan.says("/vangmat", "5/12 - 12/12")
    draw("volunteer-away", lan.last)
    await lan.presses("TNV-12")
    await minh.hears()
    draw("volunteer-deputy", minh.last)
    await officer.says("/nhom")
    draw("volunteer-team", officer.last)
    await officer.presses("TNV-07")
    draw("volunteer-member", officer.last)


if __name__ == "__main__":
    draw_talk(talk, THURSDAY)
