"""What is found about private life: told where it is asked for on the home itself, and nowhere else."""

import json
from contextlib import closing
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.access.looks import Look, Looks
from api.desk.database import Desk
from graph.answers import Answers
from graph.answers.view import View
from graph.errors import UnknownId
from tests.api.conftest import Bidring
from tests.conftest import Demo

API = "/api/v1"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A desk of the test's own, which the command line finds: the home is shared."""
    found = f"sqlite:///{tmp_path / 'own' / 'desk.sqlite'}"
    monkeypatch.setenv("BIDRING_DESK", found)
    return found


def _looks(desk: str) -> list[Look]:
    """What is kept there, the first look first."""
    with closing(Desk(desk)) as opened:
        return Looks(opened).found()[::-1]


@pytest.fixture(scope="module")
def closed(demo: Demo) -> list[dict[str, object]]:
    """The restricted cases of the demo country."""
    with demo.workspace.generation() as generation:
        found = [one for one in Answers(generation, View(private=None)).cases() if one["restricted"]]
    assert len(found) >= len(demo.planted.enriched) > 0
    return found


def test_no_route_and_no_page_tells_of_a_restricted_case(
    client: TestClient, demo: Demo, closed: list[dict[str, object]]
) -> None:
    with demo.workspace.generation() as generation:
        rich = Answers(generation, View(private=None)).enriched()
    officials = [one["lines"][0]["owner"] for one in rich]
    assert officials
    ids = [str(one["id"]) for one in closed]
    lists = [f"{API}/{name}?limit=100" for name in ("cases", "findings", "rings", "links")]
    lists += [f"{API}/findings?code=W01", f"{API}/search?q=declared income", f"{API}/search?q=official of", "/"]
    lists += ["/country", "/country?measure=cases", f"{API}/heatmap", "/?state=&since=2000-01-01"]
    lists += ["/?q=declared", *(f"{API}/entities/{official}" for official in officials)]
    lists += [f"/entities/{official}" for official in officials]
    for path in lists:
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert not [own for own in ids if own in answer.text], path
        assert "W01-" not in answer.text
        assert "household of this official" not in answer.text
    for own in ids:
        for path in (f"{API}/cases/{own}", f"{API}/cases/{own}/graph", f"/cases/{own}"):
            hidden, missing = client.get(path), client.get(path.replace(own, "case-000000000000"))
            assert (hidden.status_code, missing.status_code) == (404, 404)
            assert hidden.text.replace(own, "") == missing.text.replace("case-000000000000", "")


def test_answers_hide_what_is_restricted_unless_it_is_asked_for(demo: Demo, closed: list[dict[str, object]]) -> None:
    with demo.workspace.generation() as generation:
        answers = Answers(generation, View(numbers=True))
        assert answers.enriched() == []
        assert not [one for one in answers.cases() if one["restricted"]]
        assert not [one for one in answers.findings() if one["code"] == "W01"]
        with pytest.raises(UnknownId):
            answers.case(str(closed[0]["id"]))
        assert Answers(generation, View(private=None)).case(str(closed[0]["id"]))["wealth"]


def test_a_restricted_finding_is_in_no_open_case(demo: Demo) -> None:
    with demo.workspace.generation() as generation:
        for one in Answers(generation, View(private=None)).cases():
            assert (one["codes"] == ["W01"]) == one["restricted"], one["id"]


def test_the_command_line_opens_a_restricted_case_only_where_it_is_told_to(
    bidring: Bidring, demo: Demo, closed: list[dict[str, object]], tmp_path: Path, desk: str
) -> None:
    own = str(closed[0]["id"])
    at_home = ("--home", demo.home)
    assert own not in bidring(*at_home, "cases", "--json").out
    assert own in bidring(*at_home, "cases", "--restricted", "--json").out
    assert "W01-" not in bidring(*at_home, "findings", "--json").out
    assert "W01-" in bidring(*at_home, "findings", "--restricted", "--json").out
    refused = bidring(*at_home, "case", own, "--pdf", tmp_path / "case.pdf")
    assert (refused.status, refused.out) == (2, "")
    assert "--restricted" in refused.err
    assert not (tmp_path / "case.pdf").exists()
    files = {kind: tmp_path / f"case.{kind}" for kind in ("pdf", "html", "csv", "graphml", "ftm", "bundle")}
    options = [part for kind, file in files.items() for part in (f"--{kind}", file)]
    called = bidring(*at_home, "case", own, "--restricted", *options, "--json")
    assert called.status == 0
    [household] = called.document["wealth"]
    assert files["pdf"].read_bytes().startswith(b"%PDF")
    page = files["html"].read_text("utf-8")
    assert "Declared income and purchases" in page
    assert household["official_name"] in page
    for kind in ("html", "csv", "graphml", "ftm"):
        text = files[kind].read_text("utf-8")
        assert not [one.official for one in demo.planted.enriched if one.official.rpartition("-")[2] in text], kind


def test_enriched_lists_planted_officials_by_number_and_names_them_only_where_it_is_told_to(
    bidring: Bidring, demo: Demo, desk: str
) -> None:
    found = bidring("--home", demo.home, "enriched", "--json").document
    assert {one["official"] for one in found} == {one.official for one in demo.planted.enriched}
    for one in found:
        assert set(one) >= {"official", "income", "assets", "ratio", "years", "evidence"}
        assert one["ratio"] >= 10
        assert one["evidence"]
        assert not {"official_name", "lines", "body"} & set(one)
    named = bidring("--home", demo.home, "enriched", "--restricted", "--json").document
    assert [one["official"] for one in named] == [one["official"] for one in found]
    assert all(one["official_name"] and one["lines"] for one in named)
    assert named[0]["official_name"] not in json.dumps(found, ensure_ascii=False)
    table = bidring("--home", demo.home, "enriched")
    assert "It may be innocent" in table.out
    assert named[0]["official_name"] not in table.out
    assert named[0]["official_name"] in bidring("--home", demo.home, "enriched", "--restricted").out


def test_ratio_years_and_rules_of_enriched_are_settings(bidring: Bidring, demo: Demo, tmp_path: Path) -> None:
    found = bidring("--home", demo.home, "enriched", "--json").document
    few = bidring("--home", demo.home, "enriched", "--ratio", "30", "--json").document
    assert 0 < len(few) < len(found)
    wide = bidring("--home", demo.home, "enriched", "--ratio", "5", "--years", "1", "--json").document
    assert {one["years"] for one in wide} == {1}
    rules = tmp_path / "rules.toml"
    rules.write_text("[W01]\nthreshold = 30\n", "utf-8")
    assert bidring("--home", demo.home, "enriched", "--rules", rules, "--json").document == few
    assert "No household" in bidring("--home", demo.home, "enriched", "--ratio", "1e9").out
    for arguments in (("--ratio", "0"), ("--ratio", "-1"), ("--years", "0"), ("--ratio", "nan")):
        refused = bidring("--home", demo.home, "enriched", *arguments)
        assert (refused.status, refused.out) == (2, ""), arguments
    rules.write_text("[W01]\nyears = 0\n", "utf-8")
    assert bidring("--home", demo.home, "enriched", "--rules", rules).status == 2
    assert bidring("--home", tmp_path / "nothing", "enriched").status == 2


def test_what_the_command_line_opens_of_private_life_is_kept_with_whom_it_shows(
    bidring: Bidring, demo: Demo, closed: list[dict[str, object]], tmp_path: Path, desk: str
) -> None:
    at_home, own = ("--home", demo.home), str(closed[0]["id"])
    with demo.workspace.generation() as generation:
        answers = Answers(generation, View(private=None))
        mine = set(answers.case_row(own)["parties"])
        theirs = set(answers.parties_of(str(one["id"]) for one in closed))
        opened = next(one["id"] for one in answers.cases() if not one["restricted"])
    for arguments in (["cases"], ["findings"], ["enriched"], ["case", opened], ["case", opened, "--restricted"]):
        assert bidring(*at_home, *arguments).status == 0
    assert bidring(*at_home, "findings", "--code", "B01", "--restricted").status == 0
    assert not Path(desk.removeprefix("sqlite:///")).exists(), "nothing restricted was opened"
    for arguments in (["cases"], ["findings"], ["enriched"], ["case", own], ["case", own, "--ftm", tmp_path / "a"]):
        assert bidring(*at_home, *arguments, "--restricted").status == 0
    looks = _looks(desk)
    assert [one.action for one in looks] == [
        "list of cases", "list of flags", "list of households", "case", "case as ftm"
    ]  # fmt: skip
    assert {(one.account, one.role, one.via) for one in looks} == {("command line", "administrator", "command")}
    cases, flags, households, case, file = (set(one.subjects) for one in looks)
    assert cases == theirs >= mine == case
    assert file >= mine
    assert flags & mine
    assert households & mine
    assert looks[3].about == looks[4].about == own


@pytest.mark.parametrize("command", ["cases", "findings", "enriched", "case"])
def test_nothing_of_private_life_is_told_where_the_look_cannot_be_kept(
    bidring: Bidring, demo: Demo, closed: list[dict[str, object]], desk: str, command: str
) -> None:
    folder = Path(desk.removeprefix("sqlite:///")).parent
    file = folder.with_name("case.csv")
    further = [closed[0]["id"], "--csv", file] if command == "case" else []
    with closing(Desk(desk)) as opened, opened.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE looks RENAME TO looks_away")
    called = bidring("--home", demo.home, command, *further, "--restricted")
    assert (called.status, called.out, called.err.count("\n")) == (1, "", 1)
    assert called.err.startswith("bidring: what is restricted is not shown")
    assert not file.exists()
    folder.rename(folder.with_name("away"))
    folder.write_text("no folder")
    again = bidring("--home", demo.home, command, *further, "--restricted")
    assert (again.status, again.out, again.err.count("\n")) == (1, "", 1)
    assert not file.exists()
