"""An officer under somebody's client: writes down what a volunteer has told, and calls for help."""

from __future__ import annotations

from datetime import timedelta

import pytest

from db.session import Database
from domain.audit import Action
from domain.clock import utc_now
from domain.contact_records import Condition, Way
from domain.follow_ups import FollowUpState
from domain.staff import NotAllowed
from hotline.wiring import Product
from services import records
from services.notices import notice
from tests.citizen import Clock, Printed, TerminalCitizen
from tests.conversations.crew import COMMUNE, THURSDAY, Crew, texts, window


@pytest.fixture
def crew(product: Product, printed: Printed, clock: Clock) -> Crew:
    clock.ahead = THURSDAY - utc_now()
    return Crew(product, printed)


async def somebody(crew: Crew, code: str) -> TerminalCitizen:
    person = TerminalCitizen(crew.product, printed=crew.printed)
    await crew.joins(person, code)
    return person


async def enters(officer: TerminalCitizen, code: str, result: str, day: str = "clients.today") -> None:
    await officer.says(f"/the {code}")
    await officer.presses(texts("clients.contact_enter"))
    await officer.presses(texts(f"volunteer.{result}"))
    await officer.presses(texts(day))


async def test_a_contact_told_by_phone_counts_for_the_volunteer_and_the_trail_names_who_entered_it(
    crew: Crew, database: Database
) -> None:
    officer = await crew.officer(COMMUNE)
    _, number = await crew.volunteer("TNV-50")
    client = await crew.client("SC-300", number, window(crew.today - timedelta(days=2), 8))
    await enters(officer, "SC-300", "visited", "clients.yesterday")
    assert "Đã ghi: SC-300, Đã gặp, 2/12. Lần này theo lịch đã xong." in officer.last_reply
    assert texts("volunteer.recorded_for", code="TNV-50") in officer.last_reply
    await officer.presses(texts("volunteer.condition_steady"))
    await officer.presses(texts("volunteer.work_has"))
    assert len(officer.choices) <= 5
    async with database.reading() as uow:
        [record] = await uow.contact_records.list_of_volunteer(number, crew.today - timedelta(days=1), crew.today)
        assert (record.way, record.condition) == (Way.VISIT, Condition.STEADY)
        [entered] = [each for each in await uow.audit.list_of(record.id) if each.action is Action.CONTACT_ENTERED]
        assert (entered.staff, entered.details) == (record.staff_id, "visited")
    [follow_up] = await crew.follow_ups(client)
    assert (follow_up.state, follow_up.done_on) == (FollowUpState.DONE, crew.today - timedelta(days=1))
    await officer.presses(texts("clients.back_to_card"))
    assert "1 đã làm" in officer.last_reply


async def test_what_was_done_before_a_reassignment_counts_for_whoever_had_the_client_then(
    crew: Crew, database: Database
) -> None:
    officer = await crew.officer(COMMUNE)
    (_, before), (after_code, after) = await crew.volunteer("TNV-51"), await crew.volunteer("TNV-52")
    await crew.client("SC-301", before, window(crew.today - timedelta(days=2), 8))
    await officer.says("/the SC-301")
    await officer.presses(texts("clients.reassign"))
    await officer.says(after_code)
    await enters(officer, "SC-301", "phoned", "clients.yesterday")
    await enters(officer, "SC-301", "phoned")
    async with database.reading() as uow:
        for number in (before, after):
            assert (
                len(await uow.contact_records.list_of_volunteer(number, crew.today - timedelta(days=9), crew.today))
                == 1
            )


async def test_a_day_before_the_start_or_to_come_is_refused_and_another_one_can_be_typed(crew: Crew) -> None:
    officer = await crew.officer(COMMUNE)
    _, number = await crew.volunteer()
    client = await crew.client("SC-302", number, window(crew.today - timedelta(days=20), 8))
    await enters(officer, "SC-302", "phoned", "clients.other_day")
    await officer.says("31/12")
    assert "không trước ngày bắt đầu quản lý" in officer.last_reply
    await enters(officer, "SC-302", "phoned", "clients.other_day")
    await officer.says("hôm kia")
    assert officer.last_reply == texts("clients.day_unclear")
    await officer.says("15/11")
    assert "Đã ghi: SC-302, Đã gọi, 15/11." in officer.last_reply
    [follow_up] = await crew.follow_ups(client)
    assert follow_up.state is FollowUpState.DONE


async def test_the_same_contact_entered_by_both_is_one(crew: Crew, database: Database) -> None:
    code, number = await crew.volunteer()
    await crew.client("SC-303", number, window(crew.today, 8))
    citizen, officer = await somebody(crew, code), await crew.officer(COMMUNE)
    await citizen.says("/homnay")
    await citizen.presses(texts("volunteer.visited"))
    await enters(officer, "SC-303", "visited")
    assert "Lần này đã ghi rồi" in officer.last_reply
    async with database.reading() as uow:
        assert len(await uow.contact_records.list_of_volunteer(number, crew.today, crew.today)) == 1


async def test_an_officer_can_take_a_wrong_entry_back_and_comes_to_the_card(crew: Crew) -> None:
    officer = await crew.officer(COMMUNE)
    _, number = await crew.volunteer()
    client = await crew.client("SC-304", number, window(crew.today, 8))
    await enters(officer, "SC-304", "not_met")
    await officer.presses(texts("volunteer.correct"))
    await officer.presses(texts("volunteer.withdraw"))
    assert texts("volunteer.withdrawn") in officer.last_reply
    await officer.presses(texts("clients.back_to_card"))
    assert "0 đã làm" in officer.last_reply
    assert (await crew.follow_ups(client))[0].is_open


async def test_an_officer_of_another_commune_corrects_nothing_of_it(crew: Crew, database: Database) -> None:
    near, far = await crew.officer(COMMUNE), await crew.officer("Phường Hà Đông")
    _, number = await crew.volunteer()
    client = await crew.client("SC-305", number, window(crew.today, 8))
    await enters(near, "SC-305", "visited")
    async with database.transaction() as uow:
        [record] = await uow.contact_records.list_of_client(client.id, 5)
        other = next(each for each in await uow.staff.list_working() if "Hà Đông" in each.communes)
        with pytest.raises(NotAllowed):
            await records.withdraw(uow, other, record.id, crew.product.clock())
    assert far.replies


async def test_an_officer_calls_for_help_and_hears_who_answers(crew: Crew, clock: Clock, product: Product) -> None:
    officer, colleague = await crew.officer(COMMUNE), await crew.officer(COMMUNE)
    await crew.client("SC-306", None, window(crew.today, 8))
    await officer.says("/the SC-306")
    await officer.presses(texts("clients.contact_enter"))
    await officer.presses(texts("volunteer.support"))
    assert texts("support.sent", count=1) in officer.last_reply
    assert officer.last.urgent
    await colleague.hears()
    assert "cần hỗ trợ ngay: mã SC-306" in colleague.last_reply
    clock.forward(timedelta(minutes=11))
    assert len(await product.support_watch.run(clock())) == 2
    await colleague.presses(texts("support.take"))
    assert "Anh/chị đã nhận. Gọi ngay cho Số" in colleague.last_reply
    await officer.hears()
    assert "đã nhận, sẽ liên hệ với anh/chị ngay" in officer.last_reply


async def test_help_for_somebody_else_s_client_tells_nobody_but_still_what_to_do(crew: Crew) -> None:
    """A press under an old reminder, after the client was given to another volunteer."""
    code, number = await crew.volunteer()
    other, _ = await crew.volunteer()
    await crew.client("SC-307", number, window(crew.today, 8))
    old, officer = await somebody(crew, code), await crew.officer(COMMUNE)
    await old.says("/homnay")
    await officer.says("/the SC-307")
    await officer.presses(texts("clients.reassign"))
    await officer.says(other)
    heard = len(officer.replies)
    await old.presses(texts("volunteer.support"))
    assert old.last_reply == f"{texts('support.not_yours')}\n{texts('support.danger')}"
    assert old.last.urgent
    await officer.hears()
    assert len(officer.replies) == heard


async def test_what_is_for_volunteers_alone_is_not_offered_to_an_officer(
    crew: Crew, database: Database, clock: Clock
) -> None:
    """Even where a letter with the buttons of a volunteer has come to an officer."""
    officer = await crew.officer(COMMUNE)
    _, number = await crew.volunteer()
    client = await crew.client("SC-308", number, window(crew.today, 8))
    [follow_up] = await crew.follow_ups(client)
    letter = notice("SC-308", ("Mở", f"vf:{follow_up.id}"), ("Để mai", f"vr:{client.id}:{follow_up.id}:tomorrow"))
    async with database.transaction() as uow:
        [member] = await uow.staff.list_working()
        uow.outbox.add(member.contact, letter, clock(), identity="a reminder", lifetime=timedelta(days=1))
    await officer.hears()
    await officer.presses("Để mai")
    assert officer.last_reply == texts("staff.not_allowed")
    await officer.presses("Mở")
    assert [choice.label.split(". ")[1] for choice in officer.choices] == [
        texts(f"volunteer.{each}") for each in ("visited", "phoned", "not_met", "support")
    ]
