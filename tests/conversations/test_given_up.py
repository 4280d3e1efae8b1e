"""A message that spoils its commit each time costs nobody but its writer an answer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from aiogram.types import TelegramObject, Update

from domain.clock import local_date
from hotline.wiring import Product
from tests.citizen import Citizen
from tests.conversations.conftest import NewCitizen

SPOILED = "tin này làm hỏng cả nhóm"
QUESTION = "đăng ký cai nghiện tại nhà ở đâu"


@pytest.fixture(autouse=True)
async def spoiling(product: Product) -> AsyncIterator[None]:
    """Something that is found out only when everything is written: the day of a counter is missing."""

    async def spoil(
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]], event: TelegramObject, data: dict[str, Any]
    ) -> Any:
        if isinstance(event, Update) and event.message and event.message.text == SPOILED:
            data["uow"].counters.add(local_date(data["now"]), None, "spoiled")
        return await handler(event, data)

    product.dispatcher.update.outer_middleware(spoil)
    yield
    product.dispatcher.update.outer_middleware.unregister(spoil)


async def test_a_spoiled_message_is_given_up_with_the_numbers_and_the_next_one_is_answered(citizen: Citizen) -> None:
    await citizen.says(SPOILED)
    texts = citizen.product.knowing.questions.texts
    person = citizen.product.knowing.questions.person()
    assert citizen.last_reply.strip().endswith(texts("errors.given_up", person=person).strip())
    await citizen.says(QUESTION)
    assert "Căn cứ" in citizen.last_reply


async def test_a_neighbour_of_a_spoiled_message_is_answered(new_citizen: NewCitizen) -> None:
    unlucky, neighbour = new_citizen(), new_citizen()
    await unlucky._write(SPOILED)
    await neighbour.says(QUESTION)
    assert "Căn cứ" in neighbour.last_reply


async def test_giving_up_forgets_the_form_that_may_be_why(citizen: Citizen) -> None:
    await citizen.says("/tracuu")
    await citizen.says(SPOILED)
    async with citizen.product.database.reading() as uow:
        assert (await uow.inbox.count_waiting()) == 0
    await citizen.says(QUESTION)  # no ticket code is expected any more
    assert "Căn cứ" in citizen.last_reply
