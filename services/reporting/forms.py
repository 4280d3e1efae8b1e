"""Forms that a report can take, and which of them arrive on which channel."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from domain.models import Channel
from domain.report import Report


class Form(StrEnum):
    """The value is the ending of the file's name."""

    WORD = "docx"
    EXCEL = "xlsx"
    CSV = "csv"
    PDF = "pdf"
    PICTURE = "png"


Render = Callable[[Report, Form], bytes]
"""Makes the file; slow, so it is called in a thread. Raises a HotlineError that can be said."""

_ON_ZALO = frozenset({Form.WORD, Form.PDF})
"""Zalo takes PDF, DOC and DOCX."""


def form_on(channel: Channel, wanted: Form) -> Form:
    """What can be sent there instead of what cannot."""
    return Form.WORD if channel is Channel.ZALO and wanted not in _ON_ZALO else wanted
