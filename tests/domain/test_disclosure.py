"""The public copy: whoever adds, subtracts and compares periods finds no small figure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.disclosure import Balance, Shown, ShownMonth, hide_balance, hide_month, over_months, settle
from domain.report import Hidden

LARGEST = 24
figures = st.integers(0, 9)
months_of_three = st.lists(st.tuples(figures, figures, figures), min_size=2, max_size=2)


def possible(shown: Shown) -> Sequence[int]:
    """What a reader of the notes knows: "<5" is 1 to 4, a guard is anything else than that."""
    if shown is Hidden.SMALL:
        return range(1, 5)
    if shown is Hidden.GUARD:
        return [0, *range(1, LARGEST)]
    return [int(shown)]


def likely(shown: Shown, *, whole_row: bool) -> Sequence[int]:
    """What somebody knows who has read this program: a guard beside figures is none of the small ones."""
    if shown is Hidden.GUARD and not whole_row:
        return [0, *range(5, LARGEST)]
    return possible(shown)


def explanations(month: ShownMonth) -> Iterator[tuple[int, ...]]:
    """All tables that would have been published like this one."""
    whole_row = all(value is Hidden.GUARD for value in month.values)
    totals = set(possible(month.total))
    for values in product(*(likely(value, whole_row=whole_row) for value in month.values)):
        if sum(values) in totals:
            yield values


@given(st.lists(figures, min_size=1, max_size=4))
@settings(max_examples=300, deadline=None)
def test_within_a_month_each_small_figure_may_be_any_from_one_to_four(values: list[int]) -> None:
    month = hide_month(values)
    found = list(explanations(month))
    assert tuple(values) in found
    for place, shown in enumerate(month.values):
        if shown is Hidden.SMALL:
            assert {each[place] for each in found} >= {1, 2, 3, 4}
        if 1 <= values[place] <= 4:
            assert isinstance(shown, Hidden)
            assert len({each[place] for each in found}) > 1


@pytest.mark.parametrize(("groups", "largest_total"), [(2, 20), (3, 18), (4, 14)])
def test_who_runs_this_program_on_every_possible_table_finds_no_small_figure(groups: int, largest_total: int) -> None:
    """All tables up to this total, by what is published of them: what they have in common is what a reader knows."""
    alike: dict[ShownMonth, list[tuple[int, ...]]] = defaultdict(list)
    for values in product(range(largest_total + 1), repeat=groups):
        if sum(values) <= largest_total:
            alike[hide_month(values)].append(values)
    for shown, tables in alike.items():
        for place, cell in enumerate(shown.values):
            if cell is Hidden.SMALL:
                assert {table[place] for table in tables} == {1, 2, 3, 4}, shown
            if cell is Hidden.GUARD:
                assert len({table[place] for table in tables}) > 1, shown


@given(months_of_three)
@settings(max_examples=150, deadline=None)
def test_no_small_figure_comes_out_of_the_difference_of_periods(months: list[tuple[int, ...]]) -> None:
    """The attacker has both monthly copies and the one for both months together, all cells and margins of them."""
    shown = [hide_month(values) for values in months]
    both = over_months(shown, [0, 1])
    found: list[set[int]] = [set() for _ in range(6)]
    first_ones, second_ones = list(explanations(shown[0])), list(explanations(shown[1]))
    for first in first_ones:
        for second in second_ones:
            together = [a + b for a, b in zip(first, second, strict=True)]
            if all(_agrees(sum_, cell) for sum_, cell in zip(together, both.values, strict=True)) and _agrees(
                sum(together), both.total
            ):
                for place, value in enumerate((*first, *second)):
                    found[place].add(value)
    for place, value in enumerate((*months[0], *months[1])):
        assert value in found[place]
        if 1 <= value <= 4:
            assert len(found[place]) > 1, (months, shown, both)


def _agrees(value: int, shown: Shown) -> bool:
    if shown is Hidden.SMALL:
        return 1 <= value <= 4
    return True if shown is Hidden.GUARD else value == shown


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 12), st.integers(0, 12)), min_size=1, max_size=3))
@settings(max_examples=200, deadline=None)
def test_the_balance_gives_no_small_flow_or_stock_away(raw: list[tuple[int, int, int]]) -> None:
    months: list[Balance] = []
    stock = raw[0][0] + 12
    for _, new, ended in raw:
        months.append(Balance(stock, new, min(ended, stock), stock + new - min(ended, stock)))
        stock = months[-1].end
    published = [hide_balance([month]) for month in months]
    for month, (start, new, ended, end) in zip(months, published, strict=True):
        if 1 <= month.new <= 4 or 1 <= month.ended <= 4:
            assert isinstance(new, Hidden) and isinstance(ended, Hidden)
        if Hidden.SMALL in {start, end}:
            assert isinstance(new, Hidden) and isinstance(ended, Hidden)
    whole = hide_balance(months)
    if any(isinstance(each[1], Hidden) for each in published):
        assert whole[1] is Hidden.GUARD and whole[2] is Hidden.GUARD


FLOWS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=6)


@given(FLOWS, st.data())
@settings(max_examples=200, deadline=None)
def test_a_month_begins_as_the_one_before_was_published_to_end(
    flows: list[tuple[int, int]], data: st.DataObject
) -> None:
    """Whatever was written down late: every balance is right, what was published stands, and nothing lies between."""
    then = balances_of(100, flows)
    late = data.draw(st.lists(st.integers(-2, 2), min_size=len(flows), max_size=len(flows)))
    now = balances_of(
        100, [(new + max(more, 0), ended + max(-more, 0)) for (new, ended), more in zip(flows, late, strict=True)]
    )
    known = data.draw(st.sets(st.integers(0, len(flows) - 1)))
    settled = settle(now, {place: then[place] for place in known}, [place > 0 for place in range(len(flows))])
    for place, each in enumerate(settled):
        assert each.start + each.new - each.ended == each.end
        assert each.new >= 0 and each.ended >= 0
        assert place not in known or each == then[place]
        assert place == 0 or settled[place - 1].end == each.start


def balances_of(start: int, flows: list[tuple[int, int]]) -> list[Balance]:
    found = []
    for new, ended in flows:
        found.append(Balance(start, new, ended, start + new - ended))
        start = found[-1].end
    return found


def test_months_that_do_not_adjoin_have_nothing_to_do_with_each_other() -> None:
    live = [Balance(10, 0, 0, 10), Balance(40, 1, 0, 41)]
    assert settle(live, {0: Balance(9, 0, 0, 9)}, [False, False]) == [Balance(9, 0, 0, 9), live[1]]


@pytest.mark.parametrize(
    ("values", "shown", "total"),
    [
        ([0, 7, 20], (0, 7, 20), 27),
        ([3, 7, 20], (Hidden.SMALL, 7, Hidden.GUARD), 30),
        ([3, 7, 20, 0], (Hidden.SMALL, 7, Hidden.GUARD, 0), 30),
        ([1, 4, 9], (Hidden.SMALL, Hidden.SMALL, 9), 14),
        ([1, 5, 5], (Hidden.GUARD, Hidden.GUARD, Hidden.GUARD), 11),
        ([3, 0, 0], (Hidden.SMALL, 0, 0), Hidden.SMALL),
        ([2, 1], (Hidden.GUARD, Hidden.GUARD), Hidden.SMALL),
        ([4, 4], (Hidden.GUARD, Hidden.GUARD), 8),
        ([3, 20], (Hidden.SMALL, Hidden.GUARD), 23),
    ],
)
def test_what_is_hidden_in_a_month(values: list[int], shown: tuple[Shown, ...], total: Shown) -> None:
    assert hide_month(values) == ShownMonth(shown, total)


def test_a_quarter_shows_a_group_only_where_all_its_months_do() -> None:
    months = [hide_month(values) for values in ([10, 30, 3], [12, 40, 0], [9, 50, 0])]
    assert months[0].values == (10, Hidden.GUARD, Hidden.SMALL)
    assert over_months(months, [0, 1, 2]) == ShownMonth((31, Hidden.GUARD, Hidden.SMALL), 154)
    assert over_months(months, [1, 2]) == ShownMonth((21, 90, 0), 111)
