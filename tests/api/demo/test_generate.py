"""The generated country: what it plants is in its files, and nothing else is."""

import csv
import json
from hashlib import sha256
from pathlib import Path

import pytest

from api.demo import Planted, generate, sources
from api.demo.planted import ENRICHED_KINDS, RING_KINDS, TIE_KINDS, PlantedEnrichment, PlantedRing, PlantedTie
from api.demo.score import compare
from api.settings import read_settings
from api.workspace import Workspace
from graph.answers import Answers
from graph.answers.view import EVERYTHING
from graph.rules import Rules
from ingest.identifiers import kz_check_digit
from ingest.load import LoadOptions, load
from ingest.mapping import read_mapping
from tests.api.conftest import Bidring
from tests.conftest import Demo


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Planted]:
    folder = tmp_path_factory.mktemp("country")
    return folder, generate(folder, tenders=600, seed=5)


def _hashes(folder: Path) -> dict[str, str]:
    files = [file for file in sorted(folder.rglob("*")) if file.is_file()]
    return {str(file.relative_to(folder)): sha256(file.read_bytes()).hexdigest() for file in files}


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(country: tuple[Path, Planted], tmp_path: Path) -> None:
    folder, planted = country
    assert generate(tmp_path / "again", tenders=600, seed=5) == planted
    assert _hashes(tmp_path / "again") == _hashes(folder)
    generate(tmp_path / "other", tenders=600, seed=6)
    assert _hashes(tmp_path / "other") != _hashes(folder)


def test_every_kind_of_ring_and_of_tie_is_planted(country: tuple[Path, Planted]) -> None:
    _folder, planted = country
    assert {ring.kind for ring in planted.rings} == set(RING_KINDS)
    assert {tie.kind for tie in planted.ties} == set(TIE_KINDS)
    assert {one.kind for one in planted.enriched} == set(ENRICHED_KINDS)
    assert all((ring.ends is not None) == (ring.kind == "ended") for ring in planted.rings)
    members = [member for ring in planted.rings for member in ring.members]
    assert len(members) == len(set(members)), "no firm is in two rings"
    assert Planted.from_document(json.loads(json.dumps(planted.as_document()))) == planted


def test_wealth_is_drawn_apart_from_everything_else(country: tuple[Path, Planted]) -> None:
    """What is declared may change without a ring or a tie changing: its files say nothing of them."""
    folder, planted = country
    with (folder / "registers" / "declarations.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {one.official for one in planted.enriched} <= {row["person_id"] for row in rows}
    assert {row["kind"] for row in rows} == {"income", "asset", "gift", "loan", "sale"}
    assert {row["currency"] for row in rows} == {"KZT", "USD"}
    assert any(row["day"] for row in rows)
    owners = {row["owner_id"] for row in rows if row["kind"] == "asset"}
    assert owners - {row["person_id"] for row in rows}, "some assets are a relative's"


def test_without_rings_there_are_ties_only(tmp_path: Path) -> None:
    planted = generate(tmp_path, tenders=300, rings=False)
    assert planted.rings == ()
    assert planted.ties


def test_every_number_has_a_valid_check_digit(country: tuple[Path, Planted]) -> None:
    folder, planted = country
    with (folder / "registers" / "companies.csv").open(encoding="utf-8", newline="") as file:
        numbers = [row["company_id"].rpartition("-")[2] for row in csv.DictReader(file)]
    numbers += [tie.official.rpartition("-")[2] for tie in planted.ties]
    assert len(numbers) > 50
    assert all(kz_check_digit(number[:11]) == int(number[-1]) for number in numbers)


def test_the_country_loads_without_a_refusal(country: tuple[Path, Planted], tmp_path: Path) -> None:
    folder, _planted = country
    workspace = Workspace(read_settings({}, str(tmp_path / "home")))
    with workspace.records(write=True) as store:
        for paths, mapping in sources(folder):
            options = LoadOptions(mapping=read_mapping(str(mapping)) if mapping else None)
            report = load(store, [str(path) for path in paths], options).as_document()
            assert report["read"] == report["loaded"] > 0
            assert report["quarantined"] == 0


def test_too_few_or_too_many_tenders_are_refused(tmp_path: Path) -> None:
    for tenders in (0, 199, 10_000_000):
        with pytest.raises(ValueError, match="tenders"):
            generate(tmp_path, tenders=tenders)


def test_planted_rings_and_ties_are_found_with_few_others(demo: Demo) -> None:
    with demo.workspace.generation() as generation:
        answers = Answers(generation, EVERYTHING)
        found = compare(demo.planted, answers.rings(), answers.links(), answers.enriched())
    assert found["rings"]["recall"] >= 0.75
    assert found["rings"]["precision"] >= 0.8
    assert found["rings"]["by_kind"]["rotation"]["found"] == found["rings"]["by_kind"]["rotation"]["planted"]
    assert found["rings"]["by_kind"]["hidden owner"]["found"] == found["rings"]["by_kind"]["hidden owner"]["planted"]
    assert found["ties"]["recall"] == 1.0
    assert found["ties"]["precision"] >= 0.7
    assert found["enriched"]["recall"] == found["enriched"]["precision"] == 1.0
    assert found["enriched"]["planted"] > 4


def test_a_country_without_rings_stays_quiet(tmp_path: Path) -> None:
    workspace = Workspace(read_settings({}, str(tmp_path / "home")))
    generate(tmp_path / "country", tenders=1500, seed=4, rings=False)
    with workspace.records(write=True) as store:
        for paths, mapping in sources(tmp_path / "country"):
            options = LoadOptions(mapping=read_mapping(str(mapping)) if mapping else None)
            load(store, [str(path) for path in paths], options)
    facts = workspace.detect(Rules())
    assert facts["rings"] == 0
    assert facts["links"] > 0


def test_comparing_counts_what_was_found_and_what_was_not() -> None:
    planted = Planted(
        (PlantedRing("rotation", ("A", "B", "C"), 10, None), PlantedRing("ended", ("D", "E", "F"), 10, None)),
        (PlantedTie("kin", "o", "s", "b"),),
        (PlantedEnrichment("own", "o"), PlantedEnrichment("spouse", "p")),
    )
    rings = [{"members": [{"id": one} for one in members]} for members in ("ABX", "PQR")]
    found = compare(
        planted, rings, [{"official": "o", "supplier": "s"}, {"official": "o", "supplier": "t"}], [{"official": "o"}]
    )
    assert found["rings"]["by_kind"] == {"ended": {"planted": 1, "found": 0}, "rotation": {"planted": 1, "found": 1}}
    assert (found["rings"]["recall"], found["rings"]["precision"]) == (0.5, 0.5)
    assert (found["ties"]["recall"], found["ties"]["precision"]) == (1.0, 0.5)
    assert (found["enriched"]["recall"], found["enriched"]["precision"]) == (0.5, 1.0)
    nothing = compare(Planted((), ()), [], [])
    assert nothing["rings"]["recall"] is nothing["rings"]["precision"] is None


def test_the_demo_command_shows_planted_against_found_and_never_touches_another_home(
    bidring: Bidring, tmp_path: Path
) -> None:
    called = bidring("--home", tmp_path / "home", "demo", "--tenders", "300", "--seed", "2", "--no-serve", "--json")
    assert called.status == 0
    assert set(called.document) >= {"planted", "found", "url"}
    assert called.document["url"] is None
    assert called.document["found"]["ties"]["planted"] == len(called.document["planted"]["ties"])
    again = bidring("--home", tmp_path / "home", "demo", "--tenders", "300", "--seed", "2", "--no-serve")
    assert again.status == 0
    assert "recall" in again.out
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "records.duckdb").write_bytes(b"mine")
    refused = bidring("--home", tmp_path / "mine", "demo", "--no-serve")
    assert refused.status == 2
    assert "--home" in refused.err
    assert (tmp_path / "mine" / "records.duckdb").read_bytes() == b"mine"


def test_real_records_are_never_mixed_into_an_invented_country(bidring: Bidring, tmp_path: Path) -> None:
    assert bidring("--home", tmp_path / "home", "demo", "--tenders", "200", "--no-serve").status == 0
    (tmp_path / "debarred.csv").write_text("id,name,reason,since,until,list\n", "utf-8")
    refused = bidring("--home", tmp_path / "home", "load", tmp_path / "debarred.csv")
    assert refused.status == 2
    assert "--home" in refused.err
