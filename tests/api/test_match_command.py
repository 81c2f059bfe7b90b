"""``bidring match``: pairs that may be one party, and what a person's decision does to every later detection."""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ingest.identifiers import kz_check_digit
from tests.api.conftest import Bidring

BIDS = """tender,bidder,name,amount,winner,date
T1,A,ТОО Алтын Дән,100,1,2024-01-02
T1,B,ТОО Береке,110,0,2024-01-02
T2,A,ТОО Алтын Дән,210,0,2024-02-02
T2,C,Altyn Dan LLP,200,1,2024-02-02
"""
MAP = """format: bids
columns: {tender: tender, bidder: bidder, bidder_name: name, amount: amount, winner: winner, date: date}
"""


def bin_of(stem: str) -> str:
    return f"KZ-BIN-{stem}{kz_check_digit(stem)}"


FIRST, SECOND = bin_of("15014000001"), bin_of("16024000002")
REGISTER = f"""company_id,name,jurisdiction
{FIRST},"Алтын Дән жауапкершілігі шектеулі серіктестігі",KZ
{SECOND},ТОО «Алтын Дән»,KZ
"""


@pytest.fixture
def home(tmp_path: Path, bidring: Bidring) -> Path:
    """Two firms of a register with one name, and bids of two firms without numbers under the same name."""
    for name, text in (("bids.csv", BIDS), ("bids.yaml", MAP), ("register.csv", REGISTER)):
        (tmp_path / name).write_text(text, "utf-8")
    home = tmp_path / "home"
    for arguments in (("bids.csv", "--map", tmp_path / "bids.yaml"), ("register.csv", "--format", "companies")):
        called = bidring("--home", home, "load", tmp_path / arguments[0], *arguments[1:], "--source", "portal")
        assert called.status == 0, called.err
    return home


def listed(bidring: Bidring, home: Path) -> dict[frozenset[str], dict[str, Any]]:
    called = bidring("--home", home, "match", "--json")
    assert (called.status, called.err) == (0, "")
    return {frozenset((one["left"], one["right"])): one for one in called.document}


def firms(bidring: Bidring, home: Path) -> set[str]:
    assert bidring("--home", home, "detect", "--json").status == 0
    return {one["firm"] for one in bidring("--home", home, "firms", "--json").document}


def test_pairs_are_listed_with_reasons_and_firms_with_different_numbers_are_not_among_them(
    bidring: Bidring, home: Path
) -> None:
    found = listed(bidring, home)
    assert set(found) == {
        frozenset(pair) for pair in (("A", "C"), ("A", FIRST), ("A", SECOND), ("C", FIRST), ("C", SECOND))
    }
    for one in found.values():
        assert {"id", "left", "right", "score", "reasons", "decision"} <= set(one)
        assert one["decision"] is None
        assert 0.5 <= one["score"] < 0.95
        assert one["reasons"]
    assert listed(bidring, home) == found


def test_names_alone_join_nobody(bidring: Bidring, home: Path) -> None:
    assert firms(bidring, home) == {"A", "B", "C"}


def test_an_accepted_pair_is_one_party_in_every_later_detection_until_it_is_undone(
    bidring: Bidring, home: Path
) -> None:
    pair = listed(bidring, home)[frozenset(("A", "C"))]["id"]
    assert bidring("--home", home, "match", "--accept", pair, "--by", "ada").status == 0
    assert firms(bidring, home) == {"A", "B"}
    assert bidring("--home", home, "graph", "check", "--json").status == 0
    assert listed(bidring, home)[frozenset(("A", "C"))]["decision"] == "accepted"
    assert bidring("--home", home, "match", "--undo", pair).status == 0
    assert firms(bidring, home) == {"A", "B", "C"}
    assert listed(bidring, home)[frozenset(("A", "C"))]["decision"] is None


def test_accepted_pairs_join_over_a_third_and_that_is_not_asked_again(bidring: Bidring, home: Path) -> None:
    found = listed(bidring, home)
    ids = [found[frozenset((own, FIRST))]["id"] for own in "AC"]
    assert bidring("--home", home, "match", "--accept", ids[0], "--accept", ids[1]).status == 0
    assert firms(bidring, home) == {"A", "B"}
    parties = listed(bidring, home)
    assert frozenset(("A", "C")) not in parties
    assert [one["id"] for one in parties.values() if one["decision"] == "accepted"] == sorted(ids)


def test_a_rejected_pair_is_never_open_again_nor_joined_over_a_third(bidring: Bidring, home: Path) -> None:
    found = listed(bidring, home)
    pair = found[frozenset(("A", "C"))]["id"]
    assert bidring("--home", home, "match", "--reject", pair).status == 0
    assert listed(bidring, home)[frozenset(("A", "C"))]["decision"] == "rejected"
    one, other = (found[frozenset((own, FIRST))]["id"] for own in "AC")
    assert bidring("--home", home, "match", "--accept", one).status == 0
    called = bidring("--home", home, "match", "--accept", other)
    assert (called.status, called.out) == (2, "")
    assert called.err == f"bidring: pair {other} cannot be accepted: a rejected pair would be joined\n"
    open_now = {sides for sides, row in listed(bidring, home).items() if row["decision"] is None}
    assert frozenset(("C", FIRST)) not in open_now


def test_two_numbers_of_one_scheme_are_never_one_party_not_even_over_a_third(bidring: Bidring, home: Path) -> None:
    found = listed(bidring, home)
    one, other = (found[frozenset(("A", number))]["id"] for number in (FIRST, SECOND))
    called = bidring("--home", home, "match", "--accept", one, "--accept", other)
    assert (called.status, called.out) == (2, "")
    assert called.err.endswith("cannot be accepted: different KZ-BIN numbers\n")
    assert FIRST.removeprefix("KZ-BIN-") not in called.err
    assert all(row["decision"] is None for row in listed(bidring, home).values()), "none of the two was kept"


def test_decisions_are_kept_with_author_and_time_and_only_added_to(bidring: Bidring, home: Path) -> None:
    pair = listed(bidring, home)[frozenset(("A", "C"))]["id"]
    for word in ("--accept", "--accept", "--reject", "--undo"):
        assert bidring("--home", home, "match", word, pair, "--by", "ada").status == 0
    with sqlite3.connect(home / "desk.sqlite") as desk:
        rows = desk.execute(
            "SELECT pair, decision, decided_by, decided_at FROM pair_decisions ORDER BY number"
        ).fetchall()
        assert [row[:3] for row in rows] == [(pair, word, "ada") for word in ("accept", "reject", "undo")]
        age = datetime.now(UTC).replace(tzinfo=None) - datetime.fromisoformat(rows[0][3])
        assert timedelta(0) <= age < timedelta(minutes=5)
        for change in ("UPDATE pair_decisions SET decision = 'reject'", "DELETE FROM pair_decisions"):
            with pytest.raises(sqlite3.IntegrityError, match="only added to"):
                desk.execute(change)
    desk.close()


def test_the_desk_holds_no_name_and_no_number(bidring: Bidring, home: Path) -> None:
    pair = listed(bidring, home)[frozenset(("A", FIRST))]["id"]
    assert bidring("--home", home, "match", "--accept", pair, "--by", "ada").status == 0
    raw = b"".join(file.read_bytes() for file in home.glob("desk.sqlite*"))
    assert "Алтын".encode() not in raw
    assert FIRST.removeprefix("KZ-BIN-").encode() not in raw


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--accept", "nothing"], "'nothing' is no pair of parties in the records: `bidring match` lists them"),
        (["--reject", "o-0000000000000000-0000000000000001"], "is no pair of parties in the records"),
        (["--accept", "x", "--reject", "y"], "--accept, --reject, --undo and --labels are for one call each"),
    ],
)
def test_a_call_that_cannot_be_used_is_one_line_and_changes_nothing(
    bidring: Bidring, home: Path, arguments: list[str], says: str
) -> None:
    called = bidring("--home", home, "match", *arguments)
    assert (called.status, called.out) == (2, "")
    assert called.err.count("\n") == 1
    assert says in called.err
    assert not (home / "desk.sqlite").exists()


def test_what_was_not_decided_cannot_be_undone(bidring: Bidring, home: Path) -> None:
    pair = listed(bidring, home)[frozenset(("A", "C"))]["id"]
    called = bidring("--home", home, "match", "--undo", pair)
    assert (called.status, called.err) == (2, f"bidring: pair {pair}: there is no decision to undo\n")
    assert bidring("--home", home, "match", "--accept", pair, "--by", " ").status == 2


def test_the_table_shows_open_pairs_and_the_decided_ones_when_asked(bidring: Bidring, home: Path) -> None:
    pair = listed(bidring, home)[frozenset(("A", "C"))]["id"]
    bidring("--home", home, "match", "--reject", pair)
    shown = bidring("--home", home, "match").out
    assert pair not in shown
    assert "1 decided: `bidring match --decided` lists them." in shown
    assert "rejected" in bidring("--home", home, "match", "--decided").out


def test_a_file_that_is_no_desk_is_said_to_be_none(bidring: Bidring, home: Path) -> None:
    (home / "desk.sqlite").write_text("this is no database, but a text that is long enough to be taken for one" * 9)
    for command in (["match", "--json"], ["detect"]):
        called = bidring("--home", home, *command)
        assert (called.status, called.out, called.err.count("\n")) == (2, "", 1)
        assert "desk.sqlite" in called.err
    assert any("desk.sqlite" in one for one in bidring("--home", home, "doctor", "--json").document["problems"])


def test_a_desk_of_a_newer_version_is_left_alone(bidring: Bidring, home: Path) -> None:
    pair = listed(bidring, home)[frozenset(("A", "C"))]["id"]
    bidring("--home", home, "match", "--reject", pair)
    with sqlite3.connect(home / "desk.sqlite") as desk:
        desk.execute("UPDATE alembic_version SET version_num = '9999'")
    desk.close()
    called = bidring("--home", home, "match")
    assert (called.status, called.err.count("\n")) == (2, 1)
    assert "a newer version of bidring" in called.err


def test_an_accepted_branch_is_linked_to_its_head_and_both_stay_firms(tmp_path: Path, bidring: Bidring) -> None:
    head, branch = bin_of("15014000001"), bin_of("16024100002")
    bids = f"tender,bidder,name,amount,winner,date\nT1,{head},ТОО Алтын Дән,100,1,2024-01-02\n"
    bids += f"T1,{branch},Филиал ТОО Алтын Дән в г. Атырау,110,0,2024-01-02\n"
    (tmp_path / "bids.csv").write_text(bids, "utf-8")
    (tmp_path / "bids.yaml").write_text(MAP, "utf-8")
    home = tmp_path / "home"
    assert bidring("--home", home, "load", tmp_path / "bids.csv", "--map", tmp_path / "bids.yaml").status == 0
    (pair,) = listed(bidring, home).values()
    assert "a branch or office of the other" in pair["reasons"][0]
    called = bidring("--home", home, "match", "--accept", pair["id"], "--by", "ada")
    assert called.out.startswith(f"{pair['id']}: accepted as a branch and its head: they are linked, not joined\n")
    assert firms(bidring, home) == {head, branch}
    (owner,) = bidring("--home", home, "owners", branch, "--json").document["owners"]
    assert (owner["id"], owner["interests"][0]["interest"], owner["interests"][0]["share_min"]) == (head, "branch", 1.0)
    assert "branch 100 %" in bidring("--home", home, "owners", branch).out
    assert bidring("--home", home, "owners", head, "--json").document["owners"] == []
    assert bidring("--home", home, "match", "--undo", pair["id"]).out.startswith(f"{pair['id']}: open again\n")
    assert bidring("--home", home, "owners", branch, "--json").document["owners"] == []
