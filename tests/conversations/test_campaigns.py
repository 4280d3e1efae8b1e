"""Who comes by a leaflet is greeted like everybody; only what the agency published is counted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.clock import local_date
from domain.models import Agency
from hotline.knowing import Knowing
from hotline.wiring import Product
from services.questions import CAMPAIGN
from tests.citizen import Citizen

LEAFLET, ALARMING = "to-roi-12", "dung-tu-tu"


@pytest.fixture
def knowing(knowing: Knowing) -> Knowing:
    agency = Agency(campaigns=frozenset({LEAFLET, ALARMING}))
    return replace(knowing, questions=replace(knowing.questions, agency=agency))


async def opened(product: Product) -> dict[str, int]:
    today = local_date(product.clock())
    async with product.database.reading() as uow:
        counters = await uow.counters.list_between(today, today)
    return {topic: value for (_, _, measure, topic), value in counters.items() if measure == CAMPAIGN}


async def test_a_link_of_a_campaign_greets_and_is_counted(citizen: Citizen) -> None:
    await citizen.says(f"/start {LEAFLET}")
    greeting = citizen.last_reply
    assert greeting.startswith("Chào anh/chị")
    await citizen.says("/start")
    assert citizen.last_reply == greeting
    assert await opened(citizen.product) == {LEAFLET: 1}


async def test_the_name_of_a_campaign_is_no_cry_for_help(citizen: Citizen) -> None:
    assert citizen.product.knowing.is_danger(f"/start {ALARMING}")
    await citizen.says(f"/start {ALARMING}")
    assert citizen.last_reply.startswith("Chào anh/chị")
    assert await opened(citizen.product) == {ALARMING: 1}


@pytest.mark.parametrize("payload", ["khong-khai-bao", "to-roi-12 them", "TO-ROI-12", "x" * 200])
async def test_nobody_fills_the_counters_with_names_of_their_own(citizen: Citizen, payload: str) -> None:
    await citizen.says(f"/start {payload}")
    assert citizen.last_reply.startswith("Chào anh/chị")
    assert await opened(citizen.product) == {}
