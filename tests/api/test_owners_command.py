"""``bidring owners``: chains print as a tree, one JSON document, one plain line for what cannot be answered."""

import json
from pathlib import Path

import pytest
from bods_fixtures import load as bods_case

from tests.api.conftest import Bidring


@pytest.fixture
def home(tmp_path: Path, bidring: Bidring) -> Path:
    """A home with a company of one owner, and a circle of two: no tender, and nothing detected."""
    for name in ("core/01-direct-ownership", "edge-cases/10-circular-ownership"):
        file = tmp_path / f"{name.replace('/', ' ')}.json"
        file.write_text(json.dumps(bods_case(name).statements), "utf-8")
        assert bidring("--home", tmp_path / "home", "load", file).status == 0
    return tmp_path / "home"


def test_chains_print_as_a_tree_with_shares_days_and_records(home: Path, bidring: Bidring) -> None:
    direct = bidring("--home", home, "owners", "10000001", "--at", "2024-03-01")
    assert (direct.status, direct.err) == (0, "")
    first, company, owner, interest, *rest = direct.out.splitlines()
    assert first == "Owners on 2024-03-01"
    assert company == "Acme Holdings Ltd  [GB-COH-10000001]"
    assert owner.startswith("└── Jane Smith")
    assert "shareholding 75 %, votingRights 75 %; since 2010-01-01; record " in interest
    assert rest[0].split() == ["beneficial", "owner", "id", "share", "of", "the", "whole", "25%", "or", "more"]
    assert rest[1].endswith("75 %                yes        ")
    circle = bidring("--home", home, "owners", "GB-COH-10000010").out
    assert "└── Beta Corp Ltd" in circle
    assert "    └── Alpha Corp Ltd" in circle
    assert "a circle: it stands below itself" in circle
    assert "No person is known to have 25% or more." in circle


def test_owners_are_one_json_document(home: Path, bidring: Bidring) -> None:
    called = bidring("--home", home, "owners", "10000001", "--at", "2009-12-31", "--json")
    assert (called.status, called.document["at"], called.document["owners"]) == (0, "2009-12-31", [])
    assert called.document["notes"] == ["No owner is known on this day."]
    (owner,) = bidring("--home", home, "owners", "10000001", "--json").document["owners"]
    assert {"interest", "share_min", "share_max", "since", "until", "source"} <= set(owner["interests"][0])


def test_every_interest_that_adds_to_too_much_says_so_in_the_tree_and_in_json(tmp_path: Path, bidring: Bidring) -> None:
    def statement(own: str, **parts: object) -> dict[str, object]:
        return {"statementID": own, **parts}

    told = [statement("firm", statementType="entityStatement", name="Firm")]
    for own, share in (("ann", 80), ("bob", 60)):
        told.append(statement(own, statementType="personStatement", names=[{"fullName": own}]))
        told.append(
            statement(
                f"{own} in firm",
                statementType="ownershipOrControlStatement",
                subject={"describedByEntityStatement": "firm"},
                interestedParty={"describedByPersonStatement": own},
                interests=[{"type": "shareholding", "share": {"exact": share}}],
            )
        )
    (tmp_path / "told.json").write_text(json.dumps(told), "utf-8")
    home = tmp_path / "home"
    assert bidring("--home", home, "load", tmp_path / "told.json").status == 0
    found = bidring("--home", home, "owners", "firm", "--json").document["owners"]
    problems = [interest["problem"] for owner in found for interest in owner["interests"]]
    assert len(problems) == 2
    assert all("140 %" in problem for problem in problems)
    shown = " ".join(bidring("--home", home, "owners", "firm").out.replace("│", " ").split())
    assert shown.count("! the least shares of the company's owners add up to 140 %") == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["77"], "no company has the id '77'"),
        (["10000001", "--at", "2024-02-30"], "--at 2024-02-30: not a day"),
        (["10000001", "--at", "today"], "--at today: not a day"),
        (["10000001", "--share", "0"], "--share"),
        (["10000001", "--share", "25"], "--share"),
        ([], "ID"),
    ],
)
def test_what_cannot_be_answered_is_one_plain_line(
    home: Path, bidring: Bidring, arguments: list[str], said: str
) -> None:
    called = bidring("--home", home, "owners", *arguments)
    assert (called.status, called.out) == (2, "")
    assert said in called.err
    assert called.err.count("\n") == 1


def test_without_records_there_are_no_owners(tmp_path: Path, bidring: Bidring) -> None:
    called = bidring("--home", tmp_path, "owners", "1")
    assert called.status == 2
    assert "bidring load" in called.err
