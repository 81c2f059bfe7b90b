"""What the tests of ``graph`` share: empty record stores, and markets of records in brief."""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from brief import Brief, MakeMarket, market_of

from graph.market import Market
from ingest.store import RecordStore, open_record_store


@pytest.fixture
def records(tmp_path: Path) -> Iterator[RecordStore]:
    """An empty record store."""
    with closing(open_record_store(f"duckdb:///{tmp_path}/records.duckdb", write=True)) as store:
        yield store


@pytest.fixture
def make_market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MakeMarket]:
    """Makes the market of a brief, as often as a test asks; every market has a store of its own."""
    with ExitStack() as stack:

        def make(brief: Brief) -> Market:
            path = tmp_path_factory.mktemp("market") / "records.duckdb"
            return market_of(stack.enter_context(closing(open_record_store(f"duckdb:///{path}", write=True))), brief)

        yield make
