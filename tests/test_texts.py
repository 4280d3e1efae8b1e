"""Every sentence that the code asks for is there, and every sentence that is there is asked for."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from texts import vietnamese

ROOT = Path(__file__).parent.parent
ROOMS = ("bot", "db", "domain", "hotline", "jobs", "knowledge", "reports", "services", "web")
WHOLE_TABLES = ("web.", "telegram.commands.")
"""The page and the menu of Telegram take all that stands there."""


@cache
def expressions() -> list[ast.AST]:
    files = [file for room in ROOMS for file in (ROOT / room).rglob("*.py")]
    return [node for file in files for node in ast.walk(ast.parse(file.read_text("utf-8")))]


@cache
def known() -> frozenset[str]:
    return frozenset(vietnamese()._entries)


def asked_for() -> Iterator[ast.expr]:
    """What `texts` is called with, whatever it belongs to."""
    for node in expressions():
        if isinstance(node, ast.Call) and node.args:
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in {"texts", "_texts"}:
                yield from either(node.args[0])


def either(key: ast.expr) -> Iterator[ast.expr]:
    if isinstance(key, ast.IfExp):
        yield from either(key.body)
        yield from either(key.orelse)
    else:
        yield key


def shape(key: ast.JoinedStr) -> str:
    return "".join(re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".+" for part in key.values)


def test_every_sentence_that_is_asked_for_is_there() -> None:
    asked = list(asked_for())
    assert len(asked) > 500
    assert {key.value for key in asked if isinstance(key, ast.Constant)} <= known()
    for each in {shape(key) for key in asked if isinstance(key, ast.JoinedStr)}:
        assert any(map(re.compile(each).fullmatch, known())), each


def test_no_sentence_is_left_that_nobody_asks_for() -> None:
    words = {node.value for node in expressions() if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    built = {shape(key) for key in asked_for() if isinstance(key, ast.JoinedStr)}
    named = (shape(node) for node in expressions() if isinstance(node, ast.JoinedStr))
    built |= {each for each in named if re.match(r"[a-z_]+\\\.", each)}
    left = {key for key in known() - words if not key.startswith(WHOLE_TABLES)}
    assert {key for key in left if not any(re.fullmatch(each, key) for each in built)} == set()
