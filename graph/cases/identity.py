"""Cases keep their ids from one detection to the next, because alerts and people's decisions hang on them.

A case keeps its id while at least half of its core parties stay together. Where it splits, the larger part keeps
the id and the others name it as what they were split from; where cases merge, the one first seen keeps its id
and names the others.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from graph.cases.case import Case, first_id


@dataclass(frozen=True, slots=True)
class Known:
    """A case of an earlier generation, as much of it as its identity needs."""

    id: str
    core: tuple[str, ...]
    opened: int
    merged: tuple[str, ...] = ()
    split_from: str | None = None
    restricted: bool = False


def with_ids(cases: Sequence[Case], known: Sequence[Known], generation: int) -> list[Case]:
    """The cases with their ids, in the same order; ``known`` are those of the generation before.

    Restricted cases and open ones are named apart, each with the known ones of their sort, so that an id that was
    open never comes to mean a restricted case.
    """
    old = sorted(known, key=lambda one: (one.opened, one.id))
    kept = _kept(cases, old)
    heirs: dict[int, list[Known]] = defaultdict(list)
    for one in old:
        if one.id in kept:
            heirs[kept[one.id]].append(one)
    origin = _origins(cases, old)
    # A case that went into another does not come back under its id, which means the other one now.
    taken = {own for one in old for own in (one.id, *one.merged)}
    named = []
    for place, case in enumerate(cases):
        if place in heirs:
            first, *others = heirs[place]
            merged = dict.fromkeys((*first.merged, *(own for other in others for own in (other.id, *other.merged))))
            named.append(
                replace(case, id=first.id, opened=first.opened, merged=tuple(merged), split_from=first.split_from)
            )
        else:
            own = _fresh(case, taken, generation)
            taken.add(own)
            named.append(replace(case, id=own, opened=generation, split_from=origin.get(place)))
    return named


def _kept(cases: Sequence[Case], old: Sequence[Known]) -> dict[str, int]:
    """For each known case the place of the new one that has at least half of its core, the larger part first."""
    places: dict[str, list[int]] = defaultdict(list)
    for place, case in enumerate(cases):
        for party in case.core:
            places[party].append(place)
    kept = {}
    for one in old:
        shared = Counter(place for party in one.core for place in places[party])
        best = min(shared, key=lambda place: (-shared[place], -len(cases[place].core), cases[place].core), default=None)
        if best is not None and 2 * shared[best] >= len(one.core):
            kept[one.id] = best
    return kept


def _origins(cases: Sequence[Case], old: Sequence[Known]) -> dict[int, str]:
    """For each new case the known one that at least half of its core comes from, if there is one."""
    having: dict[str, list[Known]] = defaultdict(list)
    for one in old:
        for party in one.core:
            having[party].append(one)
    origins = {}
    for place, case in enumerate(cases):
        shared = Counter(one.id for party in case.core for one in having[party])
        best = min(shared, key=lambda own: (-shared[own], own), default=None)
        if best is not None and 2 * shared[best] >= len(case.core):
            origins[place] = best
    return origins


def _fresh(case: Case, taken: set[str], generation: int) -> str:
    """An id made of the core alone, or of the generation too where another case bears that one."""
    core = (*case.core, "restricted") if case.restricted else case.core
    own = first_id(core)
    return own if own not in taken else first_id((*core, f"generation {generation}"))
