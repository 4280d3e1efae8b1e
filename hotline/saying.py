"""Says an error to whoever runs the program, in one place."""

from __future__ import annotations

from domain.errors import HotlineError
from domain.knowledge import ContentError
from hotline.knowledge_cli import all_said
from texts import vietnamese


def say(error: HotlineError) -> str:
    data = {"problems": all_said(error)} if isinstance(error, ContentError) else error.data
    return vietnamese()(error.text_key, **data)
