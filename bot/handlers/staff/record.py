"""/ghi: a contact outside the bot in four presses; then, for a day, every field can be added or corrected."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import Command, StateFilter
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, Message

from bot.filters import is_typed
from bot.handlers.staff.desk import called
from bot.pages import page_of
from bot.rights import StaffStep, needs
from bot.staff_buttons import DeskButton, FieldButton, RecordButton, SetButton, WithdrawButton
from bot.staff_forms import StaffForm
from domain.contact_records import AgeGroup, ContactRecord, Referral, Sex, Way, Who
from domain.staff import Right
from domain.topic_groups import TopicGroup, group_of
from services import records
from services.records import Alike

router = Router(name="record")
_WAYS = (Way.PHONE, Way.WALK_IN, Way.VISIT, Way.LETTER)
_WHOS = (Who.PERSON, Who.FAMILY, Who.OTHER)
_RESULTS = (Referral.NONE, Referral.POLICE, Referral.HEALTH, Referral.FACILITY, Referral.OTHER)
_FIRST = ("minutes", "age", "sex", "commune")
_SECOND = ("who", "topic", "referral", "day", "colleague")
_VALUES: dict[str, tuple[str, ...]] = {
    "minutes": ("5", "10", "15", "30", "60"),
    "age": tuple(each for each in AgeGroup if each is not AgeGroup.UNKNOWN),
    "sex": tuple(each for each in Sex if each is not Sex.UNKNOWN),
    "who": _WHOS,
    "topic": tuple(TopicGroup),
    "referral": tuple(Referral),
    "day": ("0", "1", "2"),
}

_TYPED = {"commune": StaffForm.commune, "day": StaffForm.day, "minutes": StaffForm.minutes}


@router.message(Command("ghi"), flags=needs(Right.RECORD_CONTACT))
@router.callback_query(RecordButton.filter(), flags=needs(Right.RECORD_CONTACT))
async def write_down(
    _event: Message | CallbackQuery, step: StaffStep, callback_data: RecordButton | None = None
) -> None:
    """Each press asks the next thing; what has been chosen travels in the button, so nothing is kept half-filled."""
    so_far, texts = callback_data or RecordButton(), step.texts
    asked: tuple[tuple[str, tuple[str, ...]], ...] = (
        ("way", _WAYS),
        ("topic", tuple(TopicGroup)),
        ("who", _WHOS),
        ("referral", _RESULTS),
    )
    chosen = (so_far.way, so_far.group, so_far.who, so_far.referral)
    for (field, values), value in zip(asked, chosen, strict=True):
        if value not in values:
            name = "group" if field == "topic" else field
            labelled = [(texts(f"record.{field}_{each}"), so_far.model_copy(update={name: each})) for each in values]
            await step.say(texts(f"record.ask_{field}"), *labelled)
            return
    await store(step, so_far)


async def store(step: StaffStep, chosen: RecordButton) -> None:
    way, group, who = Way(chosen.way), TopicGroup(chosen.group), Who(chosen.who)
    record = records.new_record(step.staff, way, group, who, Referral(chosen.referral), step.now)
    written = await records.write_down(step.uow, record, sure=chosen.sure)
    if isinstance(written, Alike):
        sure = chosen.model_copy(update={"sure": True})
        text = step.texts("record.alike", line=line(step, written.record))
        change = (step.texts("record.change_that"), FieldButton(record=written.record.id))
        await step.say(text, (step.texts("record.write_anyway"), sure), change, (step.texts("desk.open"), DeskButton()))
        return
    await show(step, await records.mine(step.uow, step.staff, written, step.now))


def line(step: StaffStep, record: ContactRecord) -> str:
    texts = step.texts
    parts = [
        f"{record.happened_on:%d/%m/%Y}",
        texts(f"record.way_{record.way}"),
        texts(f"record.topic_{group_of(record.topic)}"),
        "" if record.who is Who.UNKNOWN else texts(f"record.who_{record.who}"),
        "" if record.referral is Referral.NONE else texts(f"record.referral_{record.referral}"),
        texts("desk.minutes", count=record.minutes) if record.minutes else "",
        "" if record.sex is Sex.UNKNOWN else texts(f"record.sex_{record.sex}"),
        "" if record.age_group is AgeGroup.UNKNOWN else texts(f"record.age_{record.age_group}"),
        record.commune,
        texts("staff.number", number=record.staff_id) if record.staff_id not in {None, step.staff.number} else "",
    ]
    return ", ".join(part for part in parts if part)


async def show(step: StaffStep, record: ContactRecord) -> None:
    texts = step.texts
    labelled: list[tuple[str, CallbackData]] = [(texts("record.more"), FieldButton(record=record.id))]
    if record.way in _WAYS:
        labelled.append((texts("record.withdraw"), WithdrawButton(record=record.id)))
    labelled += [(texts("record.another"), RecordButton()), (texts("desk.open"), DeskButton())]
    await step.say(texts("record.written", line=line(step, record)), *labelled)


@router.callback_query(FieldButton.filter(), flags=needs(Right.RECORD_CONTACT))
async def choose_field(_press: CallbackQuery, callback_data: FieldButton, step: StaffStep) -> None:
    record = await records.mine(step.uow, step.staff, callback_data.record, step.now)
    field, texts = callback_data.field, step.texts
    if field in _TYPED:
        await step.state.set_state(_TYPED[field])
        await step.state.set_data({"record": record.id})
    if field == "commune":
        await step.say(texts("record.ask_commune"))
        return
    if field not in {*_VALUES, "colleague"}:
        await step.say(texts("record.ask_field", line=line(step, record)), *field_buttons(step, record, field))
        return
    offered = await colleagues(step) if field == "colleague" else named(step, field)
    labelled: list[tuple[str, CallbackData]] = [
        (label, SetButton(record=record.id, field=field, value=value)) for label, value in offered
    ]
    shown, following = page_of(labelled, callback_data.page)
    more = (texts("buttons.more"), callback_data.model_copy(update={"page": following}))
    await step.say(texts(f"record.ask_{field}"), *shown, *([more] if len(shown) < len(labelled) else []))


def field_buttons(step: StaffStep, record: ContactRecord, page: str) -> list[tuple[str, CallbackData]]:
    fields: tuple[str, ...] = _SECOND if page == "more" else _FIRST
    if not step.staff.may(Right.RECORD_FOR_COLLEAGUE):
        fields = tuple(field for field in fields if field != "colleague")
    shown: list[tuple[str, CallbackData]] = [
        (step.texts(f"record.field_{field}"), FieldButton(record=record.id, field=field)) for field in fields
    ]
    if fields is _FIRST:
        shown.append((step.texts("buttons.more"), FieldButton(record=record.id, field="more")))
    return shown


def named(step: StaffStep, field: str) -> list[tuple[str, str]]:
    if field == "minutes":
        return [(step.texts("desk.minutes", count=value), value) for value in _VALUES[field]]
    return [(step.texts(f"record.{field}_{value}"), value) for value in _VALUES[field]]


async def colleagues(step: StaffStep) -> list[tuple[str, str]]:
    working = await step.uow.staff.list_working()
    return [(called(step, each), str(each.number)) for each in working if each.may(Right.RECORD_CONTACT)]


@router.callback_query(SetButton.filter(), flags=needs(Right.RECORD_CONTACT))
async def set_field(_press: CallbackQuery, callback_data: SetButton, step: StaffStep) -> None:
    await change(step, callback_data.record, callback_data.field, callback_data.value)


@router.message(StateFilter(StaffForm.commune), is_typed, flags=needs(Right.RECORD_CONTACT))
async def set_commune(_message: Message, step: StaffStep) -> None:
    await change(step, int((await step.state.get_data())["record"]), "commune", step.typed)


@router.message(StateFilter(StaffForm.day), is_typed, flags=needs(Right.RECORD_CONTACT))
async def set_day(_message: Message, step: StaffStep) -> None:
    await change(step, int((await step.state.get_data())["record"]), "day", step.typed)


@router.message(StateFilter(StaffForm.minutes), is_typed, flags=needs(Right.RECORD_CONTACT))
async def set_minutes(_message: Message, step: StaffStep) -> None:
    """ "25 phút"; a bare small number has been read as the place in the list, like everywhere."""
    digits = "".join(sign for sign in step.typed if sign.isdigit())[:4]
    await change(step, int((await step.state.get_data())["record"]), "minutes", digits)


async def change(step: StaffStep, record_id: int, field: str, value: str) -> None:
    changed = await records.change(step.uow, step.staff, record_id, field, value, step.now)
    await step.state.clear()
    await show(step, changed)


@router.callback_query(WithdrawButton.filter(), flags=needs(Right.RECORD_CONTACT))
async def withdraw(_press: CallbackQuery, callback_data: WithdrawButton, step: StaffStep) -> None:
    await records.withdraw(step.uow, step.staff, callback_data.record, step.now)
    await step.say(step.texts("record.withdrawn"), (step.texts("desk.open"), DeskButton()))
