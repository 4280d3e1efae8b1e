"""An officer and the people after rehabilitation of the own communes: list, card, every change in one action."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from db.session import Database
from domain.clients import ClientState
from domain.clock import utc_now
from domain.staff import Role
from hotline.wiring import Product
from services import staffing
from tests.care.rosters import NGOC_HA, as_csv, client, row, take_over
from tests.citizen import Clock, Printed, TerminalCitizen
from tests.conversations.desk import MONDAY_NINE, StaffDesk, show
from texts import vietnamese

texts = vietnamese()


@pytest.fixture
async def officer(product: Product, printed: Printed, clock: Clock) -> TerminalCitizen:
    """Of Ba Đình, where there are two clients; a third one is in Ngọc Hà."""
    clock.ahead = MONDAY_NINE - utc_now()
    rows = [row("SC-01"), row("SC-02", volunteer="TNV-2"), row("SC-03", commune=NGOC_HA)]
    async with product.database.transaction() as uow:
        await take_over(uow, product.care, as_csv(rows), clock())
    return await StaffDesk(product, printed).joins(Role.OFFICER, "Ba Đình")


async def test_an_officer_sees_the_clients_of_the_own_communes_only(officer: TerminalCitizen) -> None:
    await officer.says("/nguoi")
    assert [choice.label.split(",")[0] for choice in officer.choices] == ["1. SC-01", "2. SC-02"]
    await officer.says("/the sc-03")
    assert officer.last_reply == texts("clients.unknown")


async def test_a_card_tells_ground_term_volunteer_plan_and_dates_of_the_law(officer: TerminalCitizen) -> None:
    await officer.says("/the sc-01")
    for said in ("Mã SC-01, Phường Ba Đình", "02/11/2026 đến 02/11/2027", "khoản 1 Điều 42", "TNV-1 (chưa vào bot)"):
        assert said in officer.last_reply
    assert "Điều 138" in officer.last_reply


async def test_prison_pauses_in_two_presses_and_a_day_and_moves_the_end(
    officer: TerminalCitizen, database: Database, clock: Clock
) -> None:
    await officer.says("/the SC-01")
    await officer.presses(texts("clients.pause"))
    await officer.presses("Chấp hành án phạt tù")
    await officer.presses(texts("clients.today"))
    assert "Đã tạm dừng SC-01 từ 30/11/2026" in officer.last_reply
    clock.forward(timedelta(days=31))
    await officer.says("/the SC-01")
    await officer.presses(texts("clients.resume"))
    await officer.presses(texts("clients.other_day"))
    await officer.says("hôm nào đó")
    assert officer.last_reply == texts("clients.day_unclear")
    await officer.says("30/12")
    assert "Quản lý đến 02/12/2027" in officer.last_reply
    assert "khoản 1 Điều 47" in officer.last_reply
    async with database.reading() as uow:
        assert (await client(uow, "SC-01")).terms.ends_on == date(2027, 12, 2)


async def test_an_end_by_mistake_is_taken_back_with_everything_that_was_planned(
    officer: TerminalCitizen, database: Database
) -> None:
    async with database.reading() as uow:
        before = [each.slot for each in await uow.follow_ups.list_of_client((await client(uow, "SC-01")).id)]
    await officer.says("/the SC-01")
    await officer.presses(texts("clients.end"))
    await officer.presses("Chuyển đi nơi khác")
    await officer.presses(texts("clients.yesterday"))
    assert "báo cho Công an cấp xã nơi đến trong 24 giờ" in officer.last_reply
    await officer.presses(texts("clients.take_back"))
    assert texts("clients.is_taken_back", code="SC-01") in officer.last_reply
    async with database.reading() as uow:
        found = await client(uow, "SC-01")
        open_ones = [each for each in await uow.follow_ups.list_of_client(found.id) if each.is_open]
        assert found.state is ClientState.ACTIVE
        assert [each.slot for each in open_ones] == before


async def test_another_volunteer_is_pressed_or_typed(officer: TerminalCitizen, database: Database) -> None:
    await officer.says("/the SC-01")
    await officer.presses(texts("clients.reassign"))
    await officer.presses("TNV-2")
    assert "Đã giao SC-01 cho TNV-2" in officer.last_reply
    await officer.presses(texts("clients.reassign"))
    await officer.says("không có")
    assert officer.last_reply == texts("clients.volunteer_unknown")
    await officer.says("tnv-1")
    assert "Đã giao SC-01 cho tnv-1" in officer.last_reply


async def test_a_client_who_moved_belongs_to_the_other_commune_at_once(
    officer: TerminalCitizen, product: Product, printed: Printed
) -> None:
    await officer.says("/the SC-01")
    await officer.presses(texts("clients.move"))
    await officer.says("P. Ngọc Hà, Hà Nội")
    await officer.presses("Phường Ngọc Hà")
    assert "Đã chuyển SC-01 đến Phường Ngọc Hà" in officer.last_reply
    await officer.says("/the SC-01")
    assert officer.last_reply == texts("clients.unknown")
    there = await StaffDesk(product, printed).joins(Role.OFFICER, "Phường Ngọc Hà")
    await there.says("/hanluat")
    assert "SC-01: phân công người mới (Mẫu 60)" in there.last_reply


async def test_what_the_law_asks_is_listed_with_its_article_and_noted_as_done(officer: TerminalCitizen) -> None:
    await officer.says("/the SC-02")
    await officer.presses(texts("clients.end"))
    await officer.presses("Chuyển đi nơi khác")
    await officer.presses(texts("clients.today"))
    await officer.says("/hanluat")
    assert "khoản 2 Điều 48 Luật 120/2025/QH15" in officer.last_reply
    await officer.presses(texts("legal_dates.done", place=1))
    assert "Đã ghi:" in officer.last_reply
    await officer.says("/hanluat")
    assert "tới 14/12/2026: 1 việc" in officer.last_reply


async def test_a_volunteer_who_lost_the_phone_is_invited_again_and_stays_the_same_volunteer(
    officer: TerminalCitizen, product: Product, printed: Printed, database: Database, clock: Clock
) -> None:
    numbers = []
    for _ in range(2):
        await officer.says("/moitnv TNV-1")
        code = next(found for word in officer.last_reply.split() if (found := staffing.code_in(word)))
        person = TerminalCitizen(product, printed=printed)
        await person.says(staffing.shown(code))
        async with database.reading() as uow:
            volunteer = await uow.volunteers.find("TNV-1")
            assert volunteer is not None
            numbers.append((volunteer.number, volunteer.staff))
    assert numbers[0][0] == numbers[1][0]
    assert numbers[0][1] != numbers[1][1]


async def test_whoever_is_no_officer_has_none_of_it(
    officer: TerminalCitizen, product: Product, printed: Printed
) -> None:
    await officer.says("/the SC-01")
    press = next(choice for choice in officer.choices if texts("clients.end") in choice.label).press
    volunteer = await StaffDesk(product, printed).joins(Role.VOLUNTEER, "Ba Đình")
    for command in ("/nguoi", "/the SC-01", "/hanluat", "/moitnv X"):
        await volunteer.says(command)
        assert volunteer.last_reply == texts("staff.not_allowed")
    assert press.startswith("ke:")
    await show(product, volunteer, press)
    await volunteer.says("1")
    assert volunteer.last_reply == texts("staff.not_allowed")


async def test_the_list_of_the_day_comes_once_on_working_days_and_names_each_miss_once(
    officer: TerminalCitizen, product: Product, clock: Clock
) -> None:
    clock.forward(timedelta(days=7))  # the fourth week's window is over
    await product.officer_list.run(clock())
    await product.officer_list.run(clock())
    await officer.hears()
    lists = [each for each in officer.replies if each.text.startswith("Việc người sau cai hôm nay")]
    assert len(lists) == 1
    assert "TNV-1" in lists[0].text
    assert "Bỏ lỡ" in lists[0].text
    clock.forward(timedelta(days=1))
    await product.officer_list.run(clock())
    await officer.hears()
    assert [each for each in officer.replies if each.text.startswith("Việc người sau cai hôm nay")] == lists
    clock.forward(timedelta(days=4))  # a Saturday
    await product.officer_list.run(clock())
    await officer.hears()
    assert [each for each in officer.replies if each.text.startswith("Việc người sau cai hôm nay")] == lists
