"""How rows come out of a generation."""

from collections.abc import Iterator
from contextlib import closing

import pyarrow as pa
import pytest
from ibis import _

from graph.generation import Generation, GenerationWriter, listed, rows_of

MANY = 5000


@pytest.fixture(scope="module")
def generation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Generation]:
    path = tmp_path_factory.mktemp("rows") / "generation.duckdb"
    writer = GenerationWriter(path)
    writer.table("parties", pa.table({"id": [f"o-{n}" for n in range(MANY)], "tags": [["a", None]] * MANY}))
    writer.close({})
    with closing(Generation(path, 1)) as found:
        yield found


@pytest.mark.parametrize("wanted", [[], ["o-7"], ["o-7", "o-7", "nobody"], [f"o-{n}" for n in range(0, MANY, 2)]])
def test_listed_ids_find_their_rows_and_no_others(generation: Generation, wanted: list[str]) -> None:
    found = rows_of(generation.table("parties").filter(_.id.isin(listed(wanted))).id)
    assert sorted(found) == sorted({own for own in wanted if own != "nobody"})


def test_a_table_comes_out_as_rows_and_a_column_as_values(generation: Generation) -> None:
    two = generation.table("parties").order_by("id").limit(2)
    assert rows_of(two) == [{"id": "o-0", "tags": ["a", None]}, {"id": "o-1", "tags": ["a", None]}]
    assert rows_of(two.id) == ["o-0", "o-1"]
    assert rows_of(two.filter(_.id == "nobody")) == []
