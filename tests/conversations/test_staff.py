"""Who may do what: one-time invitations, one gate before every handler, a leaver shut out at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from aiogram import Router
from aiogram.dispatcher.event.bases import SkipHandler
from aiogram.dispatcher.event.handler import HandlerObject
from aiogram.fsm.context import FSMContext
from aiogram.fsm.storage.base import StorageKey
from aiogram.types import Chat, Message

from bot.fsm import ConversationStorage
from bot.handlers.staff import router as staff_router
from bot.rights import RIGHT, check_right
from bot.turn import Turn, current_turn
from db.session import Database
from domain.audit import Action
from domain.clock import utc_now
from domain.models import Arrival, Channel, Choice, Conversation, Priority
from domain.staff import RIGHTS, NotAllowed, Right, Role
from hotline.wiring import Product
from services import staffing
from tests.citizen import Citizen, Clock, Printed, TelegramCitizen, TerminalCitizen, WebCitizen
from tests.conversations.desk import StaffDesk, ask_for_call, take
from texts import Texts, vietnamese

pytestmark = pytest.mark.usefixtures("monday_morning")
texts: Texts = vietnamese()
COMMANDS = [
    "/ca",
    "/truc",
    "/hangcho",
    "/viec",
    "/khonglienlac",
    "/mau",
    "/bangiao",
    "/molai",
    "/ghi",
    "/traloi methadone",
    "/nhansu",
    "/moi",
    "/ten",
    "/nguoi",
    "/the SC-01",
    "/hanluat",
    "/moitnv TNV-1",
    "/maudanhsach",
]


def handlers(router: Router) -> Iterator[HandlerObject]:
    """Every handler of this router and of those inside it."""
    for each in router.chain_tail:
        for observer in each.observers.values():
            yield from observer.handlers


async def passes(database: Database, handler: HandlerObject, role: Role, *, by_channel: Channel) -> bool | type:
    """Whether the gate lets somebody of this role through to this handler; else the refusal."""
    message = Message(message_id=1, date=utc_now(), chat=Chat(id=1, type="private"), text="x")
    reached: list[bool] = []

    async def marks(_event: Any, data: dict[str, Any]) -> None:
        reached.append(data["step"].staff.role is role)

    async with database.transaction() as uow:
        contact = uow.contacts.known_as(by_channel, f"{role}-{by_channel}")
        if role is not Role.CITIZEN and await uow.staff.find(contact.id) is None:
            await uow.staff.add(contact, role, (), "address", utc_now())
        turn = Turn(uow, contact, Conversation(), utc_now())
        token = current_turn.set(turn)
        key = StorageKey(bot_id=1, chat_id=contact.id, user_id=contact.id)
        state = FSMContext(ConversationStorage(), key)
        data = {"turn": turn, "handler": handler, "state": state, "questions": None, "callbacks": None, "office": None}
        try:
            await check_right(marks, message, data)
        except (NotAllowed, SkipHandler) as refusal:
            return type(refusal)
        finally:
            current_turn.reset(token)
    return reached == [True]


async def test_every_staff_handler_is_denied_unless_the_role_has_its_right(database: Database) -> None:
    found = list(handlers(staff_router))
    assert len(found) >= 30
    for handler in found:
        right = handler.flags.get(RIGHT)
        assert isinstance(right, Right), f"{handler.callback.__name__} names no right"
        for role in Role:
            outcome = await passes(database, handler, role, by_channel=Channel.TERMINAL)
            expected = SkipHandler if role is Role.CITIZEN else True if right in RIGHTS[role] else NotAllowed
            assert outcome == expected, f"{handler.callback.__name__} for {role}"
        assert await passes(database, handler, Role.COUNSELLOR, by_channel=Channel.WEB) == SkipHandler


async def test_a_handler_that_names_no_right_is_for_nobody(database: Database) -> None:
    async def forgotten() -> None: ...

    for role in set(Role) - {Role.CITIZEN}:
        assert await passes(database, HandlerObject(forgotten), role, by_channel=Channel.TERMINAL) == NotAllowed


def test_the_gate_stands_before_both_kinds_of_updates() -> None:
    for observer in (staff_router.message, staff_router.callback_query):
        assert check_right in list(observer.middleware)
    assert {name for each in staff_router.chain_tail for name, o in each.observers.items() if o.handlers} == {
        "message",
        "callback_query",
    }


@pytest.mark.parametrize("command", COMMANDS)
async def test_to_a_citizen_staff_commands_do_not_exist(citizen: Citizen, command: str) -> None:
    await citizen.says(command)
    assert citizen.last_reply != texts("staff.not_allowed")
    assert texts("desk.open") not in citizen.last_reply


async def test_made_up_presses_of_a_citizen_do_nothing(citizen: Citizen, product: Product, staff: StaffDesk) -> None:
    await staff.joins()
    await ask_for_call(citizen)
    async with product.database.reading() as uow:
        [request] = await uow.callbacks.list_waiting(10)
    for press in (f"st:{request.id}", f"sr:{request.id}", "sy:1:1", "si:administrator", f"so:{request.id}:refused"):
        match citizen:
            case TelegramCitizen():
                await citizen._taken(citizen.person.presses(citizen.person.heard[-1], press))
            case TerminalCitizen():
                await citizen._write(press)
            case _:
                await citizen._press(Choice("", press))
        await citizen._listen()
        assert "0912" not in citizen.last_reply and "MOI-" not in citizen.last_reply
        if isinstance(citizen, WebCitizen):
            assert citizen.last_reply == texts("buttons.gone")
    async with product.database.reading() as uow:
        assert len(await uow.callbacks.list_waiting(10)) == 1


async def test_an_invitation_works_once_and_for_the_first_account(
    staff: StaffDesk, product: Product, printed: Printed
) -> None:
    async with product.database.transaction() as uow:
        code = await staffing.invite(uow, Role.COUNSELLOR, ["Tân Bình"], product.clock())
    first, second = TerminalCitizen(product, printed=printed), TerminalCitizen(product, printed=printed)
    await first.says(f"/start {code}")
    assert texts("staff.role_counsellor") in first.last_reply and "Tân Bình" in first.last_reply
    await second.says(staffing.shown(code).lower())
    assert second.last_reply == texts("staff.invitation_invalid")
    await first.says(code)
    assert first.last_reply == texts("staff.already")
    async with product.database.reading() as uow:
        assert len(await uow.staff.list_working()) == 1


async def test_an_invitation_is_void_after_three_days(product: Product, printed: Printed, clock: Clock) -> None:
    async with product.database.transaction() as uow:
        code = await staffing.invite(uow, Role.COUNSELLOR, [], product.clock())
    clock.forward(timedelta(hours=72, seconds=1))
    late = TerminalCitizen(product, printed=printed)
    await late.says(f"/thamgia {code}")
    assert late.last_reply == texts("staff.invitation_invalid")
    await product.watch.run(clock())
    async with product.database.reading() as uow:
        assert await uow.staff.list_working() == []


async def test_the_anonymous_web_chat_is_no_place_for_staff_and_leaves_the_invitation_unused(
    product: Product, printed: Printed, web_client: Any
) -> None:
    async with product.database.transaction() as uow:
        code = await staffing.invite(uow, Role.OFFICER, [], product.clock())
    page = WebCitizen(product, client=web_client)
    await page.says(code)
    assert page.last_reply == texts("staff.channel_not_for_staff")
    person = TerminalCitizen(product, printed=printed)
    await person.says(code)
    assert texts("staff.role_officer") in person.last_reply


async def test_a_leaver_is_a_stranger_with_the_next_message_and_leaves_nothing_behind(
    staff: StaffDesk, product: Product, new_citizen: Callable[[], Citizen], stolen: Callable[[], bytes]
) -> None:
    lan, boss = await staff.joins(), await staff.joins(Role.ADMINISTRATOR)
    await lan.says("/ten Lan ca toi")
    await ask_for_call(new_citizen())
    await take(lan)
    await boss.says("/nhansu")
    await boss.presses("Lan ca toi")
    await boss.presses(texts("staff.shut_out_sure"))
    await lan.says("/viec", "/hangcho", "/ca")
    gone = [letter for letter in lan.replies if letter.text == texts("staff.left")]
    assert len(gone) == 1 and gone[0].erase_chat
    assert texts("desk.nothing_mine") not in [letter.text for letter in lan.replies]
    async with product.database.reading() as uow:
        [back] = await uow.callbacks.list_waiting(10)
        assert back.claimed_by is None
        assert [each.role for each in await uow.staff.list_working()] == [Role.ADMINISTRATOR]
        entries = await uow.audit.list_of(1)
        assert Action.SHUT_OUT in [entry.action for entry in entries]
    assert b"Lan ca toi" not in stolen()


async def test_staff_are_reached_after_days_of_silence(staff: StaffDesk, product: Product, clock: Clock) -> None:
    lan = await staff.joins()
    clock.forward(timedelta(days=9))
    await product.retention.run(clock())
    async with product.database.reading() as uow:
        [member] = await uow.staff.list_working()
        assert await uow.contacts.external_ids([member.contact.id]) == {member.contact.id: lan.name}


async def test_an_administrator_invites_over_the_bot(staff: StaffDesk, product: Product, printed: Printed) -> None:
    boss = await staff.joins(Role.ADMINISTRATOR)
    await boss.says("/moi")
    await boss.presses(texts("staff.role_volunteer"))
    await boss.presses(texts("staff.all_communes"))
    code = next(word for word in boss.last_reply.split() if word.startswith("MOI-"))
    helper = TerminalCitizen(product, printed=printed)
    await helper.says(code)
    assert texts("staff.role_volunteer") in helper.last_reply
    await helper.says("/hangcho")
    assert helper.last_reply == texts("staff.not_allowed")


async def test_an_invitation_over_the_bot_may_be_for_some_communes_and_only_for_those_of_the_inviter(
    staff: StaffDesk, product: Product, printed: Printed
) -> None:
    boss = await staff.joins(Role.ADMINISTRATOR, "Tân Bình", "Mỹ Tho")
    await boss.says("/moi")
    await boss.presses(texts("staff.role_counsellor"))
    await boss.presses(texts("staff.some_communes"))
    await boss.says("Cao Lãnh, Tân Bình")
    assert boss.last_reply == texts("staff.not_allowed")
    await boss.says("/moi")
    await boss.presses(texts("staff.role_counsellor"))
    await boss.presses(texts("staff.some_communes"))
    await boss.says(" tân  bình ")
    code = next(word for word in boss.last_reply.split() if word.startswith("MOI-"))
    helper = TerminalCitizen(product, printed=printed)
    await helper.says(code)
    async with product.database.reading() as uow:
        [joined] = await uow.staff.list_working([Role.COUNSELLOR])
    assert joined.covers("Tân Bình") and not joined.covers("Mỹ Tho")


async def test_a_repeated_update_with_an_invitation_joins_once(product: Product) -> None:
    async with product.database.transaction() as uow:
        code = await staffing.invite(uow, Role.COUNSELLOR, [], product.clock())
        arrival = Arrival(Channel.TERMINAL, "p", "p/1", f'{{"text": "{code}"}}'.encode(), code)
        await uow.inbox.add([(arrival, Priority.REPLY), (arrival, Priority.REPLY)], product.clock())
    while await product.worker.work_once():
        pass
    async with product.database.reading() as uow:
        assert len(await uow.staff.list_working()) == 1


async def test_with_a_leaver_go_the_invitations_that_nobody_has_used(
    staff: StaffDesk, product: Product, printed: Printed, clock: Clock
) -> None:
    """Else whoever was shut out comes back with another account."""
    boss, other = await staff.joins(Role.ADMINISTRATOR), await staff.joins(Role.ADMINISTRATOR)
    codes = []
    for each in (boss, other):
        await each.says("/moi")
        await each.presses(texts("staff.role_counsellor"))
        await each.presses(texts("staff.all_communes"))
        codes.append(next(word for word in each.last_reply.split() if word.startswith("MOI-")).strip("."))
    async with product.database.transaction() as uow:
        leaver, _ = await uow.staff.list_working([Role.ADMINISTRATOR])
        await product.office.duty.shut_out(uow, leaver.number, clock())
    again, invited = TerminalCitizen(product, printed=printed), TerminalCitizen(product, printed=printed)
    await again.says(codes[0])
    assert again.last_reply == texts("staff.invitation_invalid")
    await invited.says(codes[1])
    assert texts("staff.role_counsellor") in invited.last_reply


async def test_an_administrator_of_a_commune_neither_sees_nor_shuts_out_those_of_others(
    staff: StaffDesk,
) -> None:
    boss = await staff.joins(Role.ADMINISTRATOR, "Ba Đình")
    await staff.joins(Role.COUNSELLOR, "Ba Đình")
    await staff.joins(Role.COUNSELLOR, "Hà Đông")
    await boss.says("/nhansu")
    assert "Ba Đình" in boss.last_reply and "Hà Đông" not in boss.last_reply
    assert len(boss.choices) == 2
