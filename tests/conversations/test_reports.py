"""An officer gets a report in two presses, explains, completes, locks and corrects it, and is told what is due."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable
from datetime import timedelta

import docx
import pytest
from openpyxl import load_workbook
from sqlalchemy import update

from db.report_rows import ReportRow
from domain.audit import Action
from domain.clock import local_date, utc_now
from domain.models import Channel, Document
from domain.report import Audience, Hidden, ReportState
from domain.staff import Role
from hotline.wiring import Product
from services import staffing
from services.notices import notice
from services.reporting.forms import Form
from services.reporting.orders import DO_PRESS, Do, Wanted
from tests.citizen import Citizen, Clock, TelegramCitizen, TerminalCitizen
from tests.conversations.desk import MONDAY_NINE, StaffDesk
from tests.fakes.zalo import FakeZalo
from tests.report_example import fill, records
from texts import vietnamese

pytestmark = pytest.mark.usefixtures("monday_morning")
texts = vietnamese()


async def handed(product: Product, person: TerminalCitizen) -> Document:
    """What was ordered, once it has been made, by this call or by the clockwork meanwhile, and has arrived."""
    await made(product)
    await person.hears()
    document = person.last.document
    assert document is not None, person.last_reply
    return document


async def made(product: Product) -> None:
    while True:
        await product.reporting.orders.run(product.clock())
        async with product.database.reading() as uow:
            if not await uow.reports.has_orders():
                return
        await asyncio.sleep(0.05)


async def arrived(officer: Citizen, fake_zalo: FakeZalo) -> str:
    """The name of the file that the messenger's server has for this person."""
    for _ in range(1000):
        if isinstance(officer, TelegramCitizen):
            found = [message.document[0] for message in officer.person.heard if message.document]
        elif isinstance(officer, TerminalCitizen):
            await officer.hears()
            found = [letter.document.name for letter in officer.replies if letter.document]
        else:
            found = [name for name, _, _ in fake_zalo.files.values()]
        if found:
            return found[-1]
        await asyncio.sleep(0.01)
    raise TimeoutError("no file has arrived")


def words_of(document: Document) -> str:
    read = docx.Document(io.BytesIO(document.content))
    cells = [cell.text for table in read.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in read.paragraphs), *cells])


async def test_two_presses_bring_word_and_two_bring_excel_with_the_same_figures(
    product: Product, staff: StaffDesk
) -> None:
    await fill(product.database, records(300))
    officer = await staff.joins(Role.OFFICER)
    await officer.says("/baocao")
    assert [choice.label for choice in officer.choices] == [
        "1. Tháng 11 năm 2026",
        "2. Quý III năm 2026",
        "3. 6 tháng đầu năm 2026",
        "4. 9 tháng đầu năm 2026",
        "5. Năm 2025",
    ]
    await officer.presses("Quý III")
    assert "Quý III năm 2026, toàn tỉnh" in officer.last_reply and len(officer.choices) == 5
    await officer.presses(texts("baocao.docx"))
    assert officer.last_reply == texts("baocao.making")
    word = await handed(product, officer)
    assert word.name == "bao-cao-2026-Q3-toan-tinh-v1.docx"
    assert texts("report.state_draft") in officer.last_reply and "17/9/2026" in officer.last_reply
    await officer.says("/baocao quy 3/2026")
    await officer.presses(texts("baocao.xlsx"))
    excel = await handed(product, officer)
    book = load_workbook(io.BytesIO(excel.content))
    figures = {cell.value for sheet in book for row in sheet.iter_rows() for cell in row}
    async with product.database.reading() as uow:
        [kept] = await uow.reports.list_between(
            local_date(product.clock()) - timedelta(days=99), local_date(product.clock())
        )
    report = await product.reporting.desk.read(kept, Audience.SUPERIOR, product.clock())
    total = report.table("ways").cell("total", "now")
    assert total in figures and str(total) in words_of(word)


async def test_an_officer_of_a_commune_gets_the_own_commune_and_no_other(product: Product, staff: StaffDesk) -> None:
    await fill(product.database, records(300))
    officer = await staff.joins(Role.OFFICER, "Tân Bình")
    await officer.says("/baocao quý 3/2026; Phú Hòa")
    assert officer.last_reply == texts("staff.not_allowed")
    await officer.says("/baocao quý 3/2026")
    assert "Tân Bình" in officer.last_reply
    assert not any(texts("baocao.public") in choice.label for choice in officer.choices)
    await officer.presses(texts("baocao.docx"))
    assert "tan-binh" in (await handed(product, officer)).name
    await officer.says("/nguon 2026-Q3 communes Phú-Hòa")
    assert officer.last_reply == texts("baocao.trace_empty")


async def test_a_province_gets_a_single_commune_by_its_name(product: Product, staff: StaffDesk) -> None:
    await fill(product.database, records(300))
    officer = await staff.joins(Role.OFFICER)
    await officer.says("/baocao tháng 9/2026; xã phú hoà")
    assert "Phú Hòa" in officer.last_reply
    await officer.presses(texts("baocao.docx"))
    assert (await handed(product, officer)).name == "bao-cao-2026-09-phu-hoa-v1.docx"


@pytest.mark.parametrize("role", [Role.COUNSELLOR, Role.VOLUNTEER, Role.ADMINISTRATOR])
async def test_others_of_the_staff_get_no_report(staff: StaffDesk, role: Role) -> None:
    person = await staff.joins(role, on_duty=False)
    for command in ("/baocao", "/nguon 2026-Q3 ways phone"):
        await person.says(command)
        assert person.last_reply == texts("staff.not_allowed")


async def test_to_a_citizen_there_are_no_reports(citizen: Citizen) -> None:
    await citizen.says("/baocao")
    assert "Báo cáo kỳ nào" not in citizen.last_reply


async def test_from_draft_to_locked_to_corrected_in_the_chat(product: Product, staff: StaffDesk) -> None:
    officer = await staff.joins(Role.OFFICER)
    await officer.says("/baocao quý 3/2026")
    await officer.presses(texts("baocao.docx"))
    await handed(product, officer)
    assert texts("baocao.empty", count=4) in officer.last_reply
    await officer.presses(texts("baocao.do_remark"))
    assert "Yêu cầu mới" in officer.last_reply
    await officer.says("Đường dây mở từ tháng 10.")
    await officer.presses(texts("baocao.do_complete"))
    assert officer.last_reply == texts("baocao.completed", version=1)
    await officer.presses(texts("baocao.do_lock"))
    await officer.presses(texts("baocao.do_lock_sure"))
    word = await handed(product, officer)
    assert "Đường dây mở từ tháng 10." in words_of(word)
    assert texts("report.state_draft") not in words_of(word)
    assert texts("report.in_time_no") in officer.last_reply
    await fill(product.database, records(300))
    await officer.says("/baocao quý 3/2026")
    await officer.presses(texts("baocao.docx"))
    assert words_of(await handed(product, officer)) == words_of(word)
    await officer.presses(texts("baocao.do_correct"))
    corrected = await handed(product, officer)
    assert corrected.name.endswith("-v2.docx") and "0 → " in words_of(corrected)
    async with product.database.reading() as uow:
        found = await uow.reports.list_between(*[local_date(product.clock()) - timedelta(days=n) for n in (99, 0)])
        assert [(each.version, each.state) for each in found] == [(2, ReportState.DRAFT), (1, ReportState.LOCKED)]
        actions = {entry.action for each in found for entry in await uow.audit.list_of(each.id)}
    assert {Action.REPORT_LOCKED, Action.REPORT_CORRECTED, Action.REPORT_SENT, Action.REPORT_REMARKED} <= actions


async def test_an_old_button_of_another_report_does_nothing(product: Product, staff: StaffDesk) -> None:
    province, commune = await staff.joins(Role.OFFICER), await staff.joins(Role.OFFICER, "Tân Bình")
    await province.says("/baocao quý 3/2026")
    await province.presses(texts("baocao.docx"))
    await handed(product, province)
    [report] = [choice for choice in province.choices if texts("baocao.do_nothing_happened") in choice.label]
    number = report.press.split(":")[1]
    async with product.database.transaction() as uow:
        talk = await uow.conversations.get(uow.contacts.known_as(Channel.TERMINAL, commune.name).id)
        talk.shown, talk.shown_at = (f"rd:{number}:lock_sure",), product.clock()
        uow.conversations.changed(uow.contacts.known_as(Channel.TERMINAL, commune.name).id, product.clock())
    await commune.says("1")
    assert commune.last_reply == texts("report.unknown")


async def test_a_public_copy_shows_no_small_figure(product: Product, staff: StaffDesk) -> None:
    await fill(product.database, records(300))
    officer = await staff.joins(Role.OFFICER)
    await officer.says("/baocao quý 3/2026")
    await officer.presses(texts("baocao.public"))
    words = words_of(await handed(product, officer)).split("\n")
    assert Hidden.GUARD in words or Hidden.SMALL in words
    assert not {"1", "2", "3", "4"} & set(words)


async def test_whoever_left_before_the_file_was_made_gets_nothing(product: Product, staff: StaffDesk) -> None:
    officer = await staff.joins(Role.OFFICER)
    async with product.database.transaction() as uow:
        [member] = await uow.staff.list_working()
        order = product.reporting.orders.order
        await order(uow, member, member.contact, Wanted("2026-Q3", Form.WORD), product.clock())
        await uow.staff.set_left(member.number, product.clock())
    before = len(officer.replies)
    await made(product)
    await officer.hears()
    assert len(officer.replies) == before
    async with product.database.reading() as uow:
        assert not await uow.reports.has_orders()


async def test_the_day_after_the_cut_officers_find_a_draft_and_before_it_is_due_a_reminder(
    product: Product, staff: StaffDesk, clock: Clock
) -> None:
    province, commune = await staff.joins(Role.OFFICER), await staff.joins(Role.OFFICER, "Tân Bình")
    assert await product.reporting.clock.run(clock()) == []
    clock.ahead = MONDAY_NINE.replace(month=12, day=15) - utc_now()
    for _ in range(2):
        await product.reporting.clock.run(clock())
    for person in (province, commune):
        await person.hears()
        drafted = [letter.text for letter in person.replies if "Đã có bản nháp" in letter.text]
        assert sorted(drafted) == sorted(
            texts("baocao.drafted", period=period, due="17/12/2026")
            for period in ("Tháng 12 năm 2026", "Quý IV năm 2026", "6 tháng cuối năm 2026", "Năm 2026")
        )
    await province.presses_choice(next(r.choices[0] for r in province.replies if "bản nháp báo cáo: Năm" in r.text))
    assert "Năm 2026, toàn tỉnh" in province.last_reply
    clock.ahead = MONDAY_NINE.replace(month=12, day=16) - utc_now()
    for _ in range(2):
        await product.reporting.clock.run(clock())
    await commune.hears()
    assert len([letter for letter in commune.replies if "đến hạn ngày 17/12/2026" in letter.text]) == 4


async def test_a_week_without_the_program_costs_no_draft(product: Product, staff: StaffDesk, clock: Clock) -> None:
    await staff.joins(Role.OFFICER)
    clock.ahead = MONDAY_NINE.replace(month=12, day=22) - utc_now()
    assert len(await product.reporting.clock.run(clock())) == 8  # four drafts, and all of them are overdue


async def test_the_file_arrives_in_messengers_and_on_zalo_as_word(
    product: Product, new_citizen: Callable[[], Citizen], fake_zalo: FakeZalo, request: pytest.FixtureRequest
) -> None:
    officer = new_citizen()
    channel = request.node.callspec.params["new_citizen"]
    if channel == "web":
        pytest.skip("no staff on the anonymous web chat")
    async with product.database.transaction() as uow:
        code = await staffing.invite(uow, Role.OFFICER, [], product.clock())
    await officer.says(code)
    await officer.says("/baocao quý 3/2026")
    await officer.presses(texts("baocao.xlsx"))
    await made(product)
    product.tell([])
    name = await arrived(officer, fake_zalo)
    assert name == ("bao-cao-2026-Q3-toan-tinh-v1.docx" if channel == "zalo" else "bao-cao-2026-Q3-toan-tinh-v1.xlsx")


async def test_a_report_that_cannot_be_made_is_said_and_not_tried_for_ever(product: Product, staff: StaffDesk) -> None:
    officer = await staff.joins(Role.OFFICER)
    await officer.says("/baocao quý 3/2026")
    await officer.presses(texts("baocao.other"))
    await officer.presses(texts("baocao.csv"))
    async with product.database.transaction() as uow:
        await uow.execute(update(ReportRow).values(document=b"{}"))
    await handed(product, officer)
    async with product.database.transaction() as uow:
        await uow.execute(update(ReportRow).values(document=b"{}", state="complete"))
    await officer.says("/baocao quý 3/2026")
    await officer.presses(texts("baocao.docx"))
    await made(product)
    await officer.hears()
    assert officer.last_reply == texts("report.damaged")


async def test_whoever_locks_twice_reads_when_it_was_locked_and_by_whom(product: Product, staff: StaffDesk) -> None:
    officer = await staff.joins(Role.OFFICER)
    await officer.says("/baocao quý 3/2026")
    await officer.presses(texts("baocao.docx"))
    await handed(product, officer)
    await officer.presses(texts("baocao.do_nothing_happened"))
    await officer.presses(texts("baocao.do_complete"))
    await officer.presses(texts("baocao.do_lock"))
    await officer.presses(texts("baocao.do_lock_sure"))
    await handed(product, officer)
    async with product.database.transaction() as uow:
        [member] = await uow.staff.list_working()
        today = local_date(product.clock())
        [kept] = await uow.reports.list_between(today - timedelta(days=99), today)
        for press in ("lock", "lock_sure"):
            letter = notice("Nút cũ", ("Khóa", f"{DO_PRESS}:{kept.id}:{press}"))
            uow.outbox.add(member.contact, letter, product.clock(), identity=press, lifetime=timedelta(days=1))
        again = Wanted("2026-Q3", Form.WORD, do=Do.LOCK, report=kept.id)  # both presses came before the first was done
        await product.reporting.orders.order(uow, member, member.contact, again, product.clock())
    await made(product)
    await officer.hears()
    await officer.presses("Khóa")
    already = [letter.text for letter in officer.replies if letter.text.startswith("Bản này đã khóa lúc ")]
    assert len(already) == 2
    assert all("ngày 30/11/2026, người số 1 khóa" in said for said in already)


async def test_a_report_without_anything_to_draw_says_so_kindly(product: Product, staff: StaffDesk) -> None:
    officer = await staff.joins(Role.OFFICER)
    await officer.says("/baocao quý 3/2026")
    await officer.presses(texts("baocao.png"))
    await made(product)
    await officer.hears()
    assert officer.last.document is None
    assert officer.last_reply == texts("report_files.no_main_chart")
    assert texts("baocao.failed") not in [letter.text for letter in officer.replies]


async def test_a_period_that_has_not_begun_is_refused_before_anything_is_made(staff: StaffDesk) -> None:
    officer = await staff.joins(Role.OFFICER)
    await officer.says("/baocao năm 2030")
    assert officer.last_reply == texts("report.period_ahead", first="15/12/2029")
