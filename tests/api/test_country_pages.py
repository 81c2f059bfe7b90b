"""The country at a glance: its numbers are those of the API, and lead to just what they count."""

import gzip
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.access.policy import Level, Role
from api.access.publication import publish
from api.app import create_app
from api.routes.often import Often
from tests.api.country import small_country, table
from tests.conftest import Demo
from tests.people import signed_in, with_own_desk

API = "/api/v1"
HOSTILE = (
    '"><script>alert(1)</script>', "' onmouseover='alert(1)", "{{ 7 * 7 }}", "a&b=c#d?e",
    "\u202eelbisrever", "<svg/onload=x>", "x" * 190, "%00%3Cscript%3E", "region=1&region=2",
)  # fmt: skip


@pytest.fixture(scope="module")
def app(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    home = with_own_desk(demo.home, tmp_path_factory.mktemp("desk"))
    return create_app(home, often=Often(open=1_000_000, file=1_000_000))


@pytest.fixture(scope="module")
def public(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, base_url="http://127.0.0.1") as client:
        yield client


def _as(app: FastAPI, role: Role) -> TestClient:
    """Somebody of this role; the service runs for the public already."""
    return TestClient(app, base_url="http://127.0.0.1", headers=signed_in(app.state.workspace, role))


@pytest.fixture(scope="module")
def monitor(app: FastAPI, public: TestClient) -> TestClient:
    return _as(app, Role.MONITOR)


def _all(client: TestClient, address: str) -> list[dict[str, Any]]:
    """Every item of a list of the API."""
    found, cursor = [], ""
    while True:
        page = client.get(f"{address}{'&' if '?' in address else '?'}limit=100{cursor}").json()
        found += page["items"]
        if page["next"] is None:
            return found
        cursor = f"&cursor={page['next']}"


def _counted(client: TestClient, address: str) -> int:
    """How many tenders a list's heading says there are."""
    heading = re.search(r"<h1>(.*?)</h1>", client.get(address).text, re.DOTALL)
    assert heading, address
    return int(re.sub(r"\D", "", heading[1]))


def _asked(address: str) -> str:
    """The API's own address for what a page lists."""
    path, _q, query = address.partition("?")
    return f"{API}{'/cases' if path == '/' else path}?{query.replace('&state=', '').replace('state=', '')}"


def _cells(client: TestClient, **asked: str) -> list[list[dict[str, Any]]]:
    answer = client.get("/country", params=asked)
    assert answer.status_code == 200
    return table(answer.text, "matrix").rows


@pytest.mark.parametrize(
    "sides", [("region", "category"), ("buyer", "supplier"), ("region", "year"), ("supplier", "buyer")]
)
def test_the_numbers_on_the_page_are_those_of_the_api(monitor: TestClient, sides: tuple[str, str]) -> None:
    asked = {"rows": sides[0], "columns": sides[1], "order": "money"}
    told = monitor.get(f"{API}/heatmap", params=asked).json()
    for measure in ("tenders", "cases"):
        rows = _cells(monitor, **asked, measure=measure)
        shown = {
            (row, column, int(re.sub(r"\D", "", str(cell["text"]).partition("▸")[0])))
            for row, cells in enumerate(rows[1:-1])
            for column, cell in enumerate(cells[1:-1])
            if cell["text"]
        }
        assert shown == {(one["row"], one["column"], one[measure]) for one in told["cells"]}
        assert [row[0]["text"] for row in rows[1:-1]] == [one["name"].strip() for one in told["rows"]]
        assert [cell["text"] for cell in rows[0][1:-1]] == [one["name"].strip() for one in told["columns"]]
        sums = [int(re.sub(r"\D", "", str(row[-1]["text"]).partition("▸")[0])) for row in rows[1:]]
        assert sums == [one[measure] for one in (*told["rows"], told["total"])]


@pytest.mark.parametrize("measure", ["tenders", "risk", "money"])
def test_a_number_leads_to_as_many_tenders_as_it_says(monitor: TestClient, measure: str) -> None:
    rows = _cells(monitor, measure=measure)
    cells = [*rows[1][1:4], *rows[2][3:5], *rows[-1][1:3], *(row[-1] for row in rows[-3:])]
    linked = [cell for cell in cells if cell["links"]]
    assert len(linked) > 8
    for cell in linked:
        said = re.search(r"(?:(\d[\d\u202f]*) of )?(\d[\d\u202f]*) tenders?", str(cell["title"]))
        assert said, cell
        flagged, tenders = (int(re.sub(r"\D", "", one)) if one else 0 for one in said.groups())
        wanted = flagged if measure == "risk" and flagged else tenders
        assert _counted(monitor, cell["links"][0]) == wanted > 0
        if measure == "risk":
            assert cell["text"].partition("%")[0] == f"{100 * flagged / tenders:.0f}"


@pytest.mark.parametrize("sides", [("region", "category"), ("buyer", "supplier"), ("category", "year")])
def test_a_number_of_cases_leads_to_just_these_cases(monitor: TestClient, sides: tuple[str, str]) -> None:
    rows = _cells(monitor, rows=sides[0], columns=sides[1], measure="cases")
    cells = [cell for row in rows[1:] for cell in row[1:] if cell["links"]]
    assert cells
    for cell in cells[:8]:
        [address] = cell["links"]
        shown = table(monitor.get(address).text).rows[1:]
        assert len(shown) == len(_all(monitor, _asked(address))) == int(cell["text"])


def test_beside_a_share_stands_how_many_cases_its_tenders_have(monitor: TestClient) -> None:
    rows = _cells(monitor, measure="risk")
    both = [cell for row in rows[1:-1] for cell in row[1:] if "▸" in cell["text"]]
    assert both
    for cell in both[:5]:
        assert len(_all(monitor, _asked(cell["links"][1]))) == int(cell["text"].partition("▸")[2])


def test_cases_are_filtered_by_what_their_tenders_are(app: FastAPI, monitor: TestClient) -> None:
    documents = [monitor.get(f"{API}/cases/{one['id']}").json() for one in _all(monitor, f"{API}/cases")]
    tenders = {one["id"]: one for one in _all(monitor, f"{API}/tenders")}
    of = {one["id"]: [tenders[own["id"]] for own in one["tenders"]] for one in documents}
    some = next(found[0] for found in of.values() if found)
    award = next(
        one for one in _all(monitor, f"{API}/awards") if one["tender"] in {one["id"] for one in of[next(iter(of))]}
    )
    won = {one["tender"] for one in _all(monitor, f"{API}/awards?supplier={award['suppliers'][0]['id']}")}
    filters = {
        "region": lambda one: one["region"] == some["region"],
        "category": lambda one: one["category"] == some["category"],
        "buyer": lambda one: (one["buyer"] or {}).get("id") == some["buyer"]["id"],
        "supplier": lambda one: one["id"] in won,
        "until": lambda one: (one["day"] or "9999") <= "2022-06-30",
    }
    values = {"region": some["region"], "category": some["category"], "buyer": some["buyer"]["id"],
        "supplier": award["suppliers"][0]["id"], "until": "2022-06-30"}  # fmt: skip
    for names in (*([name] for name in filters), ["region", "category"], ["buyer", "until"]):
        asked = {name: values[name] for name in names}
        found = {one["id"] for one in monitor.get(f"{API}/cases", params={**asked, "limit": 100}).json()["items"]}
        assert found == {
            own for own, among in of.items() if any(all(filters[name](one) for name in names) for one in among)
        }, names
        open_ones = monitor.get(f"{API}/cases", params={**asked, "state": "open", "limit": 100}).json()["items"]
        undecided = {one["id"] for one in documents if one["state"] not in ("closed", "referred")}
        assert {one["id"] for one in open_ones} == found & undecided
        assert monitor.get(f"{API}/cases", params={**asked, "assignee": "nobody"}).json()["items"] == []
    assert monitor.get(f"{API}/cases", params={"buyer": "nobody"}).status_code == 404
    assert monitor.get("/", params={"buyer": "nobody"}).status_code == 404
    both = monitor.get(f"{API}/tenders?limit=100", params={"region": [some["region"], "none such"]}).json()["items"]
    assert {one["region"] for one in both} == {some["region"]}


def test_the_queue_keeps_what_it_is_narrowed_to(monitor: TestClient) -> None:
    page = monitor.get("/", params={"region": 'a"b&c', "category": "45", "state": "new"}).text
    assert '<input type="hidden" name="region" value="a&#34;b&amp;c">' in page
    assert '<input type="hidden" name="category" value="45">' in page


def test_money_of_a_cell_is_what_its_awards_are_worth(monitor: TestClient) -> None:
    told = monitor.get(f"{API}/heatmap", params={"rows": "buyer", "columns": "supplier", "order": "money"}).json()
    for cell in told["cells"][:15]:
        inside = f"buyer={told['rows'][cell['row']]['node']}&supplier={told['columns'][cell['column']]['node']}"
        awards = _all(monitor, f"{API}/awards?{inside}")
        assert round(sum(float(one["amount"]["amount"]) for one in awards), 2) == float(cell["awarded"]["amount"])


def test_one_looks_closer_step_by_step(monitor: TestClient) -> None:
    address, seen = "/country?measure=tenders", []
    for _step in ("region", "category", "buyer"):
        rows = table(monitor.get(address).text, "matrix").rows
        head, total = rows[1][0], int(re.sub(r"\D", "", rows[1][-1]["text"].partition("▸")[0]))
        seen.append(head["text"])
        address = head["links"][0]
        page = monitor.get(address).text
        corner = table(page, "matrix").rows[-1][-1]["text"].partition("▸")[0]
        assert int(re.sub(r"\D", "", corner)) == total
        way = re.search(r'<nav class="way".*?</nav>', page, re.DOTALL)
        assert way
        assert [name for name in seen if name not in unescape(way[0])] == []
        for link in re.findall(r'href="([^"]*)"', way[0]):
            assert monitor.get(unescape(link)).status_code == 200


def test_the_map_says_what_the_rows_of_regions_say(monitor: TestClient) -> None:
    page = monitor.get("/country?measure=tenders").text
    regions = {row[0]["links"][0]: row[1] for row in table(page, "list").rows if row[0]["links"]}
    told = monitor.get(f"{API}/heatmap").json()
    assert sorted(int(re.sub(r"\D", "", one["text"])) for one in regions.values()) == sorted(
        one["tenders"] for one in told["rows"]
    )
    drawn = {unescape(one) for one in re.findall(r'<a href="(/country[^"]*)" aria-label="[^"]+">', page)}
    assert drawn == set(regions)


def test_trends_on_the_page_are_those_of_the_api(monitor: TestClient) -> None:
    told = monitor.get(f"{API}/trends").json()
    page = monitor.get("/country").text
    shown = [
        (row[0]["text"], int(re.sub(r"\D", "", row[1]["text"])))
        for row in table(page, "spans").rows
        if row[1]["text"][:1].isdigit()
    ]
    assert shown == [(one["since"][:4], one["tenders"]) for one in told["by_year"]] + [
        (one["since"][:7], one["tenders"]) for one in told["by_month"]
    ]
    every = _all(monitor, f"{API}/tenders")
    for one in (*told["by_year"], *told["by_month"][:6]):
        inside = [row for row in every if one["since"] <= (row["day"] or "") <= one["until"]]
        assert (one["tenders"], one["flagged"]) == (len(inside), sum(bool(row["flags"]) for row in inside))
    assert page.count("<rect") == sum(one["tenders"] is not None for one in told["by_year"] + told["by_month"]) + sum(
        one["awarded"] is not None for one in told["by_year"] + told["by_month"]
    )


def test_the_public_is_shown_no_case_and_no_flag_that_is_not_published(app: FastAPI, public: TestClient) -> None:
    desk = app.state.workspace.kept_desk()
    hidden = public.get("/country?measure=risk&order=cases").text
    assert "money awarded" in hidden
    for word in ("/cases/", "state=", "▸", "flagged", "/figures", "Top of the queue"):
        assert word not in hidden, word
    told = public.get(f"{API}/heatmap?order=risk").json()
    assert {(one["flagged"], one["cases"]) for one in (*told["cells"], *told["rows"], told["total"])} == {(None, None)}
    assert _counted(public, "/tenders?flagged=true") == 0
    publish(desk, Level.FLAGS, "a test")
    try:
        page = public.get("/country").text
        assert "share flagged" in page
        for word in ("/cases/", "state=", "▸", "Top of the queue"):
            assert word not in page, word
        flags = public.get(f"{API}/heatmap").json()["total"]["flagged"]
        assert flags == _counted(public, "/tenders?flagged=true") > 0
    finally:
        publish(desk, Level.NOTHING, "a test")


def test_an_order_by_what_is_hidden_tells_nothing_of_it(public: TestClient) -> None:
    usual = public.get(f"{API}/heatmap").json()
    for order in ("risk", "cases"):
        assert public.get(f"{API}/heatmap", params={"order": order}).json() == usual


def test_each_role_counts_the_cases_that_it_may_see(app: FastAPI, monitor: TestClient) -> None:
    for client in (monitor, _as(app, Role.SUPERVISOR)):
        every = _all(client, f"{API}/cases?since=1900-01-01")
        assert client.get(f"{API}/heatmap").json()["total"]["cases"] == len(every) > 0


def test_every_look_is_kept_with_the_firms_that_were_named(app: FastAPI, monitor: TestClient) -> None:
    monitor.get("/country?rows=buyer&columns=supplier")
    told = monitor.get(f"{API}/heatmap?rows=buyer&columns=supplier&order=risk").json()
    chief = _as(app, Role.SUPERVISOR)
    for one in (told["rows"][0], told["columns"][-1]):
        kept = chief.get(f"{API}/looks", params={"party": one["node"]}).json()["items"]
        assert {"country at a glance", "heat map"} <= {look["action"] for look in kept}


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A country all of whose names are hostile."""
    rows = [
        {
            "region": name,
            "category": name[::-1] or "-",
            "buyer": f"B{number} {name}",
            "bidder": f"F{number}",
            "bidder_name": name,
        }
        for number, name in enumerate(HOSTILE)
        for _times in range(number + 1)
    ]
    folder = tmp_path_factory.mktemp("hostile")
    with TestClient(create_app(small_country(folder, rows)), base_url="http://127.0.0.1") as client:
        yield client


def test_hostile_names_stay_text_and_their_cells_lead_to_their_tenders(hostile: TestClient) -> None:
    for asked in ("", "rows=buyer&columns=supplier", "rows=category&columns=buyer"):
        page = hostile.get(f"/country?measure=tenders&{asked}").text
        found = table(page, "matrix")
        assert "script" not in found.tags
        assert not {name for name in found.attributes if name.startswith("on") or name == "style"}
        cells = [cell for row in found.rows[1:-1] for cell in row[1:-1] if cell["text"]]
        assert len(cells) == len(HOSTILE)
        for cell in cells:
            assert _counted(hostile, cell["links"][0]) == int(cell["text"])
            listed = table(hostile.get(cell["links"][0]).text)
            assert "script" not in listed.tags


def test_a_country_of_other_regions_has_no_map_and_says_why(hostile: TestClient, tmp_path: Path) -> None:
    page = hostile.get("/country").text
    assert "There is no map: the regions in these records are not Kazakhstan" in page
    assert 'class="area' not in page
    with TestClient(create_app(small_country(tmp_path, [{}, {}])), base_url="http://127.0.0.1") as client:
        page = client.get("/country").text
        assert "these records say no regions" in page
        assert 'class="matrix' in page, "it falls back to sides that are known"


def test_regions_by_number_are_named_and_what_is_not_on_the_map_is_said(tmp_path: Path) -> None:
    rows = [{"region": "750000000"}] * 3 + [{"region": "Almaty"}] * 2 + [{"region": "Okinawa"}] * 2 + [{"region": ""}]
    with TestClient(create_app(small_country(tmp_path, rows)), base_url="http://127.0.0.1") as client:
        page = client.get("/country?measure=tenders").text
        [almaty] = [row for row in table(page, "list").rows if row[0]["text"] == "Almaty"]
        assert almaty[1]["text"] == "5"
        assert _counted(client, almaty[1]["links"][0]) == 5
        query = parse_qs(urlsplit(almaty[0]["links"][0]).query)
        assert query["region"] == ["750000000", "Almaty"]
        assert "Not on the map, because their region is none of these: 2 tenders." in page
        assert "Without a region: 1 tender." in page
        assert [row[0]["text"] for row in table(page, "matrix").rows[1:-1]].count("Almaty") == 2


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("rows=nothing", 422), ("since=2024-02-30", 422), ("since=2024-02-02&until=2024-01-01", 400),
        ("buyer=nobody", 404), ("supplier=nobody", 404), ("region=nowhere", 200), ("rows=year&columns=year", 200),
        ("region=&category=", 200), ("measure=all", 422), ("category=" + "x" * 201, 422),
        ("&".join(["region=a"] * 41), 422),
    ],
)  # fmt: skip
def test_what_cannot_be_shown_is_said_in_a_line(public: TestClient, asked: str, status: int) -> None:
    for path in ("/country", "/tenders") if "rows" not in asked and "measure" not in asked else ("/country",):
        answer = public.get(f"{path}?{asked}")
        assert answer.status_code == status
        assert "Traceback" not in answer.text


def test_the_page_stays_small(monitor: TestClient) -> None:
    page = monitor.get("/country?rows=buyer&columns=supplier&order=tenders").content
    assert len(gzip.compress(page)) < 300_000
