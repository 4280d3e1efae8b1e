"""What staff can do. One router per file, all behind `bot.rights`; joining comes before it, being for strangers."""

from __future__ import annotations

from aiogram import Router

from bot.handlers.staff import aloud, calling, closing, desk, people, record, reports
from bot.rights import guard

router = guard(Router(name="staff"))
router.include_routers(desk.router, calling.router, closing.router, record.router, aloud.router, people.router)
router.include_routers(reports.router)
