"""The service: the read API, its errors, its pages, and what neither of them gives away."""

import json
import os
import re
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.access.accounts import Accounts
from api.access.policy import Role
from api.app import STATUS, create_app
from api.desk.database import Desk
from api.errors import TooMany
from api.workspace import Workspace
from tests.conftest import Demo
from tests.people import signed_in

API = "/api/v1"
LISTS = ("cases", "rings", "findings", "links", "rules")


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_a_page_of_items(client: TestClient, name: str) -> None:
    answer = client.get(f"{API}/{name}")
    assert answer.status_code == 200
    assert set(answer.json()) == {"items", "next"}
    assert answer.json()["items"]


@pytest.mark.parametrize("name", ["cases", "findings", "links"])
def test_cursors_lead_through_a_whole_list_once(client: TestClient, name: str) -> None:
    whole = client.get(f"{API}/{name}", params={"limit": 100}).json()["items"]
    found, cursor = [], None
    while True:
        page = client.get(f"{API}/{name}", params={"limit": 7} | ({"cursor": cursor} if cursor else {})).json()
        found += page["items"]
        cursor = page["next"]
        if cursor is None or len(found) >= 100:
            break
    assert found[: len(whole)] == whole
    assert len(whole) > 1


def test_a_page_that_ends_where_the_list_ends_leads_no_further(client: TestClient) -> None:
    whole = client.get(f"{API}/cases", params={"limit": 100}).json()
    assert whole["next"] is None
    count = len(whole["items"])
    exact = client.get(f"{API}/cases", params={"limit": count}).json()
    assert (exact["items"], exact["next"]) == (whole["items"], None)
    short = client.get(f"{API}/cases", params={"limit": count - 1}).json()
    last = client.get(f"{API}/cases", params={"limit": count - 1, "cursor": short["next"]}).json()
    assert (last["items"], last["next"]) == (whole["items"][-1:], None)


def test_a_case_and_its_graph_name_the_same_parties(client: TestClient) -> None:
    for head in client.get(f"{API}/cases", params={"limit": 5}).json()["items"]:
        case = client.get(f"{API}/cases/{head['id']}").json()
        graph = client.get(f"{API}/cases/{head['id']}/graph").json()
        nodes = {node["id"]: node for node in graph["nodes"]}
        assert {party["node"] for party in case["parties"]} <= set(nodes)
        assert {node["id"] for node in graph["nodes"] if node["core"]} == {
            party["node"] for party in case["parties"] if party["core"]
        }
        assert all({edge["source"], edge["target"]} <= set(nodes) for edge in graph["edges"])
        assert len({(node["x"], node["y"]) for node in graph["nodes"]}) == len(nodes), "no node hides another"
        assert graph["truncated"] is False
        assert {money for tender in case["tenders"] if (money := tender["estimate"]) is None} <= {None}


def test_a_firm_is_found_by_its_number_and_by_its_name(client: TestClient) -> None:
    ring = client.get(f"{API}/rings").json()["items"][0]
    member = ring["members"][0]
    entity = client.get(f"{API}/entities/{member['id']}").json()
    assert entity["name"] == member["name"]
    assert [one["id"] for one in entity["rings"]][:1] == [ring["id"]]
    assert entity["cases"]
    for text in (member["name"], member["id"]):
        hits = client.get(f"{API}/search", params={"q": text}).json()["items"]
        assert member["id"] in {hit["id"] for hit in hits}


def test_filters_narrow_a_list(client: TestClient) -> None:
    tie = client.get(f"{API}/links").json()["items"][0]
    for name in ("official", "supplier"):
        narrowed = client.get(f"{API}/links", params={name: tie[name]}).json()["items"]
        assert tie in narrowed
        assert {one[name] for one in narrowed} == {tie[name]}
    near = client.get(f"{API}/links", params={"max_hops": 1}).json()["items"]
    assert {one["hops"] for one in near} == {1}
    flags = client.get(f"{API}/findings", params={"code": "R018"}).json()["items"]
    assert {one["code"] for one in flags} == {"R018"}


def test_numbers_of_persons_are_in_no_answer_and_on_no_page(client: TestClient, demo: Demo) -> None:
    numbers = {tie.official.removeprefix("KZ-IIN-") for tie in demo.planted.ties}
    cases = [head["id"] for head in client.get(f"{API}/cases", params={"limit": 100}).json()["items"]]
    paths = [f"{API}/{name}?limit=100" for name in LISTS if name != "rules"]
    paths += [f"{API}/cases/{case}{rest}" for case in cases for rest in ("", "/graph")]
    paths += [f"/cases/{case}" for case in cases] + ["/"]
    for path in paths:
        text = client.get(path).text
        assert not [number for number in numbers if number in text], path
    for number in numbers:
        assert client.get(f"{API}/search", params={"q": number}).json()["items"] == []
        assert client.get(f"{API}/entities/KZ-IIN-{number}").status_code == 404


def test_answers_flag_and_never_accuse(client: TestClient) -> None:
    for head in client.get(f"{API}/cases", params={"limit": 100}).json()["items"]:
        for path in (f"{API}/cases/{head['id']}", f"/cases/{head['id']}"):
            assert not re.search(r"\b(fraud|guilty|corrupt|criminal)", client.get(path).text, re.IGNORECASE)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/cases/none", 404),
        ("/cases/none/graph", 404),
        ("/entities/none", 404),
        ("/findings?code=R999", 404),
        ("/links?official=none", 404),
        ("/nothing", 404),
        ("/cases?limit=0", 422),
        ("/cases?limit=101", 422),
        ("/links?max_hops=9", 422),
        ("/search?q=x", 422),
        ("/search", 422),
        ("/cases?cursor=%00", 400),
        ("/cases?cursor=9-9", 400),
        ("/cases/" + "x" * 300, 422),
    ],
)
def test_every_error_has_the_one_body(client: TestClient, path: str, status: int) -> None:
    answer = client.get(API + path)
    assert answer.status_code == status
    assert set(answer.json()) == {"error", "detail"}
    assert all(isinstance(value, str) and value for value in answer.json().values())


def test_reading_is_all_that_can_be_done(client: TestClient) -> None:
    for method in ("post", "put", "patch", "delete"):
        answer = getattr(client, method)(f"{API}/cases")
        assert answer.status_code == 405
        assert set(answer.json()) == {"error", "detail"}


@pytest.mark.parametrize(("error", "status", "name"), STATUS, ids=[row[0].__name__ for row in STATUS])
def test_each_row_of_the_error_table(empty: Workspace, error: type[Exception], status: int, name: str) -> None:
    app = create_app(empty)

    @app.get(f"{API}/raise")
    def fail() -> None:
        raise raised

    raised = TooMany(7) if error is TooMany else error("what and where")
    answer = TestClient(app, base_url="http://127.0.0.1").get(f"{API}/raise")
    assert answer.status_code == status
    assert answer.json() == {"error": name, "detail": str(raised)}
    assert answer.headers.get("Retry-After") == ("7" if error is TooMany else None)
    assert answer.headers.get("WWW-Authenticate") == ("Bearer" if status == 401 else None)


def test_an_unforeseen_failure_tells_nothing_neither_in_the_answer_nor_in_the_log(
    empty: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    app = create_app(empty)

    @app.get("/raise/{name}")
    def fail(name: str) -> None:
        raise RuntimeError(f"{name}, 850101300011")

    answer = TestClient(app, base_url="http://127.0.0.1").get("/raise/Secret?q=Hidden")
    assert answer.status_code == 500
    assert set(answer.json()) == {"error", "detail"}
    assert answer.headers["X-Frame-Options"] == "DENY"
    logged = "".join(capsys.readouterr())
    assert "RuntimeError" in logged
    assert "/raise/{name}" in logged
    for text in (answer.text, logged):
        assert not [word for word in ("Secret", "Hidden", "850101300011") if word in text]


HOSTILE = (
    "%00",
    "a%00b",
    "%ED%A0%80",
    "%27%3B--",
    "%22%5D",
    "%25",
    "..%2F..",
    "%F0%9F%92%A9",
    "1e999",
    "-1",
    "%0A",
    "x" * 199,
)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize(
    "path",
    [
        f"{API}/search?q={{}}xx", f"{API}/cases/{{}}", f"{API}/cases/{{}}/graph", f"{API}/entities/{{}}",
        f"{API}/findings?party={{}}", f"{API}/findings?code={{}}", f"{API}/links?official={{}}",
        f"{API}/links?supplier={{}}", f"{API}/cases?cursor={{}}", f"{API}/cases?limit={{}}", f"{API}/rings?all={{}}",
        "/?q={}xx", "/?page={}", "/entities/{}", "/cases/{}",
    ],
)  # fmt: skip
def test_hostile_addresses_are_never_a_failure_of_the_service(client: TestClient, path: str, text: str) -> None:
    assert client.get(path.format(text)).status_code < 500


def test_before_a_detection_the_service_says_what_to_do(empty: Workspace) -> None:
    client = TestClient(create_app(empty), base_url="http://127.0.0.1", headers=signed_in(empty, Role.MONITOR))
    health = client.get(f"{API}/health")
    assert (health.status_code, health.json()["status"]) == (200, "nothing detected yet")
    names = (
        "cases",
        "cases/case-1",
        "cases/case-1/graph",
        "rings",
        "findings",
        "links",
        "entities/o-1",
        "search",
        "rules",
    )
    for path in [*(f"{API}/{name}" for name in names), "/", "/cases/case-1", "/entities/o-1"]:
        answer = client.get(path, params={"q": "text"})
        assert answer.status_code == 503, path
        assert "bidring detect" in answer.text


def test_a_graph_server_that_is_away_leaves_the_lists_standing(workspace: Workspace) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        url = f"neo4j://neo4j:s3same0pen@127.0.0.1:{taken.getsockname()[1]}"
    headers = signed_in(workspace, Role.MONITOR)
    apart = create_app(Workspace(replace(workspace.settings, graph=url)))
    with TestClient(apart, base_url="http://127.0.0.1", headers=headers) as client:
        case = client.get(f"{API}/cases").json()["items"][0]["id"]
        assert client.get(f"{API}/cases/{case}").status_code == 200
        for path in (f"{API}/cases/{case}/graph", f"/cases/{case}"):
            answer = client.get(path)
            assert answer.status_code == 503
            assert "cannot be reached" in answer.text or "not reachable" in answer.text
            assert "s3same0pen" not in answer.text


def test_headers_keep_pages_from_being_framed_sniffed_or_cached(client: TestClient) -> None:
    for path in ("/", f"{API}/cases", f"{API}/nothing", "/assets/style.css"):
        headers = client.get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "same-origin"
    assert "default-src 'none'" in client.get("/").headers["Content-Security-Policy"]


def test_pages_are_packed_for_whoever_takes_it_and_answers_are_not(client: TestClient) -> None:
    for path, packed in (("/", True), ("/assets/style.css", True), (f"{API}/rules", False)):
        answer = client.get(path)
        assert (answer.headers.get("content-encoding") == "gzip") is packed, path
        plain = client.get(path, headers={"Accept-Encoding": "identity"})
        assert "content-encoding" not in plain.headers
        assert "Accept-Encoding" in answer.headers.get("Vary", "") or not packed


def test_a_request_under_a_foreign_host_name_is_refused(client: TestClient) -> None:
    assert client.get(f"{API}/cases", headers={"Host": "rebound.example"}).status_code == 400


def test_the_list_page_leads_to_every_case(client: TestClient) -> None:
    page = client.get("/")
    heads = client.get(f"{API}/cases", params={"limit": 100}).json()["items"]
    assert page.headers["content-type"].startswith("text/html")
    assert '<html lang="en"' in page.text
    for head in heads[:50]:
        assert f'href="/cases/{head["id"]}"' in page.text
        assert client.get(f"/cases/{head['id']}").status_code == 200
    assert "<script" not in page.text


def test_the_search_page_leads_to_parties_and_escapes_what_was_typed(client: TestClient) -> None:
    name = client.get(f"{API}/rings").json()["items"][0]["members"][0]["name"]
    word = max(re.findall(r"\w+", name), key=len)
    page = client.get("/", params={"q": word}).text
    (href, *_) = re.findall(r'href="(/entities/[^"]+)"', page)
    party = client.get(href)
    assert party.status_code == 200
    assert "Cases" in party.text
    hostile = '"><script>alert(1)</script>'
    assert "<script>" not in client.get("/", params={"q": hostile}).text
    assert "Nothing has this" in client.get("/", params={"q": hostile}).text


def test_the_openapi_document_describes_every_route_with_its_errors(client: TestClient) -> None:
    paths = client.get(f"{API}/openapi.json").json()["paths"]
    wanted = ("cases", "cases/{case_id}", "cases/{case_id}/graph", "rings", "findings", "links", "entities/{entity_id}",
              "search", "rules", "health")  # fmt: skip
    assert {f"{API}/{name}" for name in wanted} <= set(paths)
    for path in paths.values():
        for told in path.values():
            assert {"400", "401", "403", "422", "429", "503"} <= set(told["responses"])


def test_a_new_generation_is_answered_from_without_a_restart(demo: Demo, tmp_path: Path) -> None:
    from shutil import copytree  # noqa: PLC0415

    from api.settings import read_settings  # noqa: PLC0415
    from graph.rules import Rules  # noqa: PLC0415

    copytree(demo.home, tmp_path / "home")
    workspace = Workspace(read_settings({}, str(tmp_path / "home")))
    client = TestClient(create_app(workspace), base_url="http://127.0.0.1", headers=signed_in(workspace, Role.MONITOR))
    before = client.get(f"{API}/cases", params={"limit": 3}).json()
    workspace.detect(Rules())
    assert client.get(f"{API}/health").json()["generation"] == 2
    assert [one["id"] for one in client.get(f"{API}/cases", params={"limit": 3}).json()["items"]] == [
        one["id"] for one in before["items"]
    ]
    stale = client.get(f"{API}/cases", params={"limit": 3, "cursor": before["next"]})
    assert stale.status_code == 400


def test_serve_makes_an_administrator_once_listens_answers_and_stops(demo: Demo, tmp_path: Path) -> None:
    code = "from api.cli import main; main()"
    command = [sys.executable, "-c", code, "--home", str(demo.home), "serve", "--port", "0"]
    environment = {**os.environ, "BIDRING_DESK": f"sqlite:///{tmp_path / 'desk.sqlite'}"}
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stderr is not None
        first = re.search(r"name (\S+), password (\S+) ", process.stderr.readline())
        assert first
        found = re.search(r"http://\S+", process.stderr.readline())
        assert found
        with urllib.request.urlopen(f"{found.group()}api/v1/health") as answer:
            assert json.load(answer)["status"] == "ok"
        with urllib.request.urlopen(f"{found.group()}sign-in") as answer:
            assert "Sign in" in answer.read().decode()
        process.terminate()
        process.stderr.read()
    assert process.returncode is not None
    with closing(Desk(environment["BIDRING_DESK"])) as desk:
        them = Accounts(desk, demo.home)
        assert them.first() is None, "an administrator is made once"
        known = them.sign_in(first.group(1), first.group(2))
        assert known is not None
        assert known.role is Role.ADMINISTRATOR


def test_serve_starts_before_a_detection_and_says_so(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from api.cli import main; main()", "--home", str(tmp_path / "home")]
    with subprocess.Popen(
        [*command, "serve", "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stderr is not None
            assert process.stdout is not None
            note = process.stderr.readline()
            assert "Nothing has been detected yet" in note
            assert "`bidring detect`" in note
            assert "First administrator" in process.stderr.readline()
            found = re.search(r"http://\S+", process.stderr.readline())
            assert found
            with urllib.request.urlopen(f"{found.group()}api/v1/health") as answer:
                assert (answer.status, json.load(answer)["generation"]) == (200, None)
            with pytest.raises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(f"{found.group()}api/v1/rules")
            with refused.value:
                assert refused.value.code == 503
        finally:
            process.terminate()
        assert process.stdout.read() == ""


def test_a_service_for_this_machine_alone_refuses_foreign_host_names(workspace: Workspace) -> None:
    signed_in(workspace, Role.MONITOR)  # so that no first administrator is told of
    environment = {**os.environ, "BIDRING_DESK": workspace.settings.desk}
    command = [sys.executable, "-c", "from api.cli import main; main()", "--home", str(workspace.settings.home)]
    with subprocess.Popen(
        [*command, "serve", "--port", "0"], stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        try:
            assert process.stderr is not None
            found = re.search(r"http://\S+", process.stderr.readline())
            assert found
            asked = urllib.request.Request(f"{found.group()}api/v1/health", headers={"Host": "rebound.example"})
            with pytest.raises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(asked)
            with refused.value:
                assert refused.value.code == 400
        finally:
            process.terminate()


def test_a_taken_port_is_one_plain_line(demo: Demo) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-c", "from api.cli import main; main()"]
        ended = subprocess.run(
            [*command, "--home", str(demo.home), "serve", "--port", port], capture_output=True, text=True, check=False
        )
    assert ended.returncode == 2
    assert port in ended.stderr
    assert ended.stderr.count("\n") == 1
