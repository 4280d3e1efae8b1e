"""Rosters as communes send them, for the tests."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import datetime

from db.uow import UnitOfWork
from domain.clients import Client
from domain.staff import Staff
from services.care import Care
from services.roster import Checked
from services.roster_words import heading
from texts import vietnamese

HEADINGS = ("code", "commune", "ground", "start", "decision", "decided", "volunteer")
BA_DINH, NGOC_HA = "Phường Ba Đình, Hà Nội", "Phường Ngọc Hà, Hà Nội"
texts = vietnamese()


def as_csv(rows: Sequence[Sequence[str]], headings: Sequence[str] = HEADINGS, delimiter: str = ";") -> bytes:
    """headings: columns by their names in the program."""
    sheet = io.StringIO()
    writer = csv.writer(sheet, delimiter=delimiter)
    writer.writerow([heading(each, texts) for each in headings])
    writer.writerows(rows)
    return sheet.getvalue().encode()


def row(
    code: str, start: str = "02/11/2026", volunteer: str = "TNV-1", *, commune: str = BA_DINH, ground: str = "Tự nguyện"
) -> list[str]:
    return [code, commune, ground, start, "12/QĐ-UBND", "", volunteer]


async def take_over(uow: UnitOfWork, care: Care, content: bytes, now: datetime, staff: Staff | None = None) -> Checked:
    """Imports a file that must be right."""
    checked = await care.rosters.check(uow, content, now, staff=staff)
    assert checked.bad == []
    await care.rosters.write(uow, checked, now, by=None)
    return checked


async def client(uow: UnitOfWork, code: str) -> Client:
    found = await uow.clients.find(code)
    assert found is not None
    return found
