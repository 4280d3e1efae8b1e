"""An officer sends a filled-in sheet to the bot: looked through, every wrong cell named, taken over on a press."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO

import pytest
import xlsxwriter

from domain.clock import local_date
from domain.contact_records import ContactRecord, Way
from domain.contact_sheet import COLUMNS
from domain.models import Channel
from domain.staff import Role
from hotline.wiring import Product
from services import staffing
from services.ports import FileGone
from tests.care.rosters import as_csv, row
from tests.citizen import Citizen, TelegramCitizen
from tests.fakes.telegram import FakeTelegram
from tests.zalos import ZaloCitizen
from texts import vietnamese

pytestmark = pytest.mark.usefixtures("monday_morning")
texts = vietnamese()
GOOD = ("29/11/2026", "Gọi đến đường dây", "Đăng ký cai tự nguyện", "Gia đình")


@dataclass
class Sends:
    """Somebody on a messenger, and how this one sends a file."""

    person: Citizen

    async def file(self, name: str, content: bytes, use: str = "files.use_contacts") -> None:
        """Says what the file is for where the bot asks."""
        match self.person:
            case TelegramCitizen():
                await self.person._taken(self.person.person.sends_file(name, content))
            case ZaloCitizen():
                await self.person.fake.send_file(self.person.user_id, name, content)
        await self.settled()
        if self.person.last_reply == texts("files.what_for"):
            await self.presses(texts(use))

    async def settled(self) -> None:
        """Until the errand is done and what came of it is said."""
        for _ in range(3):
            await self.person._listen()

    async def presses(self, label: str) -> None:
        await self.person.presses(label)
        await self.settled()


@pytest.fixture(params=["telegram", "zalo"])
def newcomer(request: pytest.FixtureRequest, product: Product) -> Sends:
    return Sends(request.getfixturevalue(f"{request.param}_citizens")())


async def joined(newcomer: Sends, product: Product, role: Role, *communes: str) -> Sends:
    async with product.database.transaction() as uow:
        code = await staffing.invite(uow, role, communes, product.clock())
    await newcomer.person.says(code)
    return newcomer


def sheet(*rows: tuple[str, ...]) -> bytes:
    content = BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, [texts(f"contacts.column_{column}") for column in COLUMNS])
        for place, row in enumerate(rows, 1):
            page.write_row(place, 0, row)
    return content.getvalue()


async def recorded(product: Product) -> list[ContactRecord]:
    today = local_date(product.clock())
    async with product.database.reading() as uow:
        return await uow.contact_records.list_between(today - timedelta(days=30), today)


async def test_a_sheet_is_looked_through_and_taken_over_on_a_press_and_twice_adds_nothing(
    newcomer: Sends, product: Product
) -> None:
    officer = await joined(newcomer, product, Role.OFFICER)
    two = sheet(GOOD, ("28/11/2026", "Đến nhà", "Việc khác", "Người khác"))
    await officer.file("thang-11.xlsx", two)
    assert officer.person.last_reply == texts("files.looked_through", new=2, known=0)
    assert await recorded(product) == []
    await officer.presses(texts("files.take_over", count=2))
    assert officer.person.last_reply == texts("contacts.written", new=2, known=0)
    found = await recorded(product)
    assert [(each.happened_on, each.way) for each in found] == [
        (date(2026, 11, 28), Way.VISIT),
        (date(2026, 11, 29), Way.PHONE),
    ]
    await officer.file("thang-11.xlsx", two)
    assert officer.person.last_reply == texts("files.looked_through", new=0, known=2)
    assert [choice.label for choice in officer.person.last.choices] == [f"1. {texts('desk.open')}"]


async def test_every_wrong_cell_is_named_and_nothing_is_written(newcomer: Sends, product: Product) -> None:
    officer = await joined(newcomer, product, Role.OFFICER)
    await officer.file("sai.xlsx", sheet(GOOD, ("1/1/2099", *GOOD[1:]), (*GOOD[:3], "Hàng xóm"), ("", *GOOD[1:])))
    said = officer.person.last_reply
    assert [f"Dòng {line}," in said for line in (2, 3, 4, 5)] == [False, True, True, True]
    assert said.endswith(texts("files.nothing_written", count=3))
    assert await recorded(product) == []


async def test_a_sheet_changes_the_counts_of_the_own_communes_only(newcomer: Sends, product: Product) -> None:
    officer = await joined(newcomer, product, Role.OFFICER, "Ba Đình")
    await officer.file("xa-khac.xlsx", sheet((*GOOD, "Phường Ba Đình"), (*GOOD, "Ngọc Hà"), GOOD))
    said = officer.person.last_reply
    assert [f"Dòng {line}," in said for line in (2, 3, 4)] == [False, True, False]
    assert texts("roster.out_of_scope") in said
    assert await recorded(product) == []
    await officer.file("xa-nha.xlsx", sheet((*GOOD, "Phường Ba Đình"), GOOD))
    assert officer.person.last_reply == texts("files.looked_through", new=2, known=0)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("anh.pdf", b"%PDF", texts("files.only_sheets")),
        ("gia.xlsx", b"not a workbook", texts("contacts.file_unreadable", where="")),
        ("to.xlsx", b"PK" + b"x" * (5 * 1024**2), texts("files.too_large")),
    ],
)
async def test_what_is_no_sheet_or_too_large_is_said(
    newcomer: Sends, product: Product, name: str, content: bytes, said: str
) -> None:
    officer = await joined(newcomer, product, Role.OFFICER)
    await officer.file(name, content)
    assert officer.person.last_reply == said


async def test_a_file_of_a_citizen_is_not_fetched_and_of_a_counsellor_neither(
    newcomer: Sends, product: Product, fake_telegram: FakeTelegram
) -> None:
    await newcomer.file("Nguyen Van A.xlsx", sheet(GOOD))
    assert newcomer.person.last_reply == texts("question.not_text")
    await joined(newcomer, product, Role.COUNSELLOR)
    await newcomer.file("Nguyen Van A.xlsx", sheet(GOOD))
    assert newcomer.person.last_reply == texts("staff.not_allowed")
    assert fake_telegram.calls["getFile"] == 0
    assert await recorded(product) == []


async def test_danger_beside_a_file_is_met(telegram_citizens: Callable[[], TelegramCitizen]) -> None:
    citizen = telegram_citizens()  # Zalo has no words beside a file
    await citizen._taken(citizen.person.sends_file("a.xlsx", b"", "con tôi co giật, tím môi"))
    await Sends(citizen).settled()
    assert "115" in citizen.last_reply


async def test_a_file_that_is_gone_is_said(newcomer: Sends, product: Product) -> None:
    officer = await joined(newcomer, product, Role.OFFICER)
    await officer.file("thang-11.xlsx", sheet(GOOD))
    match officer.person:
        case TelegramCitizen():
            officer.person.person.fake.files.clear()
        case ZaloCitizen():
            officer.person.fake.sent_files.clear()
    await officer.presses(texts("files.take_over", count=1))
    assert officer.person.last_reply == texts("files.gone")
    assert await recorded(product) == []


async def test_the_template_is_sent_where_the_messenger_takes_it(newcomer: Sends, product: Product) -> None:
    officer = await joined(newcomer, product, Role.OFFICER)
    await officer.person.says("/mau")
    if isinstance(officer.person, TelegramCitizen):
        name, content = officer.person.person.heard[-1].document or ("", b"")
        assert name == "lien-he.xlsx" and content.startswith(b"PK")
    else:
        assert officer.person.last_reply == texts("zalo.document_elsewhere")


@pytest.mark.usefixtures("zalo")
async def test_no_address_but_zalos_is_asked_for_a_file(product: Product) -> None:
    sender = product.senders[Channel.ZALO]
    for url in ("http://127.0.0.1:5432/", "https://zalo.me.example.com/a", "file:///etc/passwd", "https://10.0.0.1/"):
        with pytest.raises(FileGone):
            await sender._client.download(url, 1000)  # type: ignore[attr-defined]


async def test_a_roster_is_looked_through_and_taken_over_on_a_press(newcomer: Sends, product: Product) -> None:
    sender = await joined(newcomer, product, Role.OFFICER)
    content = as_csv([row("SC-01"), row("SC-02", volunteer="TNV-2")])
    await sender.file("danh-sach.csv", content, "files.use_roster")
    assert "Chạy thử: 2 người mới" in sender.person.last_reply
    async with product.database.reading() as uow:
        assert await uow.clients.list_of() == []
    await sender.presses(texts("roster.take_over", count=2))
    assert "Đã nhập: 2 người mới" in sender.person.last_reply
    async with product.database.reading() as uow:
        assert [each.code for each in await uow.clients.list_of()] == ["SC-01", "SC-02"]


async def test_a_roster_with_names_is_refused_in_the_chat_without_repeating_them(
    newcomer: Sends, product: Product
) -> None:
    sender = await joined(newcomer, product, Role.OFFICER)
    await sender.file("danh-sach.csv", as_csv([row("Nguyễn Văn An")]), "files.use_roster")
    assert texts("roster.looks_like_name") in sender.person.last_reply
    assert "Nguyễn" not in sender.person.last_reply
