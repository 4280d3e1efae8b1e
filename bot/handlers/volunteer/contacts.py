"""Writing a contact down: one press, at most two more, a note if one likes; for a day it can be corrected."""

from __future__ import annotations

from datetime import date

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, Message

from bot.client_buttons import CardButton
from bot.danger import answer_danger
from bot.filters import is_typed
from bot.handlers.volunteer.support import call_for_help
from bot.rights import StaffStep, needs
from bot.staff_forms import StaffForm
from bot.volunteer_buttons import (
    ConditionButton,
    CorrectButton,
    NoteButton,
    ResultButton,
    TodayButton,
    WorkButton,
)
from domain.callbacks import Outcome
from domain.clients import Client
from domain.clock import local_date
from domain.contact_records import Condition, ContactRecord, Way, Work
from domain.follow_ups import FollowUpClosed, Result
from domain.knowledge import ReadingKind
from domain.staff import NotAllowed, Right
from services import records
from services.follow_up_lines import say_date
from services.records import LONGEST_NOTE

router = Router(name="contacts")
_WORRYING = {Condition.WORRIED, Condition.USED_AGAIN}


@router.callback_query(ResultButton.filter(), flags=needs(Right.RECORD_FOLLOW_UP))
async def press_result(_press: CallbackQuery, callback_data: ResultButton, step: StaffStep) -> None:
    if callback_data.result == "support":
        await call_for_help(step, callback_data.client)
        return
    client = await step.office.volunteers.client(step.uow, step.staff, callback_data.client, step.now)
    if callback_data.result == "tomorrow":
        await put_off(step, client, callback_data.follow_up)
        return
    if callback_data.result not in set(Result):
        raise FollowUpClosed
    await record(step, client, callback_data.follow_up, Result(callback_data.result))


async def put_off(step: StaffStep, client: Client, follow_up_id: int) -> None:
    if not step.staff.may(Right.BE_REMINDED):
        raise NotAllowed
    volunteers = step.office.volunteers
    follow_up = await volunteers.open_one(step.uow, client, follow_up_id, step.now)
    new = await volunteers.put_off(step.uow, step.staff, client, follow_up, step.now)
    line = volunteers.lines.line(client.code, follow_up, local_date(step.now))
    key = "volunteer.put_off" if new else "volunteer.put_off_known"
    await step.say(step.texts(key, line=line), (step.texts("volunteer.today"), TodayButton()))


async def record(step: StaffStep, client: Client, follow_up_id: int, result: Result, *, on: date | None = None) -> None:
    """An old button under something that is done asks first whether another contact is meant. `on` None: today."""
    texts, volunteers, today = step.texts, step.office.volunteers, local_date(step.now)
    if follow_up_id:
        planned = await step.uow.follow_ups.get(follow_up_id)
        if planned.client_id != client.id or (not planned.is_open and planned.done_on != today):
            again = ResultButton(client=client.id, follow_up=0, result=result)
            labelled = [(texts("volunteer.record_anyway"), again), way_back(step, client.id)]
            await step.say(texts("volunteer.closed_meanwhile"), *labelled)
            return
    recorded = await volunteers.record(step.uow, step.staff, client, result, step.now, on=on)
    day = say_date(recorded.record.happened_on, today)
    said = {"code": client.code, "result": texts(f"volunteer.{result}"), "day": day}
    head = texts("volunteer.recorded", **said)
    if not recorded.new:
        await finish(step, recorded.record, texts("volunteer.recorded_before", **said))
        return
    if recorded.follow_up is not None:
        head += " " + texts("volunteer.recorded_closes")
    elif (still := await volunteers.current(step.uow, client, step.now)) is not None:
        window = volunteers.lines.window(still.slot.earliest_on, still.slot.latest_on, today)
        is_said_again = await volunteers.remind_again(step.uow, step.staff, client, still, step.now)
        head += " " + texts(
            "volunteer.recorded_open" if is_said_again else "volunteer.recorded_still_open", window=window
        )
    elif result is Result.NOT_MET:
        head += " " + texts("volunteer.recorded_not_met")
    else:
        head += " " + texts("volunteer.recorded_no_plan")
    if not step.staff.may(Right.BE_REMINDED):
        head += " " + await say_whose(step, recorded.record)
    if result is Result.NOT_MET:
        await finish(step, recorded.record, head)
        return
    await ask_condition(step, recorded.record, head)


async def say_whose(step: StaffStep, record: ContactRecord) -> str:
    """For whom a contact counts that an officer has entered."""
    if record.volunteer is None:
        return step.texts("volunteer.recorded_for_nobody")
    return step.texts("volunteer.recorded_for", code=(await step.uow.volunteers.get(record.volunteer)).code)


def way_back(step: StaffStep, client_id: int) -> tuple[str, CallbackData]:
    """Volunteers go on with their day, officers with the client's card."""
    if step.staff.may(Right.BE_REMINDED):
        return step.texts("volunteer.today"), TodayButton()
    return step.texts("clients.back_to_card"), CardButton(client=client_id)


async def ask_condition(step: StaffStep, record: ContactRecord, head: str) -> None:
    texts = step.texts
    labelled = [
        (texts(f"volunteer.condition_{each}"), ConditionButton(record=record.id, value=each))
        for each in Condition
        if each
    ]
    skip = (texts("volunteer.skip"), ConditionButton(record=record.id))
    await step.say(f"{head}\n{texts('volunteer.ask_condition')}", *labelled, skip)


@router.callback_query(ConditionButton.filter(), flags=needs(Right.RECORD_FOLLOW_UP))
async def set_condition(_press: CallbackQuery, callback_data: ConditionButton, step: StaffStep) -> None:
    if callback_data.value not in set(Condition) - {Condition.UNKNOWN}:
        await finish(step, await records.mine(step.uow, step.staff, callback_data.record, step.now))
        return
    record = await step.office.volunteers.note_condition(
        step.uow, step.staff, callback_data.record, callback_data.value, step.now
    )
    if record.condition is Condition.LEFT:  # whoever is gone cannot be asked about work
        await finish(step, record)
        return
    texts = step.texts
    labelled = [(texts(f"volunteer.work_{each}"), WorkButton(record=record.id, value=each)) for each in Work if each]
    skip = (texts("volunteer.skip"), WorkButton(record=record.id))
    await step.say(texts("volunteer.ask_work"), *labelled, skip)


@router.callback_query(WorkButton.filter(), flags=needs(Right.RECORD_FOLLOW_UP))
async def set_work(_press: CallbackQuery, callback_data: WorkButton, step: StaffStep) -> None:
    if callback_data.value in set(Work) - {Work.UNKNOWN}:
        record = await records.change(step.uow, step.staff, callback_data.record, "work", callback_data.value, step.now)
    else:
        record = await records.mine(step.uow, step.staff, callback_data.record, step.now)
    await finish(step, record)


async def finish(step: StaffStep, record: ContactRecord, head: str = "") -> None:
    """What is written down now, advice where there is some, and what can still be done about it."""
    texts = step.texts
    parts = [head or texts("volunteer.finished", line=await say_record(step, record))]
    if record.condition in _WORRYING or record.condition is Condition.LEFT:
        parts.append(texts(f"volunteer.advice_{record.condition}"))
    labelled: list[tuple[str, CallbackData]] = []
    if record.condition in _WORRYING and record.client_id is not None:
        support = ResultButton(client=record.client_id, follow_up=0, result="support")
        labelled.append((texts("volunteer.support"), support))
    labelled += [
        (texts("volunteer.note"), NoteButton(record=record.id)),
        (texts("volunteer.correct"), CorrectButton(record=record.id)),
        way_back(step, record.client_id or 0),
    ]
    await step.say("\n".join(parts), *labelled)


async def say_record(step: StaffStep, record: ContactRecord) -> str:
    texts, today = step.texts, local_date(step.now)
    client = await step.uow.clients.get(record.client_id or 0)
    more = [texts(f"volunteer.condition_{record.condition}")] if record.condition else []
    more += [texts(f"volunteer.work_{record.work}")] if record.work else []
    more += [texts("volunteer.note")] if record.has_note else []
    said = ", ".join(part[0].lower() + part[1:] for part in more)
    return texts(
        "volunteer.record_line",
        code=client.code,
        result=texts(f"volunteer.{result_of(record)}"),
        day=say_date(record.happened_on, today),
        more=f" ({said})" if said else "",
    )


def result_of(record: ContactRecord) -> Result:
    if record.outcome != Outcome.MET:
        return Result.NOT_MET
    return Result.PHONED if record.way is Way.PHONE else Result.VISITED


@router.callback_query(NoteButton.filter(), flags=needs(Right.RECORD_FOLLOW_UP))
async def ask_note(_press: CallbackQuery, callback_data: NoteButton, step: StaffStep) -> None:
    record = await records.mine(step.uow, step.staff, callback_data.record, step.now)
    await step.state.set_state(StaffForm.client_note)
    await step.state.set_data({"record": record.id})
    await step.say(step.texts("volunteer.ask_note"))


@router.message(StateFilter(StaffForm.client_note), is_typed, flags=needs(Right.RECORD_FOLLOW_UP))
async def keep_note(_message: Message, step: StaffStep) -> None:
    """Words of danger are kept too, and met first: what to do stands above everything."""
    if len(step.typed) > LONGEST_NOTE:
        await step.say(step.texts("volunteer.note_too_long", count=len(step.typed)))
        return
    record_id = int((await step.state.get_data())["record"])
    record = await records.change(step.uow, step.staff, record_id, "note", step.typed, step.now)
    await step.state.clear()
    reading = step.questions.reader.read(step.typed, calm=step.turn.calm)
    if reading.kind is ReadingKind.URGENT:
        await answer_danger(step, reading)
    await finish(step, record, step.texts("volunteer.note_kept"))


@router.callback_query(CorrectButton.filter(), flags=needs(Right.RECORD_FOLLOW_UP))
async def correct(_press: CallbackQuery, callback_data: CorrectButton, step: StaffStep) -> None:
    texts, volunteers = step.texts, step.office.volunteers
    record = await records.mine(step.uow, step.staff, callback_data.record, step.now)
    if callback_data.to == "withdraw":
        await volunteers.withdraw(step.uow, step.staff, record.id, step.now)
        await step.say(texts("volunteer.withdrawn"), way_back(step, record.client_id or 0))
        return
    if callback_data.to in set(Result):
        changed = await volunteers.correct(step.uow, step.staff, record.id, Result(callback_data.to), step.now)
        await finish(step, changed, texts("volunteer.corrected", line=await say_record(step, changed)))
        return
    others = [each for each in Result if each is not result_of(record)]
    labelled: list[tuple[str, CallbackData]] = [
        (texts(f"volunteer.{each}"), CorrectButton(record=record.id, to=each)) for each in others
    ]
    labelled.append((texts("volunteer.withdraw"), CorrectButton(record=record.id, to="withdraw")))
    await step.say(texts("volunteer.ask_correct", line=await say_record(step, record)), *labelled)
