"""Branches and their heads: two parties with a number each, of which one is a part of the other. They are linked, never
made one.

The fifth digit of a BIN after its year and month says what it is: 0 a head, 1 a branch, 2 a representative office, 3 a
farm. Where one of two has no BIN, a name that calls itself a branch tells it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from graph.matching.decisions import Groups, Pair
from graph.matching.forms import Parted, parted
from graph.matching.party import Party, numbers_of
from graph.matching.sound import sound
from graph.matching.verdict import Verdict

LISTED_AT = 0.6
"""The score of a branch and a head of one name: enough to be shown to a person, below what counts as one party."""
DIVISION = 5
"""The place in a BIN, from 0, of the digit that tells a branch."""
PART_OF, _HEAD = "12", "0"


def branch_of(left: Party, right: Party) -> Party | None:
    """Which of two organisations is a branch or an office where the other is none; None where neither or both are."""
    if left.kind != "organisation" or right.kind != "organisation":
        return None
    ours, theirs = _division(left), _division(right)
    if ours is None or theirs is None:
        ours, theirs = ours or _called(left), theirs or _called(right)
    if ours == theirs:
        return None
    return left if ours == PART_OF else right if theirs == PART_OF else None


def alike_branch(left: Party, right: Party) -> Verdict | None:
    """The verdict on a branch and a head whose name stands in the branch's; None for any other two."""
    branch = branch_of(left, right)
    head = right if branch is left else left
    if branch is None or not any(_within(parted(whole), parted(part)) for whole in head.names for part in branch.names):
        return None
    return Verdict(LISTED_AT, ("one is a branch or office of the other: accepted, the two are linked and not joined",))


def branch_links(
    accepted: Iterable[Pair], keys: Mapping[str, str], groups: Groups, names: Mapping[str, Sequence[str]]
) -> dict[Pair, Pair]:
    """The accepted pairs of a branch and its head: the keys of the branch and of the head, by pair.

    ``keys`` has the key of each node id, ``groups`` the keys that are one, ``names`` what each key is called.
    """

    def party(node: str) -> Party:
        members = sorted(groups.members(keys[node]))
        kind = "organisation" if node.startswith("o-") else "person"
        return Party(kind, tuple(name for key in members for name in names.get(key, ())), numbers_of(members))

    found = {}
    for pair in accepted:
        if all(node in keys for node in pair):
            left, right = map(party, pair)
            if branch := branch_of(left, right):
                ends = (pair[0], pair[1]) if branch is left else (pair[1], pair[0])
                found[pair] = (keys[ends[0]], keys[ends[1]])
    return found


def _division(party: Party) -> str | None:
    digits = {number[DIVISION] for number in party.numbers.get("KZ-BIN", ())}
    if digits and digits <= set(PART_OF):
        return PART_OF
    return _HEAD if digits else None


def _called(party: Party) -> str:
    return PART_OF if any(parted(name).branch for name in party.names) else _HEAD


def _within(whole: Parted, part: Parted) -> bool:
    """Whether the words of one name stand together in another's."""
    ours, theirs = (" ".join(map(sound, one.words)) for one in (whole, part))
    return bool(ours) and re.search(rf"(^| ){re.escape(ours)}( |$)", theirs) is not None
