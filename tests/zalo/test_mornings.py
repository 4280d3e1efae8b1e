"""The morning's letter where Zalo only lets approved words through."""

from __future__ import annotations

from datetime import timedelta

from domain.clock import utc_now
from hotline.wiring import Product
from services.unreached import Unreached
from tests.citizen import Clock, Printed, all_left
from tests.conversations.crew import THURSDAY, Crew, texts, window
from tests.fakes.zalo import FakeZalo
from tests.patience import eventually
from tests.zalo.conftest import Serve
from tests.zalos import ZaloCitizen


async def settled(product: Product) -> None:
    await eventually(lambda: all_left(product))


async def test_after_a_week_of_silence_the_approved_words_come_and_an_answer_opens_the_list(
    serve: Serve, fake: FakeZalo, clock: Clock
) -> None:
    clock.ahead = THURSDAY - timedelta(days=8) - utc_now()
    fake.templates.add("555")
    async with serve(templates={"digest": "555"}) as served:
        crew, citizen = Crew(served.product, Printed()), ZaloCitizen(served.product, fake=fake)
        code, number = await crew.volunteer()
        await crew.joins(citizen, code)
        clock.ahead = THURSDAY - utc_now()
        await crew.client("SC-300", number, window(crew.today, 8))
        clock.to_hour(8)
        assert len(await crew.morning()) == 1
        await settled(served.product)
        sent = {"template_id": "555", "template_data": {"count": "1", "day": "03/12/2026"}}
        assert fake.person(citizen.user_id).chat[-1] == sent
        await citizen.says("hôm nay")
        assert "SC-300: từ 3/12 đến 10/12" in citizen.last_reply
        await citizen.presses(texts("volunteer.phoned"))
        assert texts("volunteer.recorded_closes") in citizen.last_reply


async def test_without_approved_words_the_officer_sees_who_could_not_be_reminded_and_why(
    serve: Serve, fake: FakeZalo, clock: Clock
) -> None:
    clock.ahead = THURSDAY - timedelta(days=8) - utc_now()
    async with serve() as served:
        crew, citizen = Crew(served.product, Printed()), ZaloCitizen(served.product, fake=fake)
        code, number = await crew.volunteer("TNV-61")
        await crew.joins(citizen, code)
        clock.ahead = THURSDAY - utc_now()
        await crew.client("SC-301", number, window(crew.today, 8))
        clock.to_hour(8)
        assert len(await crew.morning()) == 1
        await settled(served.product)
        async with served.product.database.reading() as uow:
            lines = await Unreached(texts, served.product.rhythm).lines(uow, None, clock())
        why = texts("unreached.unreachable", code="TNV-61", why=texts("volunteer.why_window"))
        assert why in lines[1]
