"""Contacts outside the bot in four presses, and answers for reading aloud."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.clock import local_date
from domain.contact_records import AgeGroup, ContactRecord, Referral, Sex, Way, Who
from domain.staff import Role
from hotline.wiring import Product
from tests.citizen import Clock, TerminalCitizen
from tests.conversations.desk import StaffDesk, show
from texts import Texts, vietnamese

pytestmark = pytest.mark.usefixtures("monday_morning")
texts: Texts = vietnamese()


async def recorded(product: Product) -> list[ContactRecord]:
    today = local_date(product.clock())
    async with product.database.reading() as uow:
        await uow.audit.verify()
        return await uow.contact_records.list_between(today - timedelta(days=400), today)


async def write(person: TerminalCitizen, way: str = "record.way_phone", who: str = "record.who_family") -> None:
    await person.says("/ghi")
    for key in (way, "record.topic_law", who, "record.referral_police"):
        await person.presses(texts(key))


async def test_four_presses_make_a_record_with_the_fields_that_reports_need(staff: StaffDesk, product: Product) -> None:
    lan = await staff.joins(Role.COUNSELLOR, "Tân Bình")
    await write(lan)
    [record] = await recorded(product)
    assert (record.way, record.topic, record.who, record.referral) == (
        Way.PHONE,
        "group.law",
        Who.FAMILY,
        Referral.POLICE,
    )
    assert (record.commune, record.staff_id, record.outcome, record.channel) == ("Tân Bình", 1, "met", "")
    for field, label in (
        ("minutes", "15 phút"),
        ("age", texts("record.age_18_29")),
        ("sex", texts("record.sex_female")),
    ):
        await lan.presses(texts("record.more"))
        await lan.presses(texts(f"record.field_{field}"))
        await lan.presses(label)
    await lan.presses(texts("record.more"))
    await lan.presses(texts("record.field_commune"))
    await lan.says("Mỹ Tho")
    [record] = await recorded(product)
    assert (record.minutes, record.age_group, record.sex, record.commune) == (
        15,
        AgeGroup.FROM_18,
        Sex.FEMALE,
        "Mỹ Tho",
    )


async def test_a_double_entry_is_noticed_and_another_one_is_still_possible(
    staff: StaffDesk, product: Product, clock: Clock
) -> None:
    lan = await staff.joins()
    await write(lan)
    await write(lan)
    assert lan.last_reply.startswith("Giống một dòng vừa ghi")
    assert len(await recorded(product)) == 1
    await lan.presses(texts("record.write_anyway"))
    assert len(await recorded(product)) == 2
    clock.forward(timedelta(minutes=11))
    await write(lan)
    assert len(await recorded(product)) == 3
    await write(lan, who="record.who_person")
    assert len(await recorded(product)) == 4


async def test_a_record_for_a_colleague_and_an_earlier_day(staff: StaffDesk, product: Product) -> None:
    lan, hoa = await staff.joins(), await staff.joins()
    await hoa.says("/ten Hoa")
    await write(lan, way="record.way_visit")
    for field, step in (("colleague", "Hoa"), ("day", None)):
        await lan.presses(texts("record.more"))
        await lan.presses(texts("buttons.more"))
        await lan.presses(texts(f"record.field_{field}"))
        if step:
            await lan.presses(step)
    await lan.says("ngày mai")
    assert lan.last_reply == texts("record.field_wrong")
    await lan.says("28/11")
    [record] = await recorded(product)
    assert (record.staff_id, f"{record.happened_on:%d/%m/%Y}") == (2, "28/11/2026")


async def test_a_wrong_record_is_withdrawn_and_after_a_day_it_stands(
    staff: StaffDesk, product: Product, clock: Clock
) -> None:
    lan = await staff.joins()
    await write(lan)
    await lan.presses(texts("record.withdraw"))
    assert await recorded(product) == []
    await write(lan)
    shown = lan.choices
    clock.forward(timedelta(minutes=20))
    await lan.presses_choice(shown[0])
    async with product.database.transaction() as uow:
        [record] = await recorded(product)
        await uow.contact_records.change(record.id, recorded_at=clock() - timedelta(hours=25))
    await lan.presses(texts("record.field_minutes"))
    assert lan.last_reply == texts("record.unknown")


def buttons_under(record: ContactRecord) -> tuple[str, str]:
    """An hour long, and withdrawn."""
    return f"sv:{record.id}:minutes:60", f"sz:{record.id}"


async def test_a_volunteer_records_own_contacts_and_nobody_elses(staff: StaffDesk, product: Product) -> None:
    volunteer, lan = await staff.joins(Role.VOLUNTEER), await staff.joins()
    await write(lan)
    [record] = await recorded(product)
    await write(volunteer, way="record.way_visit")
    assert len(await recorded(product)) == 2
    await show(product, volunteer, *buttons_under(record))
    for typed in ("1", "2"):
        await volunteer.says(typed)
        assert volunteer.last_reply == texts("staff.not_allowed")


async def test_a_colleagues_record_is_corrected_in_the_own_communes_only(staff: StaffDesk, product: Product) -> None:
    lan = await staff.joins(Role.COUNSELLOR, "Tân Bình")
    near, far = await staff.joins(Role.OFFICER, "Tân Bình"), await staff.joins(Role.OFFICER, "Mỹ Tho")
    await write(lan)
    [record] = await recorded(product)
    for officer in (near, far):
        await show(product, officer, *buttons_under(record))
    await near.says("1")
    assert [each.minutes for each in await recorded(product)] == [60]
    for typed in ("1", "2"):
        await far.says(typed)
        assert far.last_reply == texts("staff.not_allowed")
    assert [each.minutes for each in await recorded(product)] == [60]


async def test_a_draft_is_not_for_reading_aloud_and_an_approved_answer_is(staff: StaffDesk, product: Product) -> None:
    lan = await staff.joins()
    await lan.says("/traloi đăng ký cai tại nhà ở đâu")
    if lan.last_reply == texts("aloud.which"):
        await lan.presses_choice(lan.choices[0])
    assert lan.last_reply.startswith("BẢN NHÁP")
    entries = product.knowing.questions.library.entries
    kept = dict(entries)
    try:
        for topic, entry in kept.items():
            approved = replace(entry, approved_by="Phòng", approved_on=local_date(product.clock()))
            entries[topic] = approved  # type: ignore[index]
        await lan.says("/traloi methadone là gì")
        if lan.last_reply == texts("aloud.which"):
            await lan.presses_choice(lan.choices[0])
        assert lan.last_reply.startswith("ĐÃ DUYỆT") and "Đối chiếu với luật" in lan.last_reply
    finally:
        entries.update(kept)  # type: ignore[attr-defined]
    await lan.says("/traloi")
    assert lan.last_reply == texts("aloud.how")
    await lan.says("/traloi zzz qqq")
    assert lan.last_reply == texts("aloud.none")
