"""Whether a webhook really comes from Zalo: a plain SHA-256 over the raw bytes, with the OA secret key at the end."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable


def signature(first: str, body: bytes, timestamp: str, secret: str) -> str:
    return hashlib.sha256(first.encode() + body + timestamp.encode() + secret.encode()).hexdigest()


def signed_by(header: str, body: bytes, timestamp: str, secret: str, firsts: Iterable[str]) -> bool:
    """`header`: X-ZEvent-Signature, "mac=<hex>" or the hex alone.

    firsts: what may stand before the body. Zalo documents the app id, some working code uses the OA id; both are
    accepted, for neither can be made without the secret. `timestamp` is the body's own, as text.
    """
    given = header.strip().removeprefix("mac=").lower()
    return any(
        hmac.compare_digest(given.encode(), signature(first, body, timestamp, secret).encode()) for first in firsts
    )
