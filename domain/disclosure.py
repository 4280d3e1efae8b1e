"""What the public copy hides, so that nobody is found in it.

The partition is fixed: reporting months times the groups of a table. Each month of each table is made safe by itself;
a longer period shows a figure only where every one of its months does. So all public copies together say no more than
the monthly tables, and what is safe there cannot be calculated from differences of periods.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
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
    """Small figures become "<5"; where their sum would tell, the last other figure becomes a guard.

    Safe is: each small figure may still be any number from 1 to 4, whoever adds and subtracts and knows this program.
    So whether there is a guard, and which, follows from the place of a figure and from sums that everybody can
    calculate, never from how large a hidden figure is. Where that cannot be reached, no group is shown at all.
    """
    total = sum(values)
    small = [place for place, value in enumerate(values) if is_small(value)]
    others = [place for place, value in enumerate(values) if value >= SMALLEST_SHOWN]
    sum_of_small = sum(values[place] for place in small)
    if not small or (is_small(total) and len(small) == 1) or _hide_each_other(len(small), sum_of_small):
        guard = None
    elif others and _guards(len(small), sum_of_small + values[others[-1]]):
        guard = others[-1]
    else:
        return ShownMonth((Hidden.GUARD,) * len(values), show(total))
    shown = (Hidden.GUARD if place == guard else show(value) for place, value in enumerate(values))
    return ShownMonth(tuple(shown), show(total))


def _hide_each_other(many: int, their_sum: int) -> bool:
    """Whether each of so many small figures may be any from 1 to 4 although their sum is known.

    1 and 4 are the ends: the others, 1 to 4 each, have to make up the rest.
    """
    others = many - 1
    return others + SMALLEST_SHOWN - 1 <= their_sum <= others * (SMALLEST_SHOWN - 1) + 1


def _guards(many: int, hidden_sum: int) -> bool:
    """The same where the sum with one guard is known: the guard is 5 and more, and the small do not hide each other.

    That they do not is known as well: so 4 takes others with it of which the sum is as large as can be, or, for one
    alone, nothing.
    """
    largest = SMALLEST_SHOWN - 1
    needed = largest if many == 1 else (many - 1) * largest + 2
    return hidden_sum >= needed + SMALLEST_SHOWN


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


def settle(live: Sequence[Balance], published: Mapping[int, Balance], adjoins: Sequence[bool]) -> list[Balance]:
    """Balances of months of which some were published: those stand, and their neighbours begin and end as they say.

    What was written down late thus counts as new, or ended, in the first month of which nothing was said yet; else
    the end of one copy and the start of the next would differ by it. adjoins: whether a month follows the one before.
    """
    settled = [published.get(place, each) for place, each in enumerate(live)]
    for place, each in enumerate(settled):
        if place in published:
            continue
        start = settled[place - 1].end if adjoins[place] else each.start
        following = place + 1 in published and adjoins[place + 1]
        end = published[place + 1].start if following else each.end
        late = end - start - each.new + each.ended
        settled[place] = Balance(start, each.new + max(late, 0), each.ended + max(-late, 0), end)
    return settled


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
