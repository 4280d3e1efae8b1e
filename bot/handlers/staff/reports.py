"""/baocao: a report in two presses, what is to be done with it, and where a figure comes from."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import Command, StateFilter
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, Message

from bot.filters import is_typed
from bot.report_buttons import FormButton, PeriodButton, ReportButton, ReportDoButton
from bot.rights import StaffStep, needs
from bot.staff_forms import StaffForm
from domain.clock import local_date
from domain.periods import Period
from domain.report import Audience
from domain.report_objects import KeptReport, Scope
from domain.staff import Right
from services.reporting.forms import Form
from services.reporting.in_chat import ReportsInChat
from services.reporting.orders import Do, Wanted

router = Router(name="reports")
_LINES_SHOWN = 60


@router.message(Command("baocao"), flags=needs(Right.REPORT))
@router.callback_query(ReportButton.filter(), flags=needs(Right.REPORT))
async def ask_period(_event: Message | CallbackQuery, step: StaffStep, reporting: ReportsInChat) -> None:
    """Typed with a period, the forms at once; else the periods that are over, the latest of each kind."""
    await step.state.clear()
    if step.typed:
        typed, _, name = step.typed.partition(";")
        period = reporting.desk.builder.settings.calendar.parse(typed, local_date(step.now))
        await show_forms(step, reporting, period, await reporting.desk.scope_within(step.uow, step.staff, name))
        return
    calendar, wording = reporting.desk.builder.settings.calendar, reporting.desk.builder.wording
    labelled = [
        (wording.period(period), PeriodButton(period=period.code)) for period in calendar.latest(local_date(step.now))
    ]
    scope = wording.scope(reporting.desk.scope_of(step.staff))
    await step.say(step.texts("baocao.ask", scope=scope), *labelled)


@router.callback_query(PeriodButton.filter(), flags=needs(Right.REPORT))
async def ask_form(
    _press: CallbackQuery, callback_data: PeriodButton, step: StaffStep, reporting: ReportsInChat
) -> None:
    period = reporting.desk.builder.settings.calendar.parse(callback_data.period, local_date(step.now))
    scope = await reporting.desk.scope_by_key(step.uow, step.staff, callback_data.scope)
    await show_forms(step, reporting, period, scope, more=callback_data.more)


async def show_forms(
    step: StaffStep, reporting: ReportsInChat, period: Period, scope: Scope, *, more: bool = False
) -> None:
    texts, wording, code = step.texts, reporting.desk.builder.wording, period.code
    reporting.desk.check_begun(period, step.now)
    key = reporting.desk.key_of(step.staff, scope)

    def button(form: Form, *, public: bool = False) -> tuple[str, CallbackData]:
        label = texts("baocao.public" if public else f"baocao.{form}")
        return label, FormButton(period=code, scope=key, form=form, public=public)

    if more:
        labelled = [button(Form.CSV), button(Form.PDF)]
    else:
        labelled = [button(Form.WORD), button(Form.EXCEL), button(Form.PICTURE)]
        if not scope.communes:
            labelled.append(button(Form.WORD, public=True))
        labelled.append((texts("baocao.other"), PeriodButton(period=code, scope=key, more=True)))
    text = texts("baocao.ask_form", period=wording.period(period), scope=wording.scope(scope))
    await step.say(text, *labelled)


@router.callback_query(FormButton.filter(), flags=needs(Right.REPORT))
async def order(_press: CallbackQuery, callback_data: FormButton, step: StaffStep, reporting: ReportsInChat) -> None:
    """The second press: made outside of the conversation, so that nobody waits for it."""
    scope = await reporting.desk.scope_by_key(step.uow, step.staff, callback_data.scope)
    audience = Audience.PUBLIC if callback_data.public else Audience.SUPERIOR
    name = scope.name or ", ".join(sorted(scope.communes))
    wanted = Wanted(callback_data.period, Form(callback_data.form), audience, name if callback_data.scope else "")
    await reporting.orders.order(step.uow, step.staff, step.turn.contact, wanted, step.now)
    await step.say(step.texts("baocao.making"))


@router.callback_query(ReportDoButton.filter(), flags=needs(Right.REPORT))
async def do(_press: CallbackQuery, callback_data: ReportDoButton, step: StaffStep, reporting: ReportsInChat) -> None:
    desk, texts = reporting.desk, step.texts
    kept = await desk.get(step.uow, callback_data.report, step.staff)
    match callback_data.do:
        case "nothing_happened":
            kept = await desk.remark(step.uow, kept, None, texts("report.remark_all"), step.now, step.staff.number)
            await step.say(texts("baocao.remarked"), doing(step, kept, "complete"))
        case "remark":
            empty = await desk.empty_figures(step.uow, kept)
            await step.state.set_state(StaffForm.report_remark)
            await step.state.set_data({"report": kept.id})
            await step.say(texts("baocao.ask_remark", figures="; ".join(name for _, name in empty)))
        case "complete":
            kept = await desk.complete(step.uow, kept, step.now, step.staff.number)
            text = texts("baocao.completed", version=kept.version)
            await step.say(text, doing(step, kept, "lock"), doing(step, kept, "open_again"))
        case "lock":
            desk.check_lockable(kept)
            text = texts("baocao.lock_sure", version=kept.version, period=desk.builder.wording.period(kept.period))
            await step.say(text, doing(step, kept, "lock_sure"))
        case "open_again":
            kept = await desk.open_again(step.uow, kept, step.now, step.staff.number)
            again = (texts("baocao.open"), PeriodButton(period=kept.period.code))
            await step.say(texts("baocao.opened_again", version=kept.version), again)
        case "lock_sure":
            desk.check_lockable(kept)
            await order_done(step, reporting, kept, Do.LOCK)
        case "correct":
            await order_done(step, reporting, kept, Do.CORRECT)


async def order_done(step: StaffStep, reporting: ReportsInChat, kept: KeptReport, what: Do) -> None:
    """What counts anew happens outside of the conversation; the Word file comes with the answer."""
    wanted = Wanted(kept.period.code, Form.WORD, do=what, report=kept.id)
    await reporting.orders.order(step.uow, step.staff, step.turn.contact, wanted, step.now)
    await step.say(step.texts("baocao.making"))


def doing(step: StaffStep, kept: KeptReport, what: str) -> tuple[str, CallbackData]:
    return step.texts(f"baocao.do_{what}"), ReportDoButton(report=kept.id, do=what)


@router.message(StateFilter(StaffForm.report_remark), is_typed, flags=needs(Right.REPORT))
async def take_remark(_message: Message, step: StaffStep, reporting: ReportsInChat) -> None:
    """One text for all figures that are still empty."""
    report_id = int((await step.state.get_data())["report"])
    await step.state.clear()
    kept = await reporting.desk.get(step.uow, report_id, step.staff)
    kept = await reporting.desk.remark(step.uow, kept, None, step.typed, step.now, step.staff.number)
    await step.say(step.texts("baocao.remarked"), doing(step, kept, "complete"))


@router.message(Command("nguon"), flags=needs(Right.REPORT))
async def trace(_message: Message, step: StaffStep, reporting: ReportsInChat) -> None:
    """/nguon 2026-Q4 ways phone: the internal numbers or codes behind a figure of the own scope."""
    texts, words = step.texts, step.typed.rsplit(maxsplit=2)
    if len(words) < 3:
        await step.say(texts("baocao.trace_how"))
        return
    period = reporting.desk.builder.settings.calendar.parse(words[0], local_date(step.now))
    scope = reporting.desk.scope_of(step.staff)
    traced = await reporting.tracing.trace(step.uow, period, scope, words[1], words[2], step.now, by=step.staff.number)
    await step.say(texts("baocao.trace_none") if traced is None else reporting.tracing.say(traced, _LINES_SHOWN))
