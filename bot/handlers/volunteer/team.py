"""/nhom: the volunteers of an officer; a way in for each, and a new one after a lost phone."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import Command
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, Message

from bot.pages import page_of
from bot.rights import StaffStep, needs
from bot.volunteer_buttons import InviteMemberButton, LostPhoneButton, MemberButton, TeamButton
from domain.staff import Right
from services import staffing
from services.team import Member

router = Router(name="team")


@router.message(Command("nhom"), flags=needs(Right.INVITE_VOLUNTEER))
@router.callback_query(TeamButton.filter(), flags=needs(Right.INVITE_VOLUNTEER))
async def list_team(_event: Message | CallbackQuery, step: StaffStep, callback_data: TeamButton | None = None) -> None:
    texts = step.texts
    members = await step.office.team.list(step.uow, step.staff, step.now)
    if not members:
        await step.say(texts("volunteer.team_nobody"))
        return
    shown, following = page_of(members, callback_data.page if callback_data else 0)
    lines = [
        texts("volunteer.team_line", place=place, code=each.volunteer.code, state=each.state)
        for place, each in enumerate(shown, 1)
    ]
    labelled: list[tuple[str, CallbackData]] = [
        (each.volunteer.code, MemberButton(volunteer=each.volunteer.number)) for each in shown
    ]
    if len(shown) < len(members):
        labelled.append((texts("buttons.more"), TeamButton(page=following)))
    await step.say("\n".join([texts("volunteer.team", count=len(members)), *lines]), *labelled)


@router.callback_query(MemberButton.filter(), flags=needs(Right.INVITE_VOLUNTEER))
async def show_member(_press: CallbackQuery, callback_data: MemberButton, step: StaffStep) -> None:
    texts = step.texts
    member = await step.office.team.member(step.uow, step.staff, callback_data.volunteer, step.now)
    number = member.volunteer.number
    labelled: list[tuple[str, CallbackData]] = [(texts("volunteer.team_invite"), InviteMemberButton(volunteer=number))]
    if member.volunteer.staff is not None:
        labelled = [(texts("volunteer.team_lost"), LostPhoneButton(volunteer=number))]
    back = (texts("volunteer.members"), TeamButton())
    await step.say(texts("volunteer.team_card", code=member.volunteer.code, state=member.state), *labelled, back)


@router.callback_query(InviteMemberButton.filter(), flags=needs(Right.INVITE_VOLUNTEER))
async def invite_member(_press: CallbackQuery, callback_data: InviteMemberButton, step: StaffStep) -> None:
    member = await step.office.team.member(step.uow, step.staff, callback_data.volunteer, step.now)
    await show_code(
        step, member, await step.office.team.invite(step.uow, step.staff, callback_data.volunteer, step.now)
    )


@router.callback_query(LostPhoneButton.filter(), flags=needs(Right.INVITE_VOLUNTEER))
async def lose_phone(_press: CallbackQuery, callback_data: LostPhoneButton, step: StaffStep) -> None:
    texts, team = step.texts, step.office.team
    member = await team.member(step.uow, step.staff, callback_data.volunteer, step.now)
    if not callback_data.sure:
        sure = (texts("volunteer.team_lost_sure"), LostPhoneButton(volunteer=member.volunteer.number, sure=True))
        text = texts("volunteer.team_ask_lost", code=member.volunteer.code)
        await step.say(text, sure, (texts("volunteer.members"), TeamButton()))
        return
    await show_code(step, member, await team.phone_is_lost(step.uow, step.staff, member.volunteer.number, step.now))


async def show_code(step: StaffStep, member: Member, code: str) -> None:
    await step.say(
        step.texts("volunteer.team_code", code=member.volunteer.code, invitation=staffing.shown(code)),
        (step.texts("volunteer.members"), TeamButton()),
    )
