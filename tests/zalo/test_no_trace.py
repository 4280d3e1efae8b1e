"""What people write and are known by on Zalo, tokens and one-time addresses: nowhere in logs, files or metrics."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from domain.models import Letter, Priority
from hotline.logs import configure_logs
from tests.citizen import Clock
from tests.fakes.zalo import FakeZalo, sign
from tests.servers import plain_client
from tests.zalo.conftest import Served
from tests.zalo.test_sending import announce, outcome
from tests.zalos import ZaloCitizen

SENTENCE = "con tôi tên Tèo hút hàng trắng ở hẻm 77"
NUMBER = "0912 345 678"
USER = "2468458835291977001"


async def test_a_day_on_zalo_leaves_no_trace(
    served: Served, fake: FakeZalo, clock: Clock, stolen: Callable[[], bytes], capfd: pytest.CaptureFixture[str]
) -> None:
    configure_logs("debug", json_lines=True)
    citizen = ZaloCitizen(served.product, fake=fake, user_id=USER)
    await citizen.says(SENTENCE, "/menu", "1")
    await outcome(served, await announce(served, USER, Letter(NUMBER, protect=True), clock, priority=Priority.REPLY))
    address = re.search(r"/once/(\S+)", fake.person(USER).chat[-1]["text"])[1]  # type: ignore[index]
    broken = f'{{"event_name": "{SENTENCE}"'.encode()
    await fake.post(broken, sign(broken, ""))
    await fake.post(broken + b"}", "mac=00")
    works = served.product.intake._database
    served.product.intake._database = Broken()  # type: ignore[assignment]
    made = fake.event("user_send_text", USER, message={"msg_id": "z", "text": SENTENCE})
    with pytest.raises(AssertionError):
        await fake.deliver(made)
    served.product.intake._database = works
    fake.access_token = "revoked-token"
    clock.forward(timedelta(minutes=50))
    async with plain_client(served.url) as client:
        await client.post(f"/once/{address}")
        metrics = (await client.get("/metrics")).text
    await citizen.says("xin chào")
    out, err = capfd.readouterr()
    assert "zalo.not_stored" in err and "zalo.signature_wrong" in err
    secrets = [SENTENCE, "Tèo", NUMBER, USER, address, fake.access_token, fake.refresh_token, *fake.refreshes]
    for place in (out.encode(), err.encode(), metrics.encode(), stolen()):
        assert [secret for secret in secrets if secret.encode() in place] == []


class Broken:
    def transaction(self) -> None:
        raise OSError(f"disk full while writing {SENTENCE}")
