"""Who may call what: every route, by every role, on what is open, restricted, and somebody else's.

The table of rights is written here once more, by hand: a route that is new, or that changes its right, fails until it
stands here. What a role gets is then followed from the service's own list of routes.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.access.looks import Looks
from api.access.policy import Level, Right, Role, policy
from api.access.publication import publish
from api.app import create_app
from api.routes.access import rights
from api.routes.often import Often
from api.workspace import Workspace
from graph.answers import Answers
from graph.answers.procurement import Procurement
from graph.answers.view import EVERYTHING
from tests.people import signed_in, with_own_desk

API = "/api/v1"
ROUTES: dict[tuple[str, str], str] = {
    ("GET", f"{API}/health"): "open",
    ("GET", f"{API}/cases"): "cases",
    ("GET", f"{API}/cases/{{case_id}}"): "cases",
    ("GET", f"{API}/cases/{{case_id}}/graph"): "cases",
    ("POST", f"{API}/cases/{{case_id}}/decisions"): "work",
    ("POST", f"{API}/cases/{{case_id}}/notes"): "work",
    ("PUT", f"{API}/cases/{{case_id}}/assignee"): "work",
    ("PUT", f"{API}/cases/{{case_id}}/deadline"): "work",
    ("POST", f"{API}/cases/{{case_id}}/links"): "work",
    ("POST", f"{API}/cases/{{case_id}}/notice"): "work",
    ("POST", f"{API}/cases/{{case_id}}/answer"): "work",
    ("POST", f"{API}/cases/{{case_id}}/attachments"): "work",
    ("GET", f"{API}/cases/{{case_id}}/attachments"): "work",
    ("GET", f"{API}/cases/{{case_id}}/attachments/{{sha256}}"): "work",
    ("GET", f"{API}/cases/{{case_id}}/exports/{{form}}"): "cases",
    ("GET", f"{API}/cases/{{case_id}}/layouts"): "cases",
    ("POST", f"{API}/cases/{{case_id}}/layouts"): "cases",
    ("GET", f"{API}/cases/{{case_id}}/layouts/{{layout_id}}"): "cases",
    ("DELETE", f"{API}/cases/{{case_id}}/layouts/{{layout_id}}"): "cases",
    ("GET", f"{API}/cases/{{case_id}}/notes"): "work",
    ("GET", f"{API}/cases/{{case_id}}/sources/{{document}}"): "cases",
    ("GET", "/layouts/{layout_id}"): "cases",
    ("GET", f"{API}/figures"): "cases",
    ("POST", f"{API}/cases/{{case_id}}/expand"): "cases",
    ("GET", f"{API}/paths"): "cases",
    ("GET", f"{API}/metrics"): "accounts",
    ("GET", f"{API}/rings"): "rings",
    ("GET", f"{API}/findings"): "flags",
    ("GET", f"{API}/links"): "cases",
    ("GET", f"{API}/rings/{{ring_id}}"): "cases",
    ("GET", f"{API}/links/{{link_id}}"): "cases",
    ("GET", f"{API}/entities/{{entity_id:path}}/owners"): "cases",
    ("GET", f"{API}/entities/{{entity_id:path}}"): "open",
    ("GET", f"{API}/search"): "open",
    ("GET", f"{API}/rules"): "open",
    ("GET", f"{API}/tenders"): "open",
    ("GET", f"{API}/tenders/{{tender_id:path}}"): "open",
    ("GET", f"{API}/awards"): "open",
    ("GET", f"{API}/stats"): "open",
    ("GET", f"{API}/heatmap"): "open",
    ("GET", f"{API}/trends"): "open",
    ("POST", f"{API}/records"): "records",
    ("GET", f"{API}/bulk/tenders.{{form}}"): "open",
    ("GET", f"{API}/bulk/awards.{{form}}"): "open",
    ("GET", f"{API}/bulk/findings.{{form}}"): "flags",
    ("GET", f"{API}/bulk/rings.{{form}}"): "rings",
    ("GET", f"{API}/me"): "open",
    ("POST", f"{API}/me/password"): "own",
    ("GET", f"{API}/me/tokens"): "own",
    ("POST", f"{API}/me/tokens"): "own",
    ("DELETE", f"{API}/me/tokens/{{token}}"): "own",
    ("GET", f"{API}/accounts"): "accounts",
    ("POST", f"{API}/accounts"): "accounts",
    ("PATCH", f"{API}/accounts/{{name}}"): "accounts",
    ("POST", f"{API}/accounts/{{name}}/password"): "accounts",
    ("GET", f"{API}/publication"): "open",
    ("PUT", f"{API}/publication"): "accounts",
    ("GET", f"{API}/looks"): "looks",
    ("GET", "/"): "open",
    ("GET", "/entities/{entity_id}"): "open",
    ("GET", "/tenders/{tender_id:path}"): "open",
    ("GET", "/rings/{ring_id}"): "cases",
    ("GET", "/rings/{ring_id}/bids.csv"): "cases",
    ("GET", "/links/{link_id}"): "cases",
    ("GET", "/entities/{entity_id:path}/owners"): "cases",
    ("GET", "/tenders"): "open",
    ("GET", "/country"): "open",
    ("GET", "/cases/{case_id}"): "cases",
    ("GET", "/cases/{case_id}/desk"): "work",
    ("POST", "/cases/{case_id}/desk"): "work",
    ("POST", "/cases/{case_id}/desk/attachments"): "work",
    ("GET", "/figures"): "cases",
    ("GET", "/assets/{name}"): "open",
    ("GET", "/sign-in"): "open",
    ("POST", "/sign-in"): "open",
    ("GET", "/appearance"): "open",
    ("GET", "/sign-in/openid"): "open",
    ("GET", "/sign-in/openid/back"): "open",
    ("POST", "/sign-out"): "own",
    ("GET", "/account"): "own",
    ("POST", "/account/password"): "own",
    ("POST", "/account/code"): "own",
    ("POST", "/account/tokens"): "own",
    ("POST", "/account/tokens/end"): "own",
    ("GET", "/accounts"): "accounts",
    ("POST", "/accounts"): "accounts",
    ("POST", "/accounts/change"): "accounts",
    ("POST", "/publication"): "accounts",
    ("GET", "/looks"): "looks",
    ("GET", "/looks/{entity_id}"): "looks",
}
_FORM = {"what": "note", "version": "0", "text": "a note"}
_FILE = {"data": {"version": "0", "text": "a note"}, "files": {"file": ("a.txt", b"words", "text/plain")}}
SENT: dict[str, dict[str, Any]] = {
    "/decisions": {"json": {"version": 0, "to": "triage", "reason": "to look at"}},
    "/notes": {"json": {"version": 0, "text": "a note"}},
    "/assignee": {"json": {"version": 0, "assignee": None}},
    "/deadline": {"json": {"version": 0, "deadline": "2030-01-31"}},
    "/links": {"json": {"version": 0, "case": "case-0000000000000000", "text": "the same firms"}},
    "/notice": {"json": {"version": 0, "party": "o-0", "text": "what is held against it"}},
    "/answer": {"json": {"version": 0, "notice": 1, "text": "what it said"}},
    "/attachments": _FILE,
    "/desk": {"data": _FORM},
    "/expand": {"json": {"node": "o-0"}},
    "/layouts": {"json": {"name": "a layout", "layout": {}}},
}
"""What is sent to routes that change a case, by how their paths end: whole, so that what they say is about the case."""
NONE = {"sha256": "0" * 64, "layout_id": "none", "document": "0" * 16}
"""A file, a layout and a record that there are not."""
MAY: dict[str, str] = {
    "open": "public ngo monitor investigator supervisor administrator",
    "flags": "ngo monitor investigator supervisor administrator",
    "rings": "ngo monitor investigator supervisor administrator",
    "own": "ngo monitor investigator supervisor administrator",
    "cases": "monitor investigator supervisor administrator",
    "work": "investigator supervisor",
    "assign": "supervisor",
    "looks": "supervisor",
    "accounts": "administrator",
    "records": "administrator",
}
"""Who has which right while nothing is published."""
SEES_RESTRICTED = ("supervisor",)
OBJECTS = ("open", "restricted", "missing")


@pytest.fixture(scope="module")
def app(demo: Any, tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    return create_app(
        with_own_desk(demo.home, tmp_path_factory.mktemp("desk")), often=Often(open=100_000, file=100_000)
    )


@pytest.fixture(scope="module")
def callers(app: FastAPI) -> Iterator[dict[Role, TestClient]]:
    """A client of each role."""
    home = app.state.workspace
    with TestClient(app, base_url="http://127.0.0.1") as public:
        found = {Role.PUBLIC: public}
        for role in Role:
            if role is not Role.PUBLIC:
                headers = signed_in(home, role)
                found[role] = TestClient(app, base_url="http://127.0.0.1", headers=headers)
        yield found


@pytest.fixture(scope="module")
def objects(app: FastAPI) -> dict[str, dict[str, str]]:
    """A case and a person of each kind: open, restricted, and none at all."""
    home: Workspace = app.state.workspace
    with home.generation() as generation:
        cases = Answers(generation, EVERYTHING).cases()
        opened = next(one for one in cases if not one["restricted"] and one["persons"])
        closed = next(one for one in cases if one["restricted"])
        parties = {one["id"]: Answers(generation, EVERYTHING).case(one["id"])["parties"] for one in (opened, closed)}
        person = next(party["node"] for party in parties[opened["id"]] if party["kind"] == "person")
        [tender] = Procurement(generation, EVERYTHING).tenders_like(limit=1)
        [ring], [link] = Answers(generation, EVERYTHING).rings(limit=1), Answers(generation, EVERYTHING).links(limit=1)
    shared = {"entity_id": person, "tender_id": tender["node"], "firm": link["supplier"]}
    shared |= {"ring_id": ring["id"], "link_id": link["id"]}
    none = {"entity_id": "p-0000000000000000", "tender_id": "t-0", "firm": "o-0000000000000000"}
    none |= {"ring_id": "ring-000000000000", "link_id": "link-000000000000"}
    return {
        "open": {"case_id": opened["id"], "node": parties[opened["id"]][0]["node"], **shared},
        "restricted": {"case_id": closed["id"], "node": parties[closed["id"]][0]["node"], **shared},
        "missing": {"case_id": "case-0000000000000000", "node": "o-0", **none},
    }


def test_the_table_of_rights_is_the_one_that_the_service_starts_with(app: FastAPI) -> None:
    assert {key: str(right) for key, right in rights(app).items()} == ROUTES


def test_a_service_with_a_route_that_names_no_right_does_not_start(app: FastAPI) -> None:
    lax = FastAPI()

    @lax.get("/everything")
    def everything() -> None: ...

    with pytest.raises(LookupError, match="/everything names 0 rights"):
        rights(lax)


def test_what_each_role_may_is_what_the_policy_says() -> None:
    for right in Right:
        allowed = [role for role in Role if policy(role, right, Level.NOTHING) is not None]
        assert " ".join(allowed) == MAY[right], right


def _expected(role: Role, right: str, kind: str, path: str) -> set[int]:
    if role not in MAY[right].split():
        return {401} if role is Role.PUBLIC else {403}
    if path.endswith(("{case_id}/links", "{sha256}", "{layout_id}", "{document}")):
        return {404}  # the other case, the file, the layout and the record are none
    if "{case_id}" in path:
        seen = kind == "open" or (kind == "restricted" and role in SEES_RESTRICTED)
        return {200, 201, 303, 400, 409} if seen else {404}
    if "{entity_id" in path:
        people = role not in (Role.PUBLIC, Role.NGO)
        return {200} if people and kind != "missing" else {404}
    if "{tender_id" in path or "{ring_id" in path or "{link_id" in path:
        return {200} if kind != "missing" else {404}
    if "{name}" in path or "{token}" in path:
        return {400, 404, 422}
    return {200, 303, 400, 422}


def test_every_route_answers_every_role_as_the_table_says(
    callers: dict[Role, TestClient], objects: dict[str, dict[str, str]], capsys: pytest.CaptureFixture[str]
) -> None:
    """The matrix: routes x roles x {open, restricted, missing}."""
    asked = 0
    for (method, path), right in ROUTES.items():
        for role, client in callers.items():
            for kind in OBJECTS:
                names = {**objects[kind], "name": "nobody.at.all", "token": "k-0", "form": "csv", **NONE}
                sent = next((body for end, body in SENT.items() if path.endswith(end) and method != "GET"), {})
                names |= {"entity_id": names["firm"]} if path.endswith("/owners") else {}
                address = path.replace(":path", "").format(**names)
                answer = client.request(
                    method, address, params={"q": "text"} if method == "GET" else {}, follow_redirects=False,
                    headers={"Sec-Fetch-Site": "cross-site"} if path == "/sign-in" else {},
                    **({"json": {"node": names["node"]}} if path.endswith("/expand") else sent),
                )  # fmt: skip
                asked += 1
                wanted = _expected(role, right, kind, path)
                if path == "/sign-in" and method == "POST":
                    wanted = {403}  # from another site's page
                if wanted == {401} and not path.startswith("/api") and method == "GET":
                    wanted = {303}  # a page leads to where one signs in
                    assert answer.headers["location"].startswith("/sign-in?next=")
                if path.endswith("/metrics") and answer.status_code == 200:
                    assert answer.headers["content-type"].startswith("text/plain")
                elif path.endswith("/exports/{form}") and answer.status_code == 200:
                    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
                elif path.startswith("/api") and "/bulk/" not in path:
                    assert answer.headers["content-type"] == "application/json" or answer.status_code == 204
                assert answer.status_code in wanted, (method, path, role, kind, answer.text[:200])
    with capsys.disabled():
        print(f"\nmatrix: {len(ROUTES)} routes x {len(callers)} roles x {len(OBJECTS)} objects = {asked} requests")


@pytest.mark.parametrize(("method", "path"), [one for one in ROUTES if "{case_id}" in one[1]])
def test_what_is_hidden_and_what_is_not_there_have_the_same_answer(
    callers: dict[Role, TestClient], objects: dict[str, dict[str, str]], method: str, path: str
) -> None:
    hidden, missing = objects["restricted"]["case_id"], objects["missing"]["case_id"]
    sent = next((body for end, body in SENT.items() if path.endswith(end) and method != "GET"), {})
    for role in (Role.MONITOR, Role.INVESTIGATOR, Role.ADMINISTRATOR):
        if role in MAY[ROUTES[method, path]].split():
            closed, none = (
                callers[role].request(method, path.format(case_id=own, form="csv", **NONE), **sent)
                for own in (hidden, missing)
            )
            assert closed.status_code == none.status_code == 404
            assert closed.text.replace(hidden, missing) == none.text


def test_only_investigators_and_supervisors_see_numbers_of_persons(
    callers: dict[Role, TestClient], objects: dict[str, dict[str, str]], app: FastAPI
) -> None:
    node, case = objects["open"]["entity_id"], objects["open"]["case_id"]
    home: Workspace = app.state.workspace
    with home.generation() as generation:
        number = Answers(generation, EVERYTHING).entity(node)["id"].rpartition("-")[2]
    for role, client in callers.items():
        paths = (f"{API}/entities/{node}", f"{API}/cases/{case}", f"{API}/cases/{case}/graph", f"/cases/{case}",
                 f"{API}/search?q={number}", f"{API}/links", "/")  # fmt: skip
        shown = [path for path in paths if number in client.get(path).text.replace(path, "")]
        if role in (Role.INVESTIGATOR, Role.SUPERVISOR):
            assert f"{API}/entities/{node}" in shown
        else:
            assert [path for path in shown if f"q={number}" not in path] == [], role


def test_the_public_sees_no_person_on_any_page_or_route(
    callers: dict[Role, TestClient], objects: dict[str, dict[str, str]], app: FastAPI
) -> None:
    node = objects["open"]["entity_id"]
    home: Workspace = app.state.workspace
    with home.generation() as generation:
        name = Answers(generation, EVERYTHING).entity(node)["name"]
    for role in (Role.PUBLIC, Role.NGO):
        found = callers[role].get(f"{API}/search", params={"q": name}).json()["items"]
        assert [one for one in found if one["kind"] != "organisation"] == []
        assert callers[role].get(f"{API}/entities/{node}").status_code == 404


def test_what_is_published_opens_flags_and_rings_about_firms_alone(
    callers: dict[Role, TestClient], app: FastAPI
) -> None:
    public, desk = callers[Role.PUBLIC], app.state.workspace.kept_desk()
    try:
        publish(desk, Level.FLAGS, "a test")
        flags = public.get(f"{API}/findings", params={"limit": 100}).json()["items"]
        assert flags
        assert [one for one in flags for party in one["parties"] if party.startswith("p-")] == []
        assert {one["case"] for one in flags} == {None}
        assert "B01" not in {one["code"] for one in flags}
        assert not {"W01", "L01", "L02", "L03"} & {one["code"] for one in flags}
        assert public.get(f"{API}/rings").status_code == 401
        publish(desk, Level.RINGS, "a test")
        rings = public.get(f"{API}/rings").json()["items"]
        assert rings
        assert rings[0]["members"][0]["name"] in public.get("/").text
        assert public.get(f"{API}/cases").status_code == 401
        assert public.put(f"{API}/publication", json={"level": "rings"}).status_code == 401
    finally:
        publish(desk, Level.NOTHING, "a test")
    assert public.get(f"{API}/findings").status_code == 401
    assert public.get(f"{API}/publication").json() == {"level": "nothing"}


def test_every_look_at_what_is_not_public_is_kept_with_whom_it_showed(
    callers: dict[Role, TestClient], objects: dict[str, dict[str, str]]
) -> None:
    monitor, supervisor = callers[Role.MONITOR], callers[Role.SUPERVISOR]
    case, node = objects["open"]["case_id"], objects["open"]["entity_id"]
    for path in (f"/cases/{case}", f"/entities/{node}", f"/cases/{case}/graph", "/cases", "/links", "/findings"):
        monitor.get(API + path)
    callers[Role.PUBLIC].get(f"{API}/rules")
    looks = supervisor.get(f"{API}/looks", params={"account": "a.monitor", "limit": 100}).json()["items"]
    actions = [one["action"] for one in looks[:6]]
    assert actions == [
        "list of flags", "list of ties", "list of cases", "graph of a case", "party", "case"
    ]  # fmt: skip
    about = supervisor.get(f"{API}/looks", params={"party": node, "limit": 100}).json()["items"]
    assert {one["action"] for one in about if one["account"] == "a.monitor"} >= {"case", "graph of a case", "party"}
    assert all(node in one["parties"] for one in about)
    mine = supervisor.get(f"{API}/looks").json()["items"][0]
    assert (mine["account"], mine["action"]) == ("a.supervisor", "list of looks")
    assert "a.monitor" in supervisor.get("/looks").text
    report = supervisor.get(f"/looks/{node}").text
    assert "graph of a case" in report
    assert "monitor" in report
    assert "a.monitor" not in report, "the person learns the role"
    assert case not in report, "and not what is looked into"


def test_a_look_that_cannot_be_kept_is_not_shown(
    callers: dict[Role, TestClient], objects: dict[str, dict[str, str]], app: FastAPI
) -> None:
    desk, case = app.state.workspace.kept_desk(), objects["open"]["case_id"]
    with desk.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE looks RENAME TO looks_away")
    try:
        for path in (f"{API}/cases/{case}", f"{API}/cases/{case}/graph", f"{API}/cases", f"/cases/{case}"):
            answer = callers[Role.MONITOR].get(path)
            assert answer.status_code == 503, path
            assert case not in answer.text
    finally:
        with desk.writing() as connection:
            connection.exec_driver_sql("ALTER TABLE looks_away RENAME TO looks")
    before = len(Looks(desk).found(limit=1000))
    assert callers[Role.MONITOR].get(f"{API}/cases/{case}").status_code == 200
    assert len(Looks(desk).found(limit=1000)) == before + 1


def test_tokens_that_do_not_count_are_refused_everywhere(callers: dict[Role, TestClient]) -> None:
    for written in ("Bearer bdr_forged", "Bearer", "Basic YTpi", "bdr_x", "Bearer \u00ff"):
        for path in (f"{API}/cases", f"{API}/rules", f"{API}/me"):
            answer = callers[Role.PUBLIC].get(path, headers={"Authorization": written.encode("latin-1")})
            assert answer.status_code == 401
            assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_the_public_may_not_ask_too_often(demo: Any, tmp_path: Any) -> None:
    home = with_own_desk(demo.home, tmp_path)
    with TestClient(create_app(home, often=Often(open=3)), base_url="http://127.0.0.1") as client:
        headers = signed_in(home, Role.NGO)
        assert [client.get(f"{API}/me").status_code for _ in range(4)] == [200, 200, 200, 429]
        refused = client.get(f"{API}/me")
        assert 1 <= int(refused.headers["Retry-After"]) <= 60
        assert {client.get(f"{API}/me", headers=headers).status_code for _ in range(9)} == {200}
