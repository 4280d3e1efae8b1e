"""Thanks, farewells and a mere "vâng" get a kind word instead of "not ours", and never hide danger."""

from __future__ import annotations

import pytest

from hotline.wiring import Product
from tests.citizen import Citizen
from tests.conversations.test_questions import counters
from texts import vietnamese

texts = vietnamese()


@pytest.mark.parametrize(
    ("said", "reply"),
    [
        ("cảm ơn em nhé", "courtesy.say_thanks"),
        ("da em cam on nhieu lam a", "courtesy.say_thanks"),
        ("chào tạm biệt bác sĩ", "courtesy.say_farewell"),
        ("vâng ạ", "courtesy.say_agreed"),
        ("a lô", "greeting"),
    ],
)
async def test_a_courtesy_gets_a_kind_word(citizen: Citizen, product: Product, said: str, reply: str) -> None:
    await citizen.says(said)
    if reply == "greeting":
        assert "Anh/chị không cần nói tên" in citizen.last_reply
    else:
        assert citizen.last_reply == texts(reply)
        assert (await counters(product))["question.courtesy", ""] == 1


async def test_who_did_not_understand_gets_another_way_and_a_person(citizen: Citizen) -> None:
    await citizen.says("không hiểu gì hết")
    assert citizen.last_reply == texts("courtesy.say_lost", person=texts("person.nobody"))


async def test_a_farewell_offers_to_delete_the_chat(citizen: Citizen) -> None:
    await citizen.says("tạm biệt")
    assert any(texts("buttons.erase_chat") in choice.label for choice in citizen.choices)


@pytest.mark.parametrize("said", ["cảm ơn, đăng ký cai nghiện tại nhà ở đâu", "tạm biệt mọi người, em không sống nữa"])
async def test_more_than_a_courtesy_is_read_as_what_it_says(citizen: Citizen, product: Product, said: str) -> None:
    await citizen.says(said)
    assert ("question.courtesy", "") not in await counters(product)


async def test_a_farewell_soon_after_danger_is_no_mere_courtesy(citizen: Citizen, product: Product) -> None:
    await citizen.says("em muốn chết, không muốn sống nữa", "tạm biệt")
    assert ("question.courtesy", "") not in await counters(product)
