"""The chat page: index.html with its wording filled in, and the files that it refers to."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from pathlib import Path
from string import Template

from texts import Texts

_STATIC = Path(__file__).parent / "static"
_MEDIA_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
_FILES = {"css": "chat.css", "js": "chat.js", "icon": "icon.svg"}
_SAID_BY_SCRIPT = (
    *("you", "us", "urgent_label", "waiting", "slow", "sending", "failed", "refused", "offline"),
    *("too_long", "erasing", "erased", "erase_failed"),
)
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.*-]+(:[0-9]+)?")


@cache
def page(texts: Texts) -> bytes:
    words = texts.under("web")
    spoken = {key: words[key] for key in _SAID_BY_SCRIPT}
    # Relative addresses, so that the page also works below a path of somebody's portal.
    addresses = {name: address.removeprefix("/") for name, address in _addresses().items()}
    fields = {**words, **addresses, "words": json.dumps(spoken, ensure_ascii=False)}
    template = Template((_STATIC / "index.html").read_text("utf-8"))
    return template.substitute({name: escape(text) for name, text in fields.items()}).encode()


@cache
def assets() -> Mapping[str, tuple[bytes, str]]:
    """Address -> content and media type. The address changes with the content, so it may be cached for ever."""
    addresses = _addresses()
    return {
        addresses[name]: ((_STATIC / file).read_bytes(), _MEDIA_TYPES[Path(file).suffix])
        for name, file in _FILES.items()
    }


def headers(embed_origins: Sequence[str]) -> dict[str, str]:
    """Headers of the page. `embed_origins`: sites that may show it in a frame; empty means none.

    Raises ValueError for what is not an origin: a stray ";" would add a rule of its own to the policy.
    """
    for origin in embed_origins:
        if not _ORIGIN.fullmatch(origin):
            raise ValueError(f"web.embed_origins: {origin!r} is not like https://example.gov.vn")
    policy = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self'",
        "connect-src": "'self'",
        "frame-ancestors": " ".join(embed_origins) or "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    }


def _addresses() -> dict[str, str]:
    found = {}
    for name, file in _FILES.items():
        digest = hashlib.sha256((_STATIC / file).read_bytes()).hexdigest()[:12]
        stem, suffix = file.split(".")
        found[name] = f"/static/{stem}.{digest}.{suffix}"
    return found
