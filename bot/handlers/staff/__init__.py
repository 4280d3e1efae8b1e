"""What staff can do. One router per file, all behind `bot.rights`; joining comes before it, being for strangers."""

from __future__ import annotations

from aiogram import Router

from bot.handlers import volunteer
from bot.handlers.staff import (
    aloud,
    calling,
    client_changes,
    client_contacts,
    clients,
    closing,
    desk,
    files,
    legal_dates,
    people,
    record,
    reports,
    roster,
)
from bot.rights import guard

router = guard(Router(name="staff"))
router.include_routers(
    desk.router, calling.router, closing.router, record.router, files.router, aloud.router, people.router
)
router.include_routers(
    clients.router, client_changes.router, client_contacts.router, legal_dates.router, roster.router, reports.router
)
router.include_router(volunteer.router)
