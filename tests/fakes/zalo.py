"""Zalo as its documents describe it: a real HTTP server that refuses what Zalo refuses.

Errors come with status 200. Whatever our program sends that Zalo's documents do not know is kept in `violations`,
and the fixture that runs the server fails the test for it.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import secrets
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qsl

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from domain.clock import VIETNAM
from tests.patience import PATIENCE_SECONDS
from tests.servers import plain_client

OA_ID = "388613280878808645"
APP_ID = "360846524940903967"
APP_SECRET = "app-secret-of-a-test"
OA_SECRET = "oa-secret-key-of-a-test"
RETRIES = [timedelta(seconds=30), *(timedelta(minutes=minutes) for minutes in (5, 15, 30, 60))]
"""When a webhook that was not answered is sent again; after the last one the app loses its webhook."""

_ACTIONS = {"oa.query.show", "oa.query.hide", "oa.open.url", "oa.open.phone", "oa.open.sms"}


@dataclass
class Person:
    """One user of Zalo, and the chat with the Official Account as the person sees it."""

    id: str
    interacted_at: datetime | None = None
    follower: bool = True
    blocked: bool = False
    chat: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class FakeZalo:
    clock: Callable[[], datetime]
    url: str = ""
    webhook_url: str = ""
    tier_has_buttons: bool = True
    per_minute: int = 4000
    cs_quota: int = 10_000
    balance: int = 1_000_000
    verified: bool = True
    linked_zca: bool = True
    may_send: bool = True
    access_lifetime_seconds: int = 90_000
    templates: set[str] = field(default_factory=set)
    templates_by_phone_only: set[str] = field(default_factory=set)
    people: dict[str, Person] = field(default_factory=dict)
    phones: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    visitors: dict[tuple[str, str], list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    violations: list[str] = field(default_factory=list)
    paid: Counter[str] = field(default_factory=Counter)
    sent_at: list[datetime] = field(default_factory=list)
    webhook_lost: bool = False
    swallow_refresh_answers: bool = False
    hang_after_refresh: bool = False
    refreshes: list[str] = field(default_factory=list)
    errors: list[int] = field(default_factory=list)
    files: dict[str, tuple[str, bytes, datetime]] = field(default_factory=dict)
    sent_files: dict[str, bytes] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    tracking: set[str] = field(default_factory=set)
    access_token: str = ""
    refresh_token: str = ""
    access_ends_at: datetime | None = None
    _minute: Counter[str] = field(default_factory=Counter)

    # What a test does

    def grant(self) -> tuple[str, str]:
        """A pair as the API Explorer gives it."""
        self.access_token, self.refresh_token = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
        self.access_ends_at = self.clock() + timedelta(seconds=self.access_lifetime_seconds)
        return self.access_token, self.refresh_token

    def consent(self, challenge: str) -> str:
        """An administrator agrees on the consent page; gives the code."""
        code = secrets.token_urlsafe(12)
        self.codes[code] = challenge
        return code

    def person(self, user_id: str) -> Person:
        return self.people.setdefault(user_id, Person(user_id))

    async def write(self, user_id: str, text: str, **also: Any) -> int:
        """A person writes; gives how often the webhook had to be sent."""
        self.person(user_id).interacted_at = self.clock()
        message = {"text": text, "msg_id": secrets.token_hex(10)} | also
        return await self.deliver(self.event("user_send_text", user_id, message=message))

    async def send_file(self, user_id: str, name: str, content: bytes) -> int:
        self.person(user_id).interacted_at = self.clock()
        path = f"{secrets.token_hex(8)}/{name}"
        self.sent_files[path] = content
        payload = {"url": f"{self.url}/files/{path}", "name": name, "size": str(len(content)), "checksum": "-"}
        attachments = [{"type": "file", "payload": payload | {"type": name.rpartition(".")[2]}}]
        message = {"msg_id": secrets.token_hex(10), "attachments": attachments}
        return await self.deliver(self.event("user_send_file", user_id, message=message))

    async def follow(self, user_id: str) -> int:
        person = self.person(user_id)
        person.interacted_at, person.follower = self.clock(), True
        event = {"oa_id": OA_ID, "follower": {"id": user_id}, "event_name": "follow", "source": "oa_profile"}
        return await self.deliver(event | self._common())

    async def unfollow(self, user_id: str) -> int:
        self.person(user_id).follower = False
        event = {"oa_id": OA_ID, "follower": {"id": user_id}, "event_name": "unfollow", "source": "oa_profile"}
        return await self.deliver(event | self._common())

    async def visit(self, anonymous_id: str, conversation_id: str, text: str) -> int:
        self.visitors[anonymous_id, conversation_id]
        message = {"text": text, "msg_id": secrets.token_hex(10), "conversation_id": conversation_id}
        return await self.deliver(self.event("anonymous_send_text", anonymous_id, message=message))

    def event(self, name: str, user_id: str, **content: Any) -> dict[str, Any]:
        people = {"sender": {"id": user_id}, "recipient": {"id": OA_ID}, "user_id_by_app": "5521772797"}
        return people | {"event_name": name} | content | self._common()

    def _common(self) -> dict[str, str]:
        return {"app_id": APP_ID, "timestamp": str(int(self.clock().timestamp() * 1000))}

    async def deliver(self, event: dict[str, Any], forward: Callable[[timedelta], None] | None = None) -> int:
        """Sends until it is answered with 200, by Zalo's timetable; `forward` lets the time pass.

        Without `forward` no time passes: a hotline on a busy machine may ask for a repeat. Raises AssertionError when
        it takes none of them.
        """
        body = json.dumps(event, ensure_ascii=False).encode()
        for attempt, pause in enumerate([timedelta(0), *RETRIES]):
            if forward is not None:
                forward(pause)
            if await self.post(body, sign(body, event["timestamp"]), attempt):
                return attempt + 1
        assert forward is not None, "the webhook was not accepted"
        self.webhook_lost = True
        return len(RETRIES) + 1

    async def post(self, body: bytes, signature: str | None, attempt: int = 0) -> bool:
        headers = {"Content-Type": "application/json"}
        if signature is not None:
            headers["X-ZEvent-Signature"] = signature
        if attempt:
            headers["num_retry"] = str(attempt)
        async with plain_client(timeout_seconds=PATIENCE_SECONDS) as client:
            try:
                return (await client.post(self.webhook_url, content=body, headers=headers)).status_code == 200
            except httpx.HTTPError:
                return False

    # What it answers

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/v4/oa/access_token", self._token, methods=["POST"]),
                Route("/v3.0/oa/message/cs", self._consult, methods=["POST"]),
                Route("/v2.0/oa/message", self._anonymous, methods=["POST"]),
                Route("/v3.0/oa/message/template", self._template, methods=["POST"]),
                Route("/message/template", self._template_by_phone, methods=["POST"]),
                Route("/v2.0/oa/upload/file", self._upload, methods=["POST"]),
                Route("/v2.0/oa/getoa", self._account, methods=["GET"]),
                Route("/v3.0/oa/quota/message", self._quota, methods=["POST"]),
                Route("/files/{path:path}", self._give_file, methods=["GET"]),
                Route("/{path:path}", self._unknown, methods=["GET", "POST", "PUT", "DELETE"]),
            ]
        )

    async def _give_file(self, request: Request) -> Response:
        if "access_token" in request.headers:
            return self._violation("the token went to where files lie")
        content = self.sent_files.get(request.path_params["path"])
        return Response(status_code=404) if content is None else Response(content)

    async def _unknown(self, request: Request) -> Response:
        return self._violation(f"no such endpoint: {request.method} {request.url.path}", -1)

    def _violation(self, what: str, code: int = -201) -> JSONResponse:
        self.violations.append(what)
        return self._no(code)

    def _no(self, code: int) -> JSONResponse:
        self.errors.append(code)
        return JSONResponse({"error": code, "message": "error"}, headers=self._rate_headers())

    def _yes(self, data: dict[str, Any]) -> JSONResponse:
        return JSONResponse({"error": 0, "message": "Success", "data": data}, headers=self._rate_headers())

    def _rate_headers(self) -> dict[str, str]:
        used = self._minute[self._this_minute()]
        return {"X-RateLimit-Limit": str(self.per_minute), "X-RateLimit-Remain": str(max(0, self.per_minute - used))}

    def _this_minute(self) -> str:
        return self.clock().strftime("%Y%m%d%H%M")

    def _refused(self, request: Request) -> JSONResponse | None:
        """Rate, then token; every call of the open API passes here."""
        self._minute[self._this_minute()] += 1
        if self._minute[self._this_minute()] > self.per_minute:
            return self._no(-32)
        if "authorization" in request.headers:
            return self._violation("Authorization instead of access_token")
        token = request.headers.get("access_token", "")
        if token != self.access_token or self.access_ends_at is None or self.clock() >= self.access_ends_at:
            return self._no(-216)
        return None

    async def _token(self, request: Request) -> Response:
        if request.headers.get("secret_key") != APP_SECRET:
            return self._violation("no secret_key", -14004)
        form = dict(parse_qsl((await request.body()).decode()))
        if form.get("app_id") != APP_ID:
            return self._violation("wrong app_id", -14002)
        if form.get("grant_type") == "authorization_code":
            verifier = str(form.get("code_verifier", ""))
            digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
            if len(verifier) != 43 or self.codes.pop(str(form.get("code")), None) != digest:
                return self._no(-14010)
        else:
            used = str(form.get("refresh_token"))
            if used in self.refreshes:
                self.violations.append("a refresh token was used twice")
            self.refreshes.append(used)
            if used != self.refresh_token:
                return self._no(-14014)
        access, refresh = self.grant()
        while self.hang_after_refresh:  # noqa: ASYNC110 - until the test lets it
            await asyncio.sleep(0.05)
        if self.swallow_refresh_answers:
            return Response("<html>gateway</html>", 502)
        return JSONResponse(
            {"access_token": access, "refresh_token": refresh, "expires_in": str(self.access_lifetime_seconds)}
        )

    async def _consult(self, request: Request) -> Response:
        if refused := self._refused(request):
            return refused
        if not self.may_send:
            return self._no(-223)
        body = await request.json()
        person = self.people.get(str(body["recipient"].get("user_id")))
        if wrong := self._wrong_message(body["message"]):
            return self._violation(wrong)
        if not self.tier_has_buttons and "buttons" in body["message"].get("attachment", {}).get("payload", {}):
            return self._no(-224)
        if person is None or person.interacted_at is None:
            return self._no(-232)
        if person.blocked:
            return self._no(-244)
        if not person.follower:
            return self._no(-213)
        attachment = body["message"].get("attachment", {})
        if attachment.get("type") == "file" and not self._still_has(attachment["payload"]["token"]):
            return self._no(-100)
        silent = self.clock() - person.interacted_at
        if silent >= timedelta(days=7):
            return self._no(-230)
        if silent >= timedelta(hours=48):
            if self.cs_quota <= 0:
                return self._no(-211)
            self.cs_quota -= 1
        self.paid["free" if silent < timedelta(hours=48) else "quota"] += 1
        self.sent_at.append(self.clock())
        person.chat.append(body["message"])
        return self._yes({"message_id": secrets.token_hex(10), "user_id": person.id})

    def _wrong_message(self, message: dict[str, Any]) -> str:
        attachment = message.get("attachment")
        text = message.get("text", "")
        if attachment is None:
            return _wrong_text(text)
        payload = attachment.get("payload", {})
        if attachment.get("type") == "file":
            return "" if payload.get("token") else "a file without token"
        if attachment.get("type") != "template":
            return f"attachment {attachment.get('type')}"
        shown = payload.get("buttons", [])
        if not 1 <= len(shown) <= 5:
            return f"{len(shown)} buttons"
        for button in shown:
            if button["type"] not in _ACTIONS or not isinstance(button["payload"], str):
                return "button action"
            if not 1 <= len(button["title"]) <= 100 or len(button["payload"]) > 1000:
                return "button size"
        return _wrong_text(payload["text"] if payload.get("template_type") == "button" else text)

    async def _anonymous(self, request: Request) -> Response:
        if refused := self._refused(request):
            return refused
        body = await request.json()
        key = (body["recipient"].get("anonymous_id"), body["recipient"].get("conversation_id"))
        if set(body["message"]) != {"text"}:
            return self._violation("a visitor gets text only")
        if wrong := _wrong_text(body["message"]["text"]):
            return self._violation(wrong)
        if key not in self.visitors:
            return self._no(-201)
        self.visitors[key].append(body["message"])
        return self._yes({"message_id": secrets.token_hex(10)})

    async def _template(self, request: Request) -> Response:
        body = await request.json()
        person = self.people.get(str(body.get("user_id")))
        if str(body.get("template_id")) in self.templates_by_phone_only:
            return self._no(-249)
        return await self._by_template(request, body, "template_by_id", person.chat if person else None)

    async def _template_by_phone(self, request: Request) -> Response:
        body = await request.json()
        if not 1 <= len(str(body.get("tracking_id", ""))) <= 48:
            return self._violation("tracking_id")
        if not str(body.get("phone", "")).startswith("84"):
            return self._no(-108)
        if body["tracking_id"] in self.tracking:
            return self._yes({"msg_id": "known"})
        answer = await self._by_template(request, body, "template_by_phone", self.phones[body["phone"]])
        if json.loads(bytes(answer.body))["error"] == 0:
            self.tracking.add(body["tracking_id"])
        return answer

    async def _by_template(
        self, request: Request, body: dict[str, Any], kind: str, chat: list[dict[str, Any]] | None
    ) -> Response:
        if refused := self._refused(request):
            return refused
        if str(body.get("template_id")) not in self.templates | self.templates_by_phone_only:
            return self._no(-131)
        if not 6 <= self.clock().astimezone(VIETNAM).hour < 22:
            return self._no(-133)
        if chat is None:
            return self._no(-118)
        if self.balance < 300:
            return self._no(-115)
        self.balance -= 200 if kind == "template_by_id" else 300
        self.paid[kind] += 1
        self.sent_at.append(self.clock())
        chat.append({"template_id": body["template_id"], "template_data": body["template_data"]})
        return self._yes({"message_id": secrets.token_hex(10)})

    async def _upload(self, request: Request) -> Response:
        if refused := self._refused(request):
            return refused
        name, content = await _uploaded(request)
        if len(content) > 5 * 1024**2:
            return self._no(-210)
        if not name.lower().endswith((".pdf", ".doc", ".docx")):
            return self._yes({})  # as Zalo does: success, and nothing
        token = secrets.token_urlsafe(20)
        self.files[token] = (name, content, self.clock())
        return self._yes({"token": token})

    async def _account(self, request: Request) -> Response:
        if refused := self._refused(request):
            return refused
        package = "Gói Nâng cao" if self.tier_has_buttons else "Gói Cơ bản"
        linked = "ZCA-1" if self.linked_zca else ""
        data = {"oa_id": OA_ID, "name": "Đường dây thử", "is_verified": self.verified, "package_name": package}
        return self._yes(data | {"linked_ZCA": linked})

    async def _quota(self, request: Request) -> Response:
        if refused := self._refused(request):
            return refused
        if not self.may_send:
            return self._no(-223)
        body = await request.json()
        if body.get("quota_owner") == "OA":
            return self._yes({"list": [{"product_type": "cs", "remain": self.cs_quota}]})
        return self._no(-201)

    def _still_has(self, token: str) -> bool:
        """Zalo keeps an uploaded file for seven days."""
        kept = self.files.get(token)
        return kept is not None and self.clock() - kept[2] < timedelta(days=7)


def sign(body: bytes, timestamp: str, first: str = APP_ID) -> str:
    return "mac=" + hashlib.sha256(first.encode() + body + timestamp.encode() + OA_SECRET.encode()).hexdigest()


async def _uploaded(request: Request) -> tuple[str, bytes]:
    """Name and content of the field `file` of a multipart body."""
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    parsed = message_from_bytes(head + await request.body(), policy=HTTP)
    for part in parsed.iter_parts():  # type: ignore[attr-defined]
        if part.get_param("name", header="content-disposition") == "file":
            return str(part.get_filename()), part.get_payload(decode=True)
    raise AssertionError("no field `file`")


def _wrong_text(text: str) -> str:
    if not 1 <= len(text) <= 2000:
        return f"{len(text)} characters"
    return "" if unicodedata.is_normalized("NFC", text) else "not NFC"
