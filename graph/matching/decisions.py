"""What people decided of pairs of parties, as a detection is given it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

Pair = tuple[str, str]
ACCEPTED, REJECTED = "accepted", "rejected"


def pair_id(left: str, right: str) -> str:
    """The id of a pair of node ids, the same in either order: it is made of both.

    >>> pair_id("o-2222222222222222", "o-1111111111111111")
    'o-1111111111111111-2222222222222222'
    """
    first, second = sorted((left, right))
    return f"{first}-{second.partition('-')[2]}"


def pair_of(own: str) -> Pair | None:
    """The node ids that an id of a pair is made of, or None where it is no such id."""
    kind, _, numbers = own.partition("-")
    first, _, second = numbers.partition("-")
    whole = all(len(number) == 16 and set(number) <= set("0123456789abcdef") for number in (first, second))
    return (f"{kind}-{first}", f"{kind}-{second}") if kind in ("o", "p") and whole and first < second else None


@dataclass(frozen=True, slots=True)
class Decisions:
    """Pairs of node ids that a person said are one party, in the order in which they said so, and pairs that are not.

    A pair that was undone is in neither.
    """

    accepted: tuple[Pair, ...] = ()
    rejected: tuple[Pair, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.accepted or self.rejected)

    def nodes(self) -> set[str]:
        """Every node id that was decided about."""
        return {node for pair in (*self.accepted, *self.rejected) for node in pair}

    def state(self) -> dict[Pair, str]:
        """Every decided pair, left before right, and what was decided."""
        found = {_ordered(pair): ACCEPTED for pair in self.accepted}
        return found | {_ordered(pair): REJECTED for pair in self.rejected}

    def settled(self) -> Callable[[str, str], bool]:
        """Says of two parties whether what was decided of others settles it: joined already, or held apart."""
        groups = Groups(self.accepted)
        apart = {frozenset(map(groups.of, pair)) for pair in self.rejected}

        def asked(left: str, right: str) -> bool:
            ours, theirs = groups.of(left), groups.of(right)
            return ours == theirs or frozenset((ours, theirs)) in apart

        return asked


NONE_DECIDED = Decisions()


class Groups:
    """Keys that pairs join, each group known by its first key."""

    def __init__(self, pairs: Iterable[Pair] = ()) -> None:
        self._members: dict[str, set[str]] = {}
        for left, right in pairs:
            self.join(left, right)

    def members(self, key: str) -> set[str]:
        """All that are one with a key, itself included."""
        return self._members.get(key, {key})

    def of(self, key: str) -> str:
        """The key that stands for a group."""
        return min(self.members(key))

    def join(self, left: str, right: str) -> None:
        """Make two groups one."""
        both = self.members(left) | self.members(right)
        self._members.update(dict.fromkeys(both, both))


def _ordered(pair: Sequence[str]) -> Pair:
    first, second = sorted(pair)
    return first, second
