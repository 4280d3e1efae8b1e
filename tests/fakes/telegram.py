"""A Bot API server: what Telegram is known to enforce, on real HTTP. The rules and their sources: docs/telegram.vi.md.

Two independent clients, python-telegram-bot's ExtBot and aiogram's AiohttpSession, check it in test_fake_telegram.py.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import aiohttp
from aiohttp import web

from tests.fakes.steps import Answer, LineCut, Step

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
HOUR = 3600.0
_NESTED = {
    "allowed_updates",
    "caption_entities",
    "commands",
    "entities",
    "link_preview_options",
    "menu_button",
    "message_ids",
    "reply_markup",
}


class Refusal(Exception):
    def __init__(self, status: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.status, self.description, self.parameters = status, description, parameters


@dataclass
class Message:
    """Something said in a chat, by the bot or by a person."""

    message_id: int
    chat_id: int
    by_bot: bool
    text: str
    at: float
    buttons: list[list[dict[str, str]]] = field(default_factory=list)
    entities: list[dict[str, Any]] = field(default_factory=list)
    protected: bool = False
    document: tuple[str, bytes] | None = None
    deleted: bool = False


@dataclass
class Limits:
    """One message a second in a chat after a short burst, thirty a second in all, twenty a minute in a group."""

    chat_burst: float = 3
    chat_per_second: float = 1
    overall_per_second: float = 30
    group_per_minute: float = 20


class Bucket:
    def __init__(self, size: float, per_second: float) -> None:
        self.size, self.per_second, self.level, self.at = size, per_second, size, time.monotonic()

    def wait(self) -> float:
        """Seconds until there is room; 0 takes the room."""
        now = time.monotonic()
        self.level = min(self.size, self.level + (now - self.at) * self.per_second)
        self.at = now
        if self.level >= 1:
            self.level -= 1
            return 0
        return (1 - self.level) / self.per_second


@dataclass
class Webhook:
    url: str = ""
    secret: str = ""
    last_error: str = ""


class FakeTelegram:
    """`limits` None: nothing is limited. `ahead`: how far Telegram's clock is ahead of this machine's."""

    def __init__(self, limits: Limits | None = None, token: str = TOKEN) -> None:
        self.token = token
        self.limits = limits
        self.ahead = 0.0
        self.date_header: str | None = None
        self.url = ""
        self.messages: dict[int, list[Message]] = defaultdict(list)
        self.blocked: set[int] = set()
        self.files: dict[str, bytes] = {}
        self.commands: list[dict[str, str]] = []
        self.webhook = Webhook()
        self.deliver_to: list[str] = []
        self.deliveries_each = 1
        self.retry_seconds = 0.1
        self.updates: list[tuple[float, dict[str, Any]]] = []
        self.confirmed = 0
        self.presses: dict[str, float] = {}
        self.answered_presses: list[str] = []
        self.calls: Counter[str] = Counter()
        self.refusals: Counter[int] = Counter()
        self._steps: defaultdict[str, list[Step]] = defaultdict(list)
        self._always: dict[str, Step] = {}
        self._message_ids = count(1)
        self._update_ids = count(700_000_001)
        self._chat_ids = count(5_000_000_001)
        self._news = asyncio.Event()
        self._poll: asyncio.Future[None] | None = None
        self._chat_buckets: dict[int, Bucket] = {}
        self._overall = Bucket(limits.overall_per_second, limits.overall_per_second) if limits else None
        self._delivery: asyncio.Task[None] | None = None
        self._connected: set[asyncio.Task[None]] = set()
        self.on_message: Callable[[Message], None] | None = None

    def now(self) -> float:
        return time.time() + self.ahead

    # What tests do with it.

    def person(self) -> Person:
        return Person(self, next(self._chat_ids))

    def group(self) -> Person:
        return Person(self, -next(self._chat_ids), "group")

    def next_time(self, method: str, *steps: Step) -> None:
        """The next requests of a method go through these steps, one each."""
        self._steps[method] += steps

    def planned(self, method: str) -> int:
        """How many of the steps given to `next_time` have not been taken yet."""
        return len(self._steps[method])

    def always(self, method: str, step: Step | None) -> None:
        """Every request of a method ("*": of all) goes through the step; None: no longer."""
        if step is None:
            self._always.pop(method, None)
        else:
            self._always[method] = step

    def arrive(self, kind: str, content: dict[str, Any]) -> int:
        """Something happened that the bot is to be told."""
        update_id = next(self._update_ids)
        self.updates.append((self.now(), {"update_id": update_id, kind: content}))
        self._news.set()
        return update_id

    @property
    def waiting(self) -> int:
        return len(self.updates)

    def heard(self, chat_id: int) -> list[Message]:
        return [message for message in self.messages[chat_id] if message.by_bot and not message.deleted]

    # The server.

    @asynccontextmanager
    async def running(self, port: int = 0) -> AsyncIterator[FakeTelegram]:
        app = web.Application(client_max_size=60 * 1024**2)
        app.router.add_route("*", "/bot{token}/{method}", self._receive)
        app.router.add_get("/file/bot{token}/{path:.+}", self._give_file)
        runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", port, backlog=1024)
        await site.start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        self._delivery = asyncio.create_task(self._deliver())
        try:
            yield self
        finally:
            self._delivery.cancel()
            await asyncio.gather(self._delivery, return_exceptions=True)
            await runner.cleanup()

    async def _receive(self, request: web.Request) -> web.StreamResponse:
        token, method = request.match_info["token"], request.match_info["method"]
        self.calls[method] += 1
        try:
            parameters = await _parameters(request)
        except ConnectionResetError:  # whoever asked is dead
            return web.Response(status=499)

        async def handle() -> Answer:
            return await self._handle(token, method, parameters)

        try:
            status, body = await self._through_steps(method, handle)
        except LineCut:
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=499)
        headers = {"Date": self.date_header} if self.date_header else {}
        if isinstance(body, str):
            return web.Response(status=status, text=body, content_type="text/html", headers=headers)
        return web.json_response(body, status=status, headers=headers)

    async def _through_steps(self, method: str, handle: Callable[[], Any]) -> Answer:
        if self._steps[method]:
            return await self._steps[method].pop(0)(handle)
        step = self._always.get(method) or self._always.get("*")
        return await step(handle) if step else await handle()

    async def _handle(self, token: str, method: str, parameters: dict[str, Any]) -> Answer:
        try:
            if token != self.token:
                raise (
                    Refusal(401, "Unauthorized")
                    if re.fullmatch(r"\d+:[\w-]{10,}", token)
                    else Refusal(404, "Not Found")
                )
            handler = getattr(self, f"_do_{method.lower()}", None)
            if handler is None:
                raise Refusal(404, "Not Found: method not found")
            return 200, {"ok": True, "result": await handler(parameters)}
        except Refusal as refusal:
            self.refusals[refusal.status] += 1
            body = {"ok": False, "error_code": refusal.status, "description": refusal.description}
            return refusal.status, body | ({"parameters": refusal.parameters} if refusal.parameters else {})

    async def _do_getme(self, _parameters: dict[str, Any]) -> Any:
        return {
            "id": int(self.token.split(":")[0]),
            "is_bot": True,
            "first_name": "Đường dây",
            "username": "duong_day_bot",
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
        }

    async def _do_getupdates(self, parameters: dict[str, Any]) -> Any:
        if self.webhook.url:
            raise Refusal(409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook")
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(None)  # the newer one wins, as at Telegram
        mine = self._poll = asyncio.get_running_loop().create_future()
        self._confirm(int(parameters.get("offset", 0)))
        deadline = time.monotonic() + float(parameters.get("timeout", 0))
        limit = int(parameters.get("limit", 100))
        while not (found := self._pending(limit)) and (left := deadline - time.monotonic()) > 0:
            self._news.clear()
            news = asyncio.ensure_future(self._news.wait())
            await asyncio.wait({news, mine}, timeout=left, return_when=asyncio.FIRST_COMPLETED)
            news.cancel()
            if mine.done():
                raise Refusal(
                    409,
                    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
                )
        if not mine.done():
            mine.cancel()
        return found

    def _confirm(self, offset: int) -> None:
        self.updates = [(at, update) for at, update in self.updates if update["update_id"] >= offset]
        self.confirmed = max(self.confirmed, offset)

    def _pending(self, limit: int) -> list[dict[str, Any]]:
        """Kept for 24 hours."""
        self.updates = [(at, update) for at, update in self.updates if at > self.now() - 24 * HOUR]
        return [update for _, update in self.updates[:limit]]

    async def _do_sendmessage(self, parameters: dict[str, Any]) -> Any:
        text = str(parameters.get("text", ""))
        if not text.strip():
            raise Refusal(400, "Bad Request: message text is empty")
        if _units(text) > 4096:
            raise Refusal(400, "Bad Request: message is too long")
        return self._say(parameters, text, parameters.get("entities") or [])

    async def _do_senddocument(self, parameters: dict[str, Any]) -> Any:
        name, content = parameters["document"]
        caption = str(parameters.get("caption", ""))
        if len(content) > 50 * 1024**2:
            raise Refusal(413, "Request Entity Too Large")
        if _units(caption) > 1024:
            raise Refusal(400, "Bad Request: message caption is too long")
        return self._say(parameters, caption, parameters.get("caption_entities") or [], (name, content))

    def _say(
        self,
        parameters: dict[str, Any],
        text: str,
        entities: list[dict[str, Any]],
        document: tuple[str, bytes] | None = None,
    ) -> Any:
        chat_id = int(parameters["chat_id"])
        if chat_id not in self.messages:
            raise Refusal(400, "Bad Request: chat not found")
        if chat_id in self.blocked:
            raise Refusal(403, "Forbidden: bot was blocked by the user")
        buttons = (parameters.get("reply_markup") or {}).get("inline_keyboard", [])
        for button in (button for row in buttons for button in row):
            if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= 64:
                raise Refusal(400, "Bad Request: BUTTON_DATA_INVALID")
        self._limit(chat_id)
        protected = str(parameters.get("protect_content", False)).lower() == "true"
        message = Message(
            next(self._message_ids), chat_id, True, text, self.now(), buttons, entities, protected, document
        )
        self.messages[chat_id].append(message)
        if self.on_message is not None:
            self.on_message(message)
        return self.as_sent(message)

    def _limit(self, chat_id: int) -> None:
        if self.limits is None or self._overall is None:
            return
        if chat_id not in self._chat_buckets:
            group = Bucket(self.limits.group_per_minute, self.limits.group_per_minute / 60)
            person = Bucket(self.limits.chat_burst, self.limits.chat_per_second)
            self._chat_buckets[chat_id] = group if chat_id < 0 else person
        if wait := self._chat_buckets[chat_id].wait() or self._overall.wait():
            seconds = int(wait) + 1
            raise Refusal(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)

    async def _do_answercallbackquery(self, parameters: dict[str, Any]) -> Any:
        press = str(parameters["callback_query_id"])
        pressed_at = self.presses.pop(press, None)
        if pressed_at is None or self.now() - pressed_at > 15:
            raise Refusal(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
        self.answered_presses.append(press)
        return True

    async def _do_getfile(self, parameters: dict[str, Any]) -> Any:
        """Bot API, getFile: at most 20 MB."""
        file_id = str(parameters["file_id"])
        if file_id not in self.files:
            raise Refusal(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        size = len(self.files[file_id])
        if size > 20 * 1024**2:
            raise Refusal(400, "Bad Request: file is too big")
        return {
            "file_id": file_id,
            "file_unique_id": "u",
            "file_size": size,
            "file_path": f"documents/{file_id}",
        }

    async def _give_file(self, request: web.Request) -> web.Response:
        content = self.files.get(request.match_info["path"].removeprefix("documents/"))
        if request.match_info["token"] != self.token or content is None:
            return web.Response(status=404)
        return web.Response(body=content)

    async def _do_deletemessages(self, parameters: dict[str, Any]) -> Any:
        ids = [int(each) for each in parameters["message_ids"]]
        if not 1 <= len(ids) <= 100:
            raise Refusal(400, "Bad Request: too many message identifiers specified")
        found = [message for message in self.messages[int(parameters["chat_id"])] if message.message_id in ids]
        if any(self._too_old(message) for message in found):
            raise Refusal(400, "Bad Request: message can't be deleted for everyone")
        for message in found:
            message.deleted = True
        return True

    async def _do_deletemessage(self, parameters: dict[str, Any]) -> Any:
        wanted = int(parameters["message_id"])
        for message in self.messages[int(parameters["chat_id"])]:
            if message.message_id == wanted and not message.deleted:
                if self._too_old(message):
                    raise Refusal(400, "Bad Request: message can't be deleted")
                message.deleted = True
                return True
        raise Refusal(400, "Bad Request: message to delete not found")

    def _too_old(self, message: Message) -> bool:
        return self.now() - message.at > 48 * HOUR

    async def _do_setmycommands(self, parameters: dict[str, Any]) -> Any:
        for command in parameters["commands"]:
            if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]):
                raise Refusal(400, "Bad Request: BOT_COMMAND_INVALID")
        self.commands = parameters["commands"]
        return True

    async def _do_setchatmenubutton(self, _parameters: dict[str, Any]) -> Any:
        return True

    async def _do_setwebhook(self, parameters: dict[str, Any]) -> Any:
        secret = str(parameters.get("secret_token", ""))
        if secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
            raise Refusal(400, "Bad Request: secret token contains unallowed characters")
        if str(parameters.get("drop_pending_updates", False)).lower() == "true":
            self.updates.clear()
        self.webhook = Webhook(str(parameters.get("url", "")), secret)
        self._news.set()
        return True

    async def _do_deletewebhook(self, parameters: dict[str, Any]) -> Any:
        return await self._do_setwebhook(parameters | {"url": "", "secret_token": ""})

    async def _do_getwebhookinfo(self, _parameters: dict[str, Any]) -> Any:
        info: dict[str, Any] = {
            "url": self.webhook.url,
            "has_custom_certificate": False,
            "pending_update_count": len(self.updates),
        }
        if self.webhook.last_error:
            info |= {"last_error_date": int(self.now()), "last_error_message": self.webhook.last_error}
        return info

    # Delivering to the webhook: at least once, again and again until it is answered with 2xx.

    async def _deliver(self) -> None:
        under_way: set[int] = set()
        turn = count()
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60)) as client:
            while True:
                for _, update in list(self.updates) if self.webhook.url else []:
                    if update["update_id"] not in under_way and len(under_way) < 40:
                        under_way.add(update["update_id"])
                        task = asyncio.create_task(self._deliver_one(client, update, under_way, next(turn)))
                        self._connected.add(task)
                        task.add_done_callback(self._connected.discard)
                self._news.clear()
                with suppress(TimeoutError):
                    async with asyncio.timeout(0.05):
                        await self._news.wait()

    async def _deliver_one(
        self, client: aiohttp.ClientSession, update: dict[str, Any], under_way: set[int], turn: int
    ) -> None:
        try:
            for again in range(self.deliveries_each):
                urls = self.deliver_to or [self.webhook.url]
                await self._post(client, urls[(turn + again) % len(urls)], update)
            self.updates = [(at, each) for at, each in self.updates if each["update_id"] != update["update_id"]]
        except (aiohttp.ClientError, TimeoutError) as error:
            self.webhook.last_error = str(error)
            await asyncio.sleep(self.retry_seconds)
        finally:
            under_way.discard(update["update_id"])
            self._news.set()

    async def _post(self, client: aiohttp.ClientSession, url: str, update: dict[str, Any]) -> None:
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.webhook.secret} if self.webhook.secret else {}
        async with client.post(url, json=update, headers=headers) as answer:
            if not 200 <= answer.status < 300:
                raise aiohttp.ClientError(f"Wrong response from the webhook: {answer.status}")

    def as_sent(self, message: Message) -> dict[str, Any]:
        """A message of the bot as Telegram gives it back."""
        sent: dict[str, Any] = {
            "message_id": message.message_id,
            "date": int(message.at),
            "chat": chat_of(message.chat_id),
            "from": {"id": int(self.token.split(":")[0]), "is_bot": True, "first_name": "Đường dây"},
        }
        if message.document:
            name = message.document[0]
            sent["document"] = {"file_id": "f", "file_unique_id": "u", "file_name": name, "file_size": 1}
            return sent | ({"caption": message.text} if message.text else {})
        return sent | {"text": message.text}


@dataclass
class Person:
    """Somebody with Telegram on the phone, or a group of them, named as real people are: nothing of it may be found."""

    fake: FakeTelegram
    chat_id: int
    kind: str = "private"

    def __post_init__(self) -> None:
        self.fake.messages[self.chat_id] = []

    @property
    def user(self) -> dict[str, Any]:
        return {
            "id": abs(self.chat_id),
            "is_bot": False,
            "first_name": "Trần Thị Kín",
            "last_name": "Không Ai Biết",
            "username": f"kin_{abs(self.chat_id)}",
            "language_code": "vi",
        }

    @property
    def chat(self) -> dict[str, Any]:
        return chat_of(self.chat_id) | ({} if self.kind == "group" else {"first_name": "Trần Thị Kín"})

    def says(self, text: str) -> int:
        """Returns the id of the update."""
        return self.sends({"text": text}, text)

    def sends(self, content: dict[str, Any], text: str = "") -> int:
        """Anything that a message can hold: a sticker, a photo, a contact."""
        message = Message(next(self.fake._message_ids), self.chat_id, False, text, self.fake.now())
        self.fake.messages[self.chat_id].append(message)
        return self.fake.arrive("message", self._as_message(message.message_id) | content)

    def sends_file(self, name: str, content: bytes, caption: str = "") -> int:
        file_id = f"BQACAgUAAx{len(self.fake.files)}"
        self.fake.files[file_id] = content
        document = {"file_id": file_id, "file_unique_id": "u", "file_name": name, "file_size": len(content)}
        return self.sends({"document": document} | ({"caption": caption} if caption else {}), caption)

    def edits(self, text: str) -> int:
        last = next(each for each in reversed(self.fake.messages[self.chat_id]) if not each.by_bot)
        edited = self._as_message(last.message_id) | {"text": text, "edit_date": int(self.fake.now())}
        return self.fake.arrive("edited_message", edited)

    def presses(self, message: Message, data: str, *, inaccessible: bool = False) -> int:
        press = f"{next(self.fake._message_ids)}"
        self.fake.presses[press] = self.fake.now()
        shown = self.fake.as_sent(message)
        if inaccessible:
            shown = {"chat": shown["chat"], "message_id": message.message_id, "date": 0}
        content = {"id": press, "from": self.user, "chat_instance": "1", "data": data, "message": shown}
        return self.fake.arrive("callback_query", content)

    def blocks(self) -> None:
        self.fake.blocked.add(self.chat_id)

    @property
    def heard(self) -> list[Message]:
        return self.fake.heard(self.chat_id)

    @property
    def screen(self) -> list[Message]:
        """What the chat shows, of both sides."""
        return [message for message in self.fake.messages[self.chat_id] if not message.deleted]

    def _as_message(self, message_id: int) -> dict[str, Any]:
        return {"message_id": message_id, "from": self.user, "chat": self.chat, "date": int(self.fake.now())}


def chat_of(chat_id: int) -> dict[str, Any]:
    if chat_id < 0:
        return {"id": chat_id, "type": "group", "title": "Nhà mình", "all_members_are_administrators": True}
    return {"id": chat_id, "type": "private"}


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


async def _parameters(request: web.Request) -> dict[str, Any]:
    """From a query, JSON, a form or multipart; what is JSON inside a form is read."""
    found: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        return found | await request.json()
    for name, value in (await request.post()).items():
        found[name] = (value.filename, value.file.read()) if isinstance(value, web.FileField) else value
    attached = {name: value for name, value in found.items() if isinstance(value, tuple)}
    for name, value in found.items():
        if name in _NESTED and isinstance(value, str):
            found[name] = json.loads(value)
        elif isinstance(value, str) and value.startswith("attach://"):
            found[name] = attached[value.removeprefix("attach://")]
    return found
