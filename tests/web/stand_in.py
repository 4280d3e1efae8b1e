"""A server with the same contract as the real one, that fails and dawdles on demand. For tests of the page alone.

Runs in a thread: the tests set its attributes and read what it received.
`python tests/web/stand_in.py` serves it on 8099.
"""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from texts import vietnamese
from web import page

Letter = dict[str, Any]

GREETING = (
    "Chào anh/chị. Đây là chương trình trả lời tự động; anh/chị không cần nói tên.\n"
    "Câu hỏi được xóa ngay sau khi trả lời.\n\nAnh/chị cứ gõ câu hỏi, có dấu hay không dấu đều được, "
    "hoặc chọn một mục dưới đây. Nguy hiểm tính mạng: gọi ngay 115 (cấp cứu), 113 (công an), 111 (trẻ em)."
)
ANSWER = (
    "Anh/chị nộp hồ sơ ở điểm tiếp nhận của Công an cấp xã nơi ở, hoặc nộp trực tuyến qua ứng dụng VNeID "
    "(theo Điều 113 Nghị định 163/2026). Công an cấp xã ra quyết định trong 24 giờ từ khi nhận hồ sơ.\n"
    "Cần hỏi thêm: gọi 0912 345 678, (024) 3825 1234 hoặc 1900 1567.\n\n"
    "Căn cứ: khoản 6 Điều 31 Luật 120/2025/QH15. Đối chiếu với luật ngày 22/11/2026."
)
URGENT = (
    "Gọi 115 ngay, nói: người không tỉnh, thở yếu hay không thở, địa chỉ.\nTrong lúc chờ:\n- Lay, gọi to.\n"
    "- Còn thở: đặt nằm nghiêng, canh nhịp thở.\n- Không còn mạch: ép tim giữa ngực.\nĐừng để người ấy một mình."
)
DETAILS = "Các bước:\n1. Nộp hồ sơ.\n2. Có quyết định cai tự nguyện (Mẫu 22)."
MENU = ["Đăng ký cai", "Chi phí, hỗ trợ", "Giấy tờ cần có", "Khuyên người nhà", "Xem thêm"]


def _choices(*labels: str) -> list[dict[str, str]]:
    return [{"label": f"{n}. {label}", "press": f"t:{n}"} for n, label in enumerate(labels, 1)]


def answer_to(message: dict[str, str]) -> Letter:
    if "press" in message:
        return {"text": f"{DETAILS} [{message['press']}]", "choices": [], "urgent": False}
    if message["text"] == "/start":
        return {"text": GREETING, "choices": _choices(*MENU), "urgent": False}
    if "quá liều" in message["text"]:
        choices = _choices("Có, đang nguy hiểm", "Không, tôi chỉ hỏi")
        return {"text": URGENT, "choices": choices, "urgent": True}
    return {
        "text": ANSWER,
        "choices": _choices("Xem chi tiết", "Có ích", "Chưa đúng ý", "Về danh mục"),
        "urgent": False,
    }


@dataclass
class StandIn:
    """What it does wrong (set by a test), and what it got."""

    failing: int = 0  # so many messages are refused with 503; -1: every one
    reply_lost: int = 0  # so many messages are stored, and yet answered with 503
    events_down: bool = False
    erase_down: bool = False
    streams: bool = True
    mute: bool = False  # streams open, and a proxy holds back every byte
    answer_after: float = 0.0
    generation: int = 0  # raised: every open stream is cut
    received: list[dict[str, str]] = field(default_factory=list)
    refused: int = 0
    last_event_ids: list[str] = field(default_factory=list)
    erased: list[str] = field(default_factory=list)
    letters: dict[str, list[tuple[float, str, Letter]]] = field(default_factory=lambda: defaultdict(list))
    _ids: set[tuple[str, str]] = field(default_factory=set)
    _next_id: int = 999_999_999_999_999_990  # beyond what a JavaScript number holds, and about to grow a digit

    def cut_streams(self) -> None:
        self.generation += 1

    def say(self, token: str, letter: Letter) -> str:
        self._next_id += 1
        self.letters[token].append((time.monotonic() + self.answer_after, str(self._next_id), letter))
        return str(self._next_id)

    def say_to_all(self, text: str) -> None:
        for token in list(self.letters):
            self.say(token, {"text": text, "choices": [], "urgent": False})

    def reset(self) -> None:
        generation = self.generation + 1
        self.__dict__.update(StandIn().__dict__, generation=generation)

    def app(self) -> Starlette:
        texts = vietnamese()

        async def home(request: Request) -> Response:
            return HTMLResponse(page.page(texts), headers=page.headers([str(request.base_url).rstrip("/")]))

        async def portal(request: Request) -> Response:
            return HTMLResponse('<!doctype html><title>Portal</title><iframe src="/" width=380 height=700></iframe>')

        routes = [Route("/", home), Route("/portal", portal), Route("/blank", lambda request: HTMLResponse("blank"))]
        for path, (content, media_type) in page.assets().items():
            routes.append(Route(path, lambda request, c=content, m=media_type: Response(c, media_type=m)))
        routes += [
            Route("/chat/messages", self._take, methods=["POST"]),
            Route("/chat/events", self._events),
            Route("/chat/erase", self._erase, methods=["POST"]),
        ]
        return Starlette(routes=routes)

    async def _take(self, request: Request) -> Response:
        token, message = _token(request), await request.json()
        if self.failing:
            self.failing -= self.failing > 0
            self.refused += 1
            return JSONResponse({"error": "not_stored"}, 503)
        if len(message.get("text", "")) > 10_000 or message.get("text") == "refuse me":
            return JSONResponse({"error": "too_long"}, 413)
        if (token, message["id"]) not in self._ids:
            self._ids.add((token, message["id"]))
            self.received.append(message)
            self.say(token, answer_to(message))
        if self.reply_lost:
            self.reply_lost -= 1
            return JSONResponse({"error": "too late"}, 503)
        return JSONResponse({}, 202)

    def _due(self, token: str, after: str) -> list[tuple[str, Letter]]:
        now = time.monotonic()
        return [(id_, letter) for due, id_, letter in self.letters[token] if int(id_) > int(after) and due <= now]

    async def _events(self, request: Request) -> Response:
        token, after = _token(request), request.headers.get("last-event-id", "0")
        if self.events_down:
            return JSONResponse({}, 503)
        self.last_event_ids.append(after)
        if not self.streams or "text/event-stream" not in request.headers["accept"]:
            return JSONResponse({"events": [{"id": id_, "data": data} for id_, data in self._due(token, after)]})
        return StreamingResponse(self._stream(token, after), media_type="text/event-stream")

    async def _stream(self, token: str, after: str) -> AsyncIterator[str]:
        generation = self.generation
        if not self.mute:
            yield ": ready\n\n"
        while generation == self.generation:
            for id_, letter in [] if self.mute else self._due(token, after):
                after = id_
                yield f"id: {id_}\ndata: {json.dumps(letter, ensure_ascii=False)}\n\n"
            await asyncio.sleep(0.03)

    async def _erase(self, request: Request) -> Response:
        if self.erase_down:
            return JSONResponse({}, 503)
        self.erased.append(_token(request))
        self.letters.pop(self.erased[-1], None)
        return Response(status_code=204)


def _token(request: Request) -> str:
    scheme, _, token = request.headers["authorization"].partition(" ")
    assert scheme == "Bearer" and len(token) == 64 and set(token) <= set("0123456789abcdef")
    return token


class Running:
    """The stand-in on a port of its own, until `stop`."""

    def __init__(self, stand_in: StandIn, port: int = 0) -> None:
        config = uvicorn.Config(stand_in.app(), port=port, log_level="warning", access_log=False, lifespan="off")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        while not self._server.started:
            time.sleep(0.02)
        self.url = f"http://127.0.0.1:{self._server.servers[0].sockets[0].getsockname()[1]}"

    def stop(self) -> None:
        self._server.should_exit = self._server.force_exit = True
        self._thread.join(5)


if __name__ == "__main__":
    print(Running(StandIn(), 8099).url)
    threading.Event().wait()
