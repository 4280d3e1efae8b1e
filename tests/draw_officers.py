"""Draws the pictures of docs/officers.vi.md from a talk with the real program.

python -m tests.draw_officers
"""

from __future__ import annotations

from datetime import timedelta

from domain.models import Letter
from domain.staff import Role
from hotline.wiring import Product
from services.roster_words import outcome_lines
from tests.care.rosters import as_csv, row, take_over
from tests.citizen import Clock, Printed
from tests.conversations.desk import MONDAY_NINE, StaffDesk
from tests.drawing import draw, draw_talk
from texts import vietnamese

texts = vietnamese()
ROWS = [
    row("SC-01", "05/10/2026"),
    row("SC-02", "02/11/2026", volunteer="TNV-2", ground="Bắt buộc"),
    row("SC-03", "01/12/2026", volunteer="", ground="12-17"),
]


async def talk(product: Product, printed: Printed, clock: Clock) -> None:
    rosters = product.care.rosters
    async with product.database.transaction() as uow:
        wrong = as_csv([row("Nguyễn Văn An"), row("SC-02", commune="Tân Thành"), row("SC-03", "31/11/2026")])
        checked = await rosters.check(uow, wrong, clock())
        draw("officer-roster-wrong", Letter("\n".join(outcome_lines(checked, texts, written=False))))
        checked = await take_over(uow, product.care, as_csv(ROWS), clock())
        draw("officer-roster-right", Letter("\n".join(outcome_lines(checked, texts, written=True))))
    officer = await StaffDesk(product, printed).joins(Role.OFFICER, "Ba Đình")
    await officer.says("/ca")
    draw("officer-desk", officer.last)
    await officer.says("/nguoi")
    draw("officer-list", officer.last)
    await officer.presses("SC-02")
    draw("officer-card", officer.last)
    await officer.presses(texts("clients.pause"))
    draw("officer-pause", officer.last)
    await officer.presses("Chấp hành án phạt tù")
    draw("officer-day", officer.last)
    await officer.presses(texts("clients.today"))
    draw("officer-paused", officer.last)
    await officer.says("/the SC-01")
    await officer.presses(texts("clients.reassign"))
    draw("officer-reassign", officer.last)
    clock.forward(timedelta(days=7))
    await product.officer_list.run(clock())
    await officer.hears()
    draw("officer-morning", officer.last)
    await officer.presses(texts("legal_dates.open"))
    draw("officer-law", officer.last)
    await officer.says("/moitnv TNV-1")
    draw("officer-invite", officer.last)


if __name__ == "__main__":
    draw_talk(talk, MONDAY_NINE)
