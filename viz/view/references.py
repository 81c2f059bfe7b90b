"""How a case's rows refer to one another: records and tenders by number, parties by name."""

from collections.abc import Iterable, Mapping
from typing import Any

from graph.model import NodeKind, Subgraph
from viz.picture import name_of
from viz.style import Role, roles
from viz.text import one_line
from viz.words import ENGLISH, Words


class References:
    """Looks up names and numbers of a case whose texts are plain already, and of its picture, in a language's words."""

    def __init__(self, case: Mapping[str, Any], picture: Subgraph, words: Words = ENGLISH) -> None:
        self.words = words
        self.records: dict[str, int] = {one["id"]: number for number, one in enumerate(case["evidence"], start=1)}
        self.tenders: dict[str, str] = {one["id"]: f"T{number}" for number, one in enumerate(case["tenders"], start=1)}
        self.by_node: dict[str, str] = {one["node"]: self.tenders[one["id"]] for one in case["tenders"]}
        self.roles = roles(picture)
        self._names: dict[str, str] = {}
        self._role_of: dict[str, Role] = dict(self.roles)
        for node in picture.nodes:
            own = node.properties.get("own_id") or node.id
            self._names.update({node.id: name_of(node, words), own: name_of(node, words)})
            self._role_of[own] = self.roles[node.id]
        named = [*case["parties"], *(member for ring in case["rings"] for member in ring["members"])]
        named += [tender["buyer"] for tender in case["tenders"] if tender["buyer"]]
        self._names.update((one["id"], one_line(one["name"])) for one in named if one["name"])
        for link in case["links"]:
            for end in ("official", "supplier", "buyer"):
                if link[f"{end}_name"]:
                    self._names[link[end]] = one_line(link[f"{end}_name"])

    def name(self, own: str) -> str:
        """The name of a party, or its id where it has none."""
        return self._names.get(own, own)

    def role(self, own: str) -> str:
        """The word for a party's role in the picture; ``party`` where it is not in it."""
        found = self._role_of.get(own)
        return str(found) if found else "party"

    def labels(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Tenders by their numbers in the case, in order; those that have none by their own ids, last."""
        known = sorted({int(self.tenders[one][1:]) for one in ids if one in self.tenders})
        return (*(f"T{number}" for number in known), *(one for one in ids if one not in self.tenders))

    def numbers(self, ids: Iterable[str]) -> tuple[int, ...]:
        """The numbers of source records, in order."""
        return tuple(sorted({self.records[one] for one in ids if one in self.records}))


def role_word(kind: str, found: Role | None) -> str:
    """A party's role in the picture, or its kind where the picture left it out."""
    if found is not None:
        return str(found)
    return "firm" if kind == NodeKind.ORGANISATION.lower() else kind
