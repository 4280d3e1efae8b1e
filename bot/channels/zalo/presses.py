"""A press comes back from Zalo as text, so what a button carries is signed.

Only its owner's press acts, and not for long; whatever else is typed is text.
"""

from __future__ import annotations

import base64
import hmac
from datetime import datetime, timedelta

from db.crypto import Pseudonyms

LIFETIME = timedelta(days=2)
"""Buttons cannot be taken back on Zalo; a later press is told that the button is old."""

MARK = "#~"
_MAC_BYTES = 12

OLD_PRESS = "-"
"""The press of a button that nobody has: every handler leaves it to the one that says "this button is old"."""


class Presses:
    """Seals what a button means for one contact."""

    def __init__(self, pseudonyms: Pseudonyms) -> None:
        self._pseudonyms = pseudonyms

    def sign(self, press: str, contact_id: int, now: datetime) -> str:
        """`#~<hour>.<signature>.<press>`: at most 24 characters longer than the press."""
        ends = f"{int((now + LIFETIME).timestamp()) // 3600:x}"
        return f"{MARK}{ends}.{self._mac(ends, contact_id, press)}.{press}"

    def read(self, text: str, contact_id: int, at: datetime) -> str | None:
        """None when the text is no press at all; OLD_PRESS when it is too old, made up, or somebody else's."""
        if not text.startswith(MARK):
            return None
        ends, _, rest = text.removeprefix(MARK).partition(".")
        mac, _, press = rest.partition(".")
        if not hmac.compare_digest(mac.encode(), self._mac(ends, contact_id, press).encode()):
            return OLD_PRESS
        return press if at.timestamp() // 3600 <= int(ends, 16) else OLD_PRESS

    def _mac(self, ends: str, contact_id: int, press: str) -> str:
        digest = self._pseudonyms.digest("zalo.press", ends, str(contact_id), press)
        return base64.urlsafe_b64encode(digest[:_MAC_BYTES]).decode()
