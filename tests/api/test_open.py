"""The open part: what the public gets without an account, how often, and that no person stands in it."""

import csv
import gzip
import io
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from ibis import _
from pydantic import TypeAdapter

from api.access.policy import Level, Role
from api.access.publication import publish
from api.app import create_app
from api.openapi import examples
from api.routes.access import routes
from api.routes.bulk import COLUMNS
from api.routes.often import Often
from api.routes.shapes import Problem
from graph.answers.view import View
from tests.people import signed_in, with_own_desk

API = "/api/v1"
FILES = ("tenders", "awards", "findings", "rings")


@pytest.fixture(scope="module")
def app(demo: Any, tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    home = with_own_desk(demo.home, tmp_path_factory.mktemp("desk"))
    return create_app(home, often=Often(open=1_000_000, file=1_000_000))


@pytest.fixture(scope="module")
def public(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, base_url="http://127.0.0.1") as client:
        yield client


@pytest.fixture
def rings(app: FastAPI, public: TestClient) -> Iterator[TestClient]:
    """The public, to which everything is published that can be."""
    desk = app.state.workspace.kept_desk()
    publish(desk, Level.RINGS, "a test")
    yield public
    publish(desk, Level.NOTHING, "a test")


def _all(client: TestClient, path: str, **asked: Any) -> list[Any]:
    found, cursor = [], None
    while True:
        page = client.get(API + path, params={**asked, "limit": 100, **({"cursor": cursor} if cursor else {})}).json()
        found += page["items"]
        if (cursor := page["next"]) is None:
            return found


def test_pages_and_files_hold_the_same_rows(rings: TestClient) -> None:
    for name, key in (("tenders", "node"), ("awards", "key"), ("findings", "id"), ("rings", "id")):
        paged = sorted(_all(rings, f"/{name}"), key=lambda row: (row[key], json.dumps(row)))
        lines = [json.loads(line) for line in rings.get(f"{API}/bulk/{name}.jsonl").text.splitlines()]
        rows = list(csv.DictReader(io.StringIO(rings.get(f"{API}/bulk/{name}.csv").content.decode("utf-8-sig"))))
        assert len(paged) == len(lines) == len(rows) > 0
        assert [row[key] for row in rows] == [row[key] for row in lines]
        assert sorted(lines, key=lambda row: (row[key], json.dumps(row))) == paged, name


def test_every_filter_gives_just_the_tenders_that_have_it(public: TestClient) -> None:
    every = _all(public, "/tenders")
    first = next(one for one in every if one["buyer"] and one["region"] and one["category"])
    asked = {"region": first["region"], "category": first["category"], "buyer": first["buyer"]["id"]}
    for name, value in asked.items():
        own = [one for one in every if (one["buyer"] or {}).get("id") == value] if name == "buyer" else [
            one for one in every if one[name] == value]  # fmt: skip
        assert _all(public, "/tenders", **{name: value}) == own
    days = {"since": "2022-01-01", "until": "2022-12-31"}
    assert _all(public, "/tenders", **days) == [one for one in every if (one["day"] or "")[:4] == "2022"]
    word = first["title"].split()[0]
    assert first in _all(public, "/tenders", q=word.upper())
    award = next(one for one in _all(public, "/awards") if one["suppliers"][0]["name"])
    won = {one["node"] for one in _all(public, "/awards", supplier=award["suppliers"][0]["id"])}
    assert award["node"] in won
    assert {one["node"] for one in _all(public, "/tenders", supplier=award["suppliers"][0]["id"])} == won
    assert public.get(f"{API}/tenders", params={"buyer": "nobody"}).status_code == 404
    wrong = public.get(f"{API}/awards", params={"since": "2024-01-02", "until": "2024-01-01"})
    assert (wrong.status_code, wrong.json()["detail"]) == (400, "since 2024-01-02 is after until 2024-01-01")


def test_a_heat_map_counts_the_tenders_that_its_cells_lead_to(app: FastAPI, public: TestClient) -> None:
    found = public.get(f"{API}/heatmap").json()
    assert sum(cell["tenders"] for cell in found["cells"]) == len(_all(public, "/tenders"))
    assert [one["tenders"] for one in found["rows"]] == sorted((one["tenders"] for one in found["rows"]), reverse=True)
    cell = found["cells"][0]
    assert cell["flagged"] is None, "nothing is published"
    inside = {"region": found["rows"][cell["row"]]["name"], "category": found["columns"][cell["column"]]["name"]}
    tenders, awards = _all(public, "/tenders", **inside), _all(public, "/awards", **inside)
    assert cell["tenders"] == len(tenders)
    assert Decimal(cell["awarded"]["amount"]) == sum(
        Decimal(one["amount"]["amount"]) for one in awards if one["amount"]
    )
    by_buyer = public.get(f"{API}/heatmap", params={"rows": "buyer", "columns": "year", **inside}).json()
    assert sum(one["tenders"] for one in by_buyer["cells"]) <= len(tenders)
    assert {one["id"] for one in by_buyer["rows"]} <= {one["buyer"]["id"] for one in tenders}
    assert public.get(f"{API}/heatmap", params={"rows": "year", "columns": "year"}).status_code == 400
    assert public.get(f"{API}/heatmap", params={"rows": "owner"}).status_code == 422
    desk = app.state.workspace.kept_desk()
    publish(desk, Level.FLAGS, "a test")
    try:
        cell = public.get(f"{API}/heatmap").json()["cells"][0]
        assert cell["flagged"] == sum(bool(one["flags"]) for one in _all(public, "/tenders", **inside))
    finally:
        publish(desk, Level.NOTHING, "a test")


def test_flags_and_scores_of_tenders_are_told_as_far_as_they_are_published(app: FastAPI, public: TestClient) -> None:
    desk = app.state.workspace.kept_desk()
    path, seen = f"{API}/bulk/tenders.jsonl", {}
    try:
        for level in Level:
            publish(desk, level, "a test")
            seen[level] = [json.loads(line) for line in public.get(path).text.splitlines()]
            stats = public.get(f"{API}/stats").json()
            assert (stats["findings"] is None, stats["rings"] is None) == (
                level is Level.NOTHING, level is not Level.RINGS
            )  # fmt: skip
    finally:
        publish(desk, Level.NOTHING, "a test")
    assert {(one["flags"], one["score"]) for one in seen[Level.NOTHING]} == {(None, None)}
    flags = {code for one in seen[Level.FLAGS] for code in one["flags"]}
    assert flags
    assert "B01" not in flags
    assert {one["score"] for one in seen[Level.FLAGS]} == {None}  # a ring's days go into it
    assert "B01" in {code for one in seen[Level.RINGS] for code in one["flags"]}
    assert len({one["score"] for one in seen[Level.RINGS]}) > 100


def _secrets(app: FastAPI) -> set[str]:
    """Names, numbers and birth dates of all persons and sole proprietors, and every phone and mail address."""
    home = app.state.workspace
    with home.generation() as generation:
        parties = generation.table("parties")
        rows = parties.filter(View.personal(parties)).select("name", "own_id", "birth_date").to_pyarrow().to_pylist()
    with home.records() as records:
        contacts = records.table("contacts").filter(_.kind != "url").select("value").distinct().value.to_list()
    told = {str(row[name]) for row in rows for name in ("name", "own_id") if row[name]}
    told |= {str(row["own_id"]).rpartition("-")[2] for row in rows}
    return {text for text in told | set(contacts) if len(text) > 6}


def test_no_person_and_no_contact_stands_on_any_open_route_or_file(app: FastAPI, rings: TestClient) -> None:
    secrets = _secrets(app)
    assert len(secrets) > 500
    tenders, firms = _all(rings, "/tenders"), {}
    for award in _all(rings, "/awards"):
        firms |= {one["id"]: one for one in award["suppliers"]}
    proprietors = [one["id"] for one in firms.values() if one["name"] is None]
    assert proprietors, "the demo has sole proprietors among its winners"
    for own in proprietors:
        assert rings.get(f"{API}/entities/{own}").status_code == 404
    paths = [f"{API}/bulk/{name}.{form}" for name in FILES for form in ("csv", "jsonl")]
    paths += [f"{API}/{name}?limit=100" for name in ("tenders", "awards", "findings", "rings", "rules")]
    sides = ("rows=buyer&columns=supplier", "rows=supplier&columns=year", "")
    paths += [f"{start}?{asked}" for start in (f"{API}/heatmap", "/country") for asked in sides]
    paths += [f"{API}/trends", "/tenders", "/tenders?page=2", "/country?measure=cases"]
    paths += [f"{API}/rings?all=true", f"{API}/stats", f"{API}/health", f"{API}/openapi.json", "/", "/sign-in"]
    paths += [f"{API}/search?q={word}&limit=100" for word in ("ИП", "ов", "KZ-IIN")] + ["/?q=ИП", "/?q=ов"]
    paths += [f"{start}/tenders/{one['node']}" for one in tenders[:60] for start in (API, "")]
    paths += [f"{start}/entities/{own}" for own in sorted(firms)[:60] for start in (API, "")]
    for path in paths:
        answer = rings.get(path)
        assert answer.status_code in (200, 404), path
        shown = [secret for secret in secrets if secret in answer.text]
        assert shown == [], path


def test_the_public_may_keep_an_answer_until_it_changes_and_nobody_else_may(app: FastAPI, public: TestClient) -> None:
    desk, path = app.state.workspace.kept_desk(), f"{API}/stats"
    first = public.get(path)
    assert first.headers["Cache-Control"] == "public, max-age=60"
    assert first.headers["Vary"] == "Authorization, Cookie, Accept-Language, Accept-Encoding"
    held = {"If-None-Match": first.headers["ETag"]}
    again = public.get(path, headers=held)
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    for role in (Role.NGO, Role.SUPERVISOR):
        own = public.get(path, headers={**held, **signed_in(app.state.workspace, role)})
        assert (own.status_code, own.headers["Cache-Control"]) == (200, "no-store")
        assert "ETag" not in own.headers
    try:
        publish(desk, Level.FLAGS, "a test")
        assert public.get(path, headers=held).status_code == 200
    finally:
        publish(desk, Level.NOTHING, "a test")


def test_who_may_not_see_something_is_not_told_that_it_is_unchanged(app: FastAPI, rings: TestClient) -> None:
    mark = rings.get(f"{API}/rings").headers["ETag"]
    publish(app.state.workspace.kept_desk(), Level.NOTHING, "a test")
    for held in (mark, "*"):
        answer = rings.get(f"{API}/rings", headers={"If-None-Match": held})
        assert answer.status_code == 401
        assert answer.headers["Cache-Control"] == "no-store"
    missing = rings.get(f"{API}/entities/o-0000000000000000")
    assert (missing.status_code, missing.headers["Cache-Control"]) == (404, "no-store")
    assert "ETag" not in missing.headers


def test_a_file_is_packed_for_whoever_takes_it_so(public: TestClient) -> None:
    path = f"{API}/bulk/awards.csv"
    plain = public.get(path, headers={"Accept-Encoding": "gzip;q=0"})
    assert "Content-Encoding" not in plain.headers
    assert plain.headers["Content-Disposition"] == 'attachment; filename="bidring-awards-1.csv"'
    with public.stream("GET", path, headers={"Accept-Encoding": "br, gzip"}) as packed:
        assert packed.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(b"".join(packed.iter_raw())) == plain.content
    assert public.get(f"{API}/bulk/awards.xlsx").status_code == 422


def test_no_other_sites_page_may_read_an_answer(public: TestClient) -> None:
    for path in (f"{API}/stats", f"{API}/bulk/tenders.csv", "/"):
        assert "Access-Control-Allow-Origin" not in public.get(path, headers={"Origin": "https://a.example"}).headers


def test_the_public_may_not_take_too_many_files(demo: Any, tmp_path: Any) -> None:
    home = with_own_desk(demo.home, tmp_path)
    with TestClient(create_app(home, often=Often(file=2)), base_url="http://127.0.0.1") as client:
        statuses = [client.get(f"{API}/bulk/awards.csv").status_code for _ in range(3)]
    assert statuses == [200, 200, 429]


def test_every_route_shows_an_example_that_its_own_answers_could_be(app: FastAPI, public: TestClient) -> None:
    """A new route fails until it has one in ``examples.json``."""
    described = public.get(f"{API}/openapi.json").json()["paths"]
    known, shown = examples(), set()
    for route in routes(app.routes):
        for method in route.methods if route.include_in_schema else ():
            path = route.path.replace(":path", "")
            operation = described[path][method.lower()]
            assert " " in operation["summary"], path
            for status, answer in operation["responses"].items():
                for media, content in answer.get("content", {}).items():
                    assert content["example"], (method, path, status, media)
                    if status >= "400":
                        Problem.model_validate(content["example"])
            if route.status_code == 204:
                continue
            shown.add(f"{method} {path}")
            example = known[f"{method} {path}"]
            if route.response_model is not None:
                TypeAdapter(route.response_model).validate_json(json.dumps(example))
            elif "/bulk/" not in path:
                assert all(example.values()), path
            else:
                kind = path.rpartition("/")[2].partition(".")[0]
                assert example["text/csv"].strip() == COLUMNS[kind].replace(" ", ",")
                json.loads(example["application/x-ndjson"])
    assert set(known) == shown
