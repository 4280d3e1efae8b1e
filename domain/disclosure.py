"""What the public copy hides, so that nobody is found in it.

The partition is fixed: reporting months times the groups of a table. Each month of each table is made safe by itself;
a longer period shows a figure only where every one of its months does. So all public copies together say no more than
the monthly tables, and what is safe there cannot be calculated from differences of periods.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from domain.report import Hidden

SMALLEST_SHOWN = 5
_SMALL = range(1, SMALLEST_SHOWN)

Shown = int | Hidden


def is_small(value: int) -> bool:
    return value in _SMALL


def show(value: int) -> Shown:
    return Hidden.SMALL if is_small(value) else value


@dataclass(frozen=True, slots=True)
class ShownMonth:
    """`values` by group, in order; `total` of all of them."""

    values: tuple[Shown, ...]
    total: Shown


def hide_month(values: Sequence[int]) -> ShownMonth:
    """Small figures become "<5"; of the others as many become a guard as it takes, the smallest first.

    Safe is: each small figure may still be any number from 1 to 4, whoever adds and subtracts. Where that cannot be
    reached, no group of this month is shown at all.
    """
    total = sum(values)
    small = [place for place, value in enumerate(values) if is_small(value)]
    others = sorted(
        (place for place in range(len(values)) if place not in small), key=lambda p: (not values[p], values[p])
    )
    for guards in range(len(others) + 1):
        hidden = {*small, *others[:guards]}
        rest = total - sum(value for place, value in enumerate(values) if place not in hidden)
        if _is_safe(len(small), guards, rest, total_hidden=is_small(total)):
            shown = (
                Hidden.SMALL if place in small else Hidden.GUARD if place in hidden else value
                for place, value in enumerate(values)
            )
            return ShownMonth(tuple(shown), show(total))
    return ShownMonth((Hidden.GUARD,) * len(values), show(total))


def _is_safe(small: int, guards: int, hidden_sum: int, *, total_hidden: bool) -> bool:
    """Whether every one of so many small figures may be anything from 1 to 4.

    The sum of the hidden ones is known; with a hidden total only that it is small too.
    """
    if small == 0:
        return True
    if total_hidden:
        return small == 1  # one alone is any of 1 to 4, as its total is
    return all(_fits(hidden_sum - value, small - 1, guards) for value in _SMALL)


def _fits(rest: int, small: int, guards: int) -> bool:
    """Whether `rest` is a sum of so many small figures and guards; a guard is 0, or 5 and more."""
    for sum_of_small in range(small * _SMALL[0], small * _SMALL[-1] + 1):
        of_guards = rest - sum_of_small
        if of_guards == 0 or (guards and of_guards >= SMALLEST_SHOWN):
            return True
    return False


def over_months(months: Sequence[ShownMonth], places: Collection[int]) -> ShownMonth:
    """A period out of its months: sums where every month is shown. Of none at all, nothing is shown."""
    chosen = [months[place] for place in places]
    groups = len(months[0].values) if months else 0
    values = tuple(_sum([month.values[group] for month in chosen]) for group in range(groups))
    return ShownMonth(values, _sum([month.total for month in chosen]))


def _sum(figures: Sequence[Shown]) -> Shown:
    total, small = 0, 0
    for figure in figures:
        if isinstance(figure, Hidden):
            if figure is Hidden.GUARD:
                return Hidden.GUARD
            small += 1
        else:
            total += figure
    if small == 0:
        return total
    return Hidden.SMALL if small == 1 and total == 0 else Hidden.GUARD


@dataclass(frozen=True, slots=True)
class Balance:
    """At the start, plus new, minus ended, is at the end."""

    start: int
    new: int
    ended: int
    end: int


def hide_balance(months: Sequence[Balance]) -> tuple[Shown, Shown, Shown, Shown]:
    """Start, new, ended, end of a period of these months, in order.

    New and ended are shown only where no figure of any month is small: else the balance would give it away.
    """
    if not months:
        return Hidden.GUARD, Hidden.GUARD, Hidden.GUARD, Hidden.GUARD
    start, end = show(months[0].start), show(months[-1].end)
    if any(is_small(figure) for each in months for figure in (each.start, each.new, each.ended, each.end)):
        return start, Hidden.GUARD, Hidden.GUARD, end
    return start, sum(each.new for each in months), sum(each.ended for each in months), end
