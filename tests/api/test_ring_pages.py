"""The pages of a ring, a tie and a tree of owners: what they say, to whom, and that records stay text."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import date, timedelta
from html.parser import HTMLParser
from pathlib import Path
from shutil import copytree
from typing import Any

import duckdb
import pytest
from fastapi.testclient import TestClient

from api.access.looks import Looks
from api.access.policy import Role
from api.app import create_app
from api.routes.often import Often
from api.workspace import Workspace
from ingest.store import open_record_store
from tests.country import settled
from tests.people import signed_in, with_own_desk
from viz.words import words

API = "/api/v1"
BAD = "</title><script>alert(1)</script>\"'><svg onload=alert(2)> \u202egnp.exe {{ 7 * 7 }}"
NUMBER = "KZ-IIN-000101300123"
Document = dict[str, Any]


def country() -> Document:
    """A ring of firms with hostile names, an official's spouse that owns one of them, and owners of every kind."""
    firms = [f"{BAD} {n}" for n in "ABC"]
    tenders: Document = {}
    for number in range(60):
        turn, tight = firms[number % 3 :] + firms[: number % 3], number < 30
        bids: Document = {
            firm: {"amount": 980 + place * 3 if tight else 800 + place * 70} for place, firm in enumerate(turn)
        }
        bids[turn[0]]["won"] = True
        tenders[f"T{number} {BAD}"] = {
            "day": date(2023, 1, 1) + timedelta(days=9 * number), "buyer": f"Ministry {BAD}", "region": f"North {BAD}",
            "estimate": 1000, "bids": bids,
        }  # fmt: skip
    for firm in "VWXYZ":
        tenders[f"quiet {firm}"] = {
            "region": f"North {BAD}",
            "times": 12,
            "day": date(2023, 1, 1),
            "bids": {firm: {"amount": 90, "won": True}, f"{firm}2": 95},
        }
    return {
        "persons": [NUMBER, f"eve {BAD}"],
        "tenders": tenders,
        "owners": [
            {"owner": NUMBER, "company": firms[0], "share": 0.5, "since": date(2020, 1, 1)},
            {"owner": "Holding", "company": firms[0], "share": 0.3, "most": 0.5, "until": date(2023, 6, 30)},
            {"owner": firms[0], "company": "Holding", "share": 1, "direct": False},
            {"owner": f"eve {BAD}", "company": "Holding", "interest": "trustee"},
        ],
        "offices": [
            {"person": f"eve {BAD}", "body": f"Ministry {BAD}", "position": f"Head {BAD}", "since": date(2020, 1, 1)},
        ],
        "kin": [{"person": f"eve {BAD}", "relative": NUMBER, "relation": f"spouse {BAD}"}],
    }  # fmt: skip


@pytest.fixture(scope="module")
def bad_home(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return settled(tmp_path_factory.mktemp("ring-pages") / "home", country())


@pytest.fixture(scope="module")
def monitor(bad_home: Workspace) -> Iterator[TestClient]:
    """The service, asked by a monitor, who may see no numbers of persons."""
    headers = signed_in(bad_home, Role.MONITOR)
    with TestClient(
        create_app(bad_home, often=Often(open=10_000)), base_url="http://127.0.0.1", headers=headers
    ) as client:
        yield client


@pytest.fixture(scope="module")
def ring(monitor: TestClient) -> Document:
    own = monitor.get(f"{API}/rings", params={"all": True}).json()["items"][0]["id"]
    found: Document = monitor.get(f"{API}/rings/{own}").json()
    return found


@pytest.fixture(scope="module")
def link(monitor: TestClient) -> Document:
    own = monitor.get(f"{API}/links").json()["items"][0]["id"]
    found: Document = monitor.get(f"{API}/links/{own}").json()
    return found


@pytest.fixture(scope="module")
def pages(ring: Document, link: Document) -> list[str]:
    return [
        f"/rings/{ring['id']}",
        f"/links/{link['id']}?ways=true",
        f"/entities/{link['nodes'][-1]['node']}/owners?at=2023-03-01",
    ]


class Tags(HTMLParser):
    """The names of tags and attributes of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes |= {name for name, _value in attrs}


def test_hostile_names_stay_text_in_every_picture_list_and_table(monitor: TestClient, pages: list[str]) -> None:
    for path in pages:
        answer = monitor.get(path)
        assert answer.status_code == 200, path
        tags = Tags(answer.text)
        assert "script" not in tags.names
        assert {one for one in tags.attributes if one.startswith("on") or one == "style"} == set()
        assert "\u202e" not in answer.text
        assert "alert(1)" in answer.text
        assert "49" not in re.findall(r"gnp\.exe (\d+)", answer.text)


def test_the_page_of_a_ring_has_all_that_its_answer_has(monitor: TestClient, ring: Document) -> None:
    page = monitor.get(f"/rings/{ring['id']}").text
    assert page.count('<tr id="t') == len(ring["meetings"]) == 60
    assert page.count('class="range" data-tender=') == 60
    for one in ring["evidence"]:
        assert one["text"].partition("(")[0].split(",")[0] in page
    assert page.count("data-cell=") == len([one for one in ring["bids"] if int(one["tender"].split()[0][1:]) < 40])
    cut = next(one["at"] for one in ring["evidence"] if one["kind"] == "break")
    assert f'data-break="{cut}"' in page
    assert date(2023, 1, 1) + timedelta(days=9 * 29) == date.fromisoformat(cut)


def test_later_tenders_stand_on_later_pages(monitor: TestClient, ring: Document) -> None:
    first, second, beyond = (monitor.get(f"/rings/{ring['id']}?page={n}").text for n in (1, 2, 99))
    numbers = [set(map(int, re.findall(r'data-cell="(\d+)/', page))) for page in (first, second)]
    assert numbers == [set(range(1, 41)), set(range(41, 61))]
    assert 'rel="next"' in first
    assert 'rel="next"' not in second
    assert set(re.findall(r'data-cell="(\d+)/', beyond)) == set(map(str, range(41, 61)))


def test_a_candidate_below_the_threshold_says_so(client: TestClient) -> None:
    rings = client.get(f"{API}/rings", params={"all": True, "limit": 100}).json()["items"]
    below = next(one for one in rings if not one["reported"])
    page = client.get(f"/rings/{below['id']}").text
    assert "A candidate only" in page
    assert "No case that you may see rests on it." in page
    assert "A candidate only" not in client.get(f"/rings/{rings[0]['id']}").text


def test_the_file_of_bids_has_every_bid_and_no_formula(monitor: TestClient, ring: Document) -> None:
    answer = monitor.get(f"/rings/{ring['id']}/bids.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == f'attachment; filename="{ring["id"]}-bids.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(row["tender"].split()[0], row["won"], float(row["share"])) for row in rows] == [
        (one["tender"].split()[0], "yes" if one["won"] else "no", round(one["share"], 6)) for one in ring["bids"]
    ]
    assert {row["share_of"] for row in rows} == {"estimate"}


def test_a_page_of_an_older_detection_says_that_the_day_of_the_break_is_not_known(
    bad_home: Workspace, tmp_path: Path, ring: Document
) -> None:
    home = copytree(bad_home.settings.home, tmp_path / "home")
    [file] = (home / "generations").glob("*.duckdb")
    with duckdb.connect(str(file)) as old:
        old.execute(
            "CREATE OR REPLACE TABLE rings AS SELECT * REPLACE (list_transform(evidence, one -> "
            "{kind: one.kind, statistic: one.statistic, p: one.p, text: one.text}) AS evidence) FROM rings"
        )
    own = with_own_desk(home, tmp_path)
    with TestClient(create_app(own), base_url="http://127.0.0.1", headers=signed_in(own, Role.MONITOR)) as client:
        page = client.get(f"/rings/{ring['id']}").text
        assert "The day of the break is not known here" in page
        assert "data-break" not in page
        assert {one["at"] for one in client.get(f"{API}/rings/{ring['id']}").json()["evidence"]} == {None}


def test_a_tie_is_told_with_its_chain_its_records_and_the_awards(monitor: TestClient, link: Document) -> None:
    page = monitor.get(f"/links/{link['id']}").text
    assert page.count('<li class="node">') == len(link["nodes"]) == 3
    assert page.count('<tr id="a') == page.count("data-award=") == len(link["awards"])
    assert page.count('<details class="record">') == len(link["path"]) + 1
    assert page.count("data-bar=") == len(link["path"]) + 1
    assert link["evidence"][0]["hash"] in page
    assert "What would refute it" in page
    assert f"/cases/{link['cases'][0]['id']}" in page
    assert "Other ways between the two" in monitor.get(f"/links/{link['id']}?ways=true").text


def test_owners_are_those_of_the_day_and_lead_to_the_days_of_change(monitor: TestClient, link: Document) -> None:
    firm = link["nodes"][-1]["node"]
    before = monitor.get(f"/entities/{firm}/owners?at=2023-06-30").text
    after = monitor.get(f"/entities/{firm}/owners?at=2023-07-01").text
    assert re.findall(r'href="\?at=([\d-]+)"', before) == ["2020-01-01", "2023-07-01"]
    assert "30–50%" in before
    assert "30–50%" not in after
    assert "a circle: it stands below itself" in before
    assert 'class="indirect"' in before
    assert "trustee" in before
    for page in (before, after):
        assert set(re.findall(r'data-box="(\d+)"', page)) - {"0"} == set(re.findall(r'data-owner="(\d+)"', page))


def test_a_firm_without_owners_says_so_and_what_is_no_firm_is_not_found(monitor: TestClient) -> None:
    assert monitor.get("/entities/B/owners").status_code == 404
    assert "No owner is known on this day." in monitor.get("/entities/V/owners").text


@pytest.mark.parametrize("given", ["2024-13-01", "yesterday", "2024-1-1", "0000-00-00"])
def test_a_day_that_is_none_is_refused_in_words(monitor: TestClient, given: str) -> None:
    for path in ("/entities/V/owners", f"{API}/entities/V/owners"):
        answer = monitor.get(path, params={"at": given})
        assert answer.status_code in (400, 422), path
        assert "Traceback" not in answer.text


def test_numbers_of_persons_are_on_no_page_of_a_monitor(
    bad_home: Workspace, monitor: TestClient, pages: list[str], link: Document
) -> None:
    firm, secret = link["nodes"][-1]["node"], NUMBER.rpartition("-")[2]
    paths = [*pages, f"{API}/links/{link['id']}", f"{API}/entities/{firm}/owners?at=2023-03-01"]
    for path in paths:
        assert secret not in monitor.get(path).text, path
    headers = signed_in(bad_home, Role.INVESTIGATOR)
    assert secret in monitor.get(paths[-1], headers=headers).text
    assert secret in monitor.get(pages[2], headers=headers).text


def test_every_look_is_kept_with_whom_it_showed(
    bad_home: Workspace, monitor: TestClient, pages: list[str], ring: Document
) -> None:
    for path in pages:
        monitor.get(path)
    monitor.get(f"/rings/{ring['id']}/bids.csv")
    looks = Looks(bad_home.kept_desk()).found(limit=5)
    assert [one.action for one in looks] == ["ring", "owners", "ways between parties", "tie of an official", "ring"]
    assert {*looks[0].subjects} == {one["node"] for one in ring["members"]}
    assert all(one.subjects for one in looks)


def test_while_records_are_written_owners_are_busy_and_rings_are_not(
    bad_home: Workspace, monitor: TestClient, ring: Document
) -> None:
    store = open_record_store(bad_home.settings.records, write=True)
    try:
        busy = monitor.get(f"{API}/entities/V/owners")
        assert (busy.status_code, busy.json()["error"]) == (503, "busy")
        assert str(bad_home.settings.home) not in busy.text
        assert monitor.get("/entities/V/owners").status_code == 503
        assert monitor.get(f"/rings/{ring['id']}").status_code == 200
    finally:
        store.close()
    assert monitor.get(f"{API}/entities/V/owners").status_code == 200


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_pages_speak_the_readers_language(monitor: TestClient, pages: list[str], language: str) -> None:
    t = words(language)
    for path, key in zip(pages, ("ringpage_matrix", "linkpage_refuted", "ownerpage_ends"), strict=True):
        page = monitor.get(path, headers={"Accept-Language": language}).text
        assert f">{t(key)}</h2>" in page
        assert page.count("<h1") == 1
        assert f'<html lang="{language}"' in page
