"""A scripted day with planted words: afterwards none of them is found anywhere."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from domain.knowledge import Reading
from hotline.logs import configure_logs
from hotline.wiring import Product
from tests.citizen import Clock, WebCitizen
from texts import vietnamese

PHONE = "0912345678"
NAME = "Nguyễn Thị Đào Vinh"
SENTENCE = "con tôi tên Tèo hút hàng trắng ở hẻm 77"
TOKEN = "5551234" + "ab" * 28 + "7"
PLANTED = [PHONE, NAME, SENTENCE, TOKEN, "Nguyen Thi Dao Vinh", "Tèo", "hẻm 77"]


class Stumbling:
    """A reader that breaks, with the person's words in its complaint, as a real fault would."""

    def read(self, text: str, last_topic: str | None = None, *, calm: bool = False) -> Reading:
        raise ValueError(f"cannot read {text}")


def found_in(place: bytes | str) -> list[str]:
    data = place.encode() if isinstance(place, str) else place
    forms = {word: {word.encode(), json.dumps(word).strip('"').encode(), word.encode("utf-16-le")} for word in PLANTED}
    return [word for word, shapes in forms.items() if any(shape in data for shape in shapes)]


def test_the_search_itself_finds_what_is_there() -> None:
    assert found_in(f"log: {SENTENCE} {json.dumps(NAME)}") == [NAME, SENTENCE, "Tèo", "hẻm 77"]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
async def test_a_day_leaves_no_trace_of_anybody(
    product: Product,
    web_client: httpx.AsyncClient,
    clock: Clock,
    stolen: Callable[[], bytes],
    capfd: pytest.CaptureFixture[str],
) -> None:
    configure_logs("debug", json_lines=True)
    citizen = WebCitizen(product, client=web_client, token=TOKEN)
    await citizen.says(f"{SENTENCE}, gọi tôi số {PHONE}, tôi là {NAME}", "/menu", "2", f"cai ở đâu {PHONE}")
    await citizen.says(f"{NAME} nằm bất động không thở, {PHONE}")
    await citizen.presses(vietnamese()("buttons.details"))
    await a_day_of_faults(citizen, web_client, product)
    metrics = (await web_client.get("/metrics")).text
    assert "hotline_inbox_waiting" in metrics
    now_in_files = stolen()
    await citizen.says("/xoadulieu")
    clock.forward(timedelta(hours=49))
    await product.retention.run(clock())
    out, err = capfd.readouterr()
    assert "update.failed" in err  # the fault was logged
    assert "web.not_stored" in err
    for place in (out, err, metrics, now_in_files, stolen()):
        assert found_in(place) == []


async def a_day_of_faults(citizen: WebCitizen, client: httpx.AsyncClient, product: Product) -> None:
    """Bad bodies, a handler that breaks, a database that breaks: each of them is logged or answered."""
    for body in (f'{{"id": "1", "text": "{SENTENCE}', json.dumps({"id": PHONE, "text": [NAME]}), "x" * 90_000):
        refused = await client.post("/chat/messages", content=body.encode(), headers=citizen.headers)
        assert refused.status_code in {400, 413}
        assert found_in(refused.text) == []
    whole = product.worker._questions
    product.worker._questions = replace(whole, reader=Stumbling())
    await citizen.says(SENTENCE)
    assert "115" in citizen.last_reply
    product.worker._questions = whole
    works = product.intake._database
    product.intake._database = Broken()  # type: ignore[assignment]
    response = await client.post("/chat/messages", json={"id": "z1", "text": SENTENCE}, headers=citizen.headers)
    assert response.status_code == 503
    product.intake._database = works


class Broken:
    def transaction(self) -> None:
        raise OSError(f"disk full while writing {SENTENCE}")
