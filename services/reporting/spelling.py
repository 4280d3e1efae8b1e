"""One commune, however it was typed: "Tân Bình", "tân  bình", "xã Tân Bình"."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping

from domain.communes import canonical
from domain.places import marked
from domain.statistics import Values, add


def plain(name: str) -> str:
    """What two spellings of a commune have in common; tone marks stay, "Phú Hoà" and "Phú Hòa" are one."""
    return marked(canonical(name))


def as_written(wanted: Collection[str], written: Iterable[str]) -> list[str]:
    """All spellings in the tables of the communes that are wanted."""
    known = {plain(name) for name in wanted}
    return [name for name in written if plain(name) in known]


def merged(counted: Mapping[str, Values]) -> dict[str, Values]:
    """The spellings of a commune as one, under the spelling that most have."""
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    many: dict[str, list[Values]] = defaultdict(list)
    for name, values in sorted(counted.items()):
        spellings[plain(name)][name] += sum(values)
        many[plain(name)].append(values)
    return {spellings[key].most_common(1)[0][0]: add(*values) for key, values in many.items()}
