"""What is said of a roster: the same words on the command line and in the bot."""

from __future__ import annotations

from collections.abc import Sequence

from domain.roster import COLUMNS
from domain.sheets import BadCell
from services.roster import Checked
from texts import Texts


def bad_lines(bad: Sequence[BadCell], texts: Texts, most: int | None = None) -> list[str]:
    """Each wrong cell by line, column and reason, and how many there are."""
    shown = bad[:most]
    lines = []
    for cell in shown:
        column = heading(cell.column, texts)
        lines.append(texts("roster.bad_row", line=cell.line, column=column, problem=texts(cell.key, **cell.values)))
    if len(bad) > len(shown):
        lines.append(texts("roster.more_bad", count=len(bad) - len(shown)))
    return [*lines, texts("roster.nothing_written", count=len(bad))]


def outcome_lines(checked: Checked, texts: Texts, *, written: bool) -> list[str]:
    """What has been or would be written; for known clients which columns."""
    if checked.bad:
        return bad_lines(checked.bad, texts)
    numbers = {"new": checked.new, "changed": checked.changed, "same": checked.same}
    if not checked.differences:
        lines = [texts("roster.nothing_new", same=checked.same)]
    else:
        lines = [texts("roster.written" if written else "roster.checked", **numbers)]
    for each in checked.differences:
        if each.known is not None:
            columns = ", ".join(heading(column, texts) for column in each.columns)
            lines.append(texts("roster.change_line", line=each.row.line, columns=columns))
    if checked.volunteers:
        lines.append(texts("roster.new_volunteers", codes=", ".join(checked.volunteers)))
    if checked.ignored:
        lines.append(texts("roster.ignored", columns=", ".join(checked.ignored)))
    return lines


def heading(column: str, texts: Texts) -> str:
    """As it stands in the template, or as the file has it; empty is a column without a heading."""
    if not column:
        return texts("roster.column_untitled")
    return texts(f"roster.column_{column}").removesuffix(" *") if column in COLUMNS else column
