"""A page that shows its text once: opening it shows a button, pressing the button shows the text and erases it.

Messengers and virus scanners open every link that they carry; only a person presses.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from html import escape

import structlog
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from db.session import Database
from services import once
from texts import Texts

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}
_PAGE = """<!doctype html>
<html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title><style>
body {{ font: 1.25rem/1.6 system-ui, sans-serif; max-width: 34rem; margin: 3rem auto; padding: 0 1rem }}
p {{ white-space: pre-wrap; overflow-wrap: anywhere }}
button {{ font: inherit; padding: .7rem 1.4rem; min-height: 3rem }}
</style></head><body><main>{body}</main></body></html>"""


log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class OncePages:
    database: Database
    clock: Callable[[], datetime]
    texts: Texts

    def routes(self) -> list[Route]:
        return [
            Route("/once/{token}", self.ask, methods=["GET"]),
            Route("/once/{token}", self.show, methods=["POST"]),
        ]

    async def ask(self, request: Request) -> Response:
        """The same for every address: it says nothing about what is behind."""
        button = f'<p>{escape(self.texts("once.ask"))}</p><form method="post">'
        return self._page(f"{button}<button>{escape(self.texts('once.show'))}</button></form>")

    async def show(self, request: Request) -> Response:
        try:
            async with self.database.transaction() as uow:
                text = await once.pick_up(uow, request.path_params["token"], self.clock())
        except Exception as error:  # caught here, for further out the address would be logged
            log.error("once.failed", exc_info=error)
            return self._page(f"<p>{escape(self.texts('once.failed'))}</p>", status=503)
        if text is None:
            return self._page(f"<p>{escape(self.texts('once.gone'))}</p>", status=410)
        return self._page(f"<p>{escape(text)}</p><hr><p>{escape(self.texts('once.last'))}</p>")

    def _page(self, body: str, status: int = 200) -> Response:
        html = _PAGE.format(title=escape(self.texts("web.title")), body=body)
        return HTMLResponse(html, status, headers=_HEADERS)
