"""What parties are called in answers, and whose numbers are kept back."""

from collections.abc import Iterator
from contextlib import closing

import pyarrow as pa
import pytest

from graph.answers.naming import Naming
from graph.answers.view import View
from graph.answers.withhold import numbers_in
from graph.errors import UnknownId
from graph.generation import Generation, GenerationWriter

PERSONS = {
    "person": "KZ-IIN-850101300011",
    "unknown person": "KZ-IIN-850101300022",
    "anonymous person": "KZ-IIN-3300044",
}
PARTIES = [
    *({"id": f"p-{n}", "own_id": own, "name": None, "kind": kind} for n, (kind, own) in enumerate(PERSONS.items())),
    {"id": "o-1", "own_id": "KZ-BIN-070340007367", "name": "One", "kind": "organisation"},
    {"id": "o-2", "own_id": "7", "name": "Two", "kind": "organisation"},
    {"id": "o-3", "own_id": "7", "name": "Three", "kind": "organisation"},
]


@pytest.fixture(scope="module")
def generation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Generation]:
    path = tmp_path_factory.mktemp("naming") / "generation.duckdb"
    writer = GenerationWriter(path)
    writer.table("parties", pa.Table.from_pylist(PARTIES))
    writer.close({})
    with closing(Generation(path, 1)) as found:
        yield found


@pytest.mark.parametrize(("number", "kind"), list(enumerate(PERSONS)))
def test_a_person_of_any_kind_is_known_by_the_node_id_alone(generation: Generation, number: int, kind: str) -> None:
    naming, own, node = Naming(generation, View()), PERSONS[kind], f"p-{number}"
    assert naming.parties([node])[node] == {"id": node, "name": None, "kind": kind}
    assert naming.node(node) == node
    with pytest.raises(UnknownId, match="no party"):
        naming.node(own)
    digits = own.rpartition("-")[2]
    assert numbers_in(generation, [f"owner {digits}; KZ-BIN-070340007367"]) == {digits}


@pytest.mark.parametrize(("number", "kind"), list(enumerate(PERSONS)))
def test_those_who_may_see_numbers_find_persons_by_them(generation: Generation, number: int, kind: str) -> None:
    naming = Naming(generation, View(numbers=True))
    assert naming.node(PERSONS[kind]) == f"p-{number}"
    assert naming.parties([f"p-{number}"])[f"p-{number}"]["id"] == PERSONS[kind]


def test_an_id_that_several_parties_have_is_refused(generation: Generation) -> None:
    naming = Naming(generation, View())
    with pytest.raises(UnknownId, match="more than one party has the id '7'"):
        naming.node("7")
    assert naming.node("o-3") == "o-3"


def test_a_node_that_is_no_party_stands_for_itself(generation: Generation) -> None:
    naming = Naming(generation, View())
    assert naming.parties(["o-1", "o-9"]) == {
        "o-1": {"id": "KZ-BIN-070340007367", "name": "One", "kind": "organisation"},
        "o-9": {"id": "o-9", "name": None, "kind": "unknown"},
    }
