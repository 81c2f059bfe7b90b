"""What the tests of ``ingest`` share: an empty record store to load files into."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from intake import Intake, intake_in

settings.register_profile("ingest", database=None, deadline=None, max_examples=60)
settings.load_profile("ingest")


@pytest.fixture
def intake(tmp_path: Path) -> Iterator[Intake]:
    """An empty store, and a folder for the files to load into it."""
    with intake_in(tmp_path) as made:
        yield made
