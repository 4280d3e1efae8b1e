"""Draws the pictures of docs/counsellors.vi.md from a talk with the real program.

python -m tests.draw_counsellors
"""

from __future__ import annotations

from hotline.wiring import Product
from tests.citizen import Clock, Printed, TerminalCitizen
from tests.conversations.desk import MONDAY_NINE, StaffDesk, ask_for_call
from tests.drawing import draw, draw_talk
from texts import vietnamese

texts = vietnamese()


async def talk(product: Product, printed: Printed, _clock: Clock) -> None:
    lan = await StaffDesk(product, printed).joins(on_duty=False)
    draw("counsellor-joined", lan.last)
    await lan.says("/ca")
    draw("counsellor-desk", lan.last)
    await lan.presses(texts("desk.begin"))
    await ask_for_call(TerminalCitizen(product, printed=printed), "0912 345 678")
    await lan.hears()
    draw("counsellor-told", lan.last)
    await lan.says("/hangcho")
    draw("counsellor-queue", lan.last)
    await lan.presses(texts("desk.take", place=1))
    draw("counsellor-number", lan.last)
    await lan.presses(texts("outcome.met"))
    draw("counsellor-whom", lan.last)
    await lan.presses(texts("record.who_family"))
    draw("counsellor-closed", lan.last)
    await lan.says("/ghi")
    draw("counsellor-record", lan.last)
    for key in ("record.way_phone", "record.topic_law", "record.who_family", "record.referral_police"):
        await lan.presses(texts(key))
    draw("counsellor-recorded", lan.last)
    await lan.says("/traloi giấy tờ cai nghiện tại nhà")
    draw("counsellor-aloud", lan.last)


if __name__ == "__main__":
    draw_talk(talk, MONDAY_NINE)
