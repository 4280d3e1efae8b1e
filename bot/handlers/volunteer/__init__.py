"""What volunteers can do, and officers about them. Inside the staff router, behind the same gate."""

from __future__ import annotations

from aiogram import Router

from bot.handlers.volunteer import absence, begin, contacts, mine, support, team, today

router = Router(name="volunteer")
router.include_routers(
    begin.router, today.router, contacts.router, mine.router, absence.router, support.router, team.router
)
