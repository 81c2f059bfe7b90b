"""Going on from a case's picture: expansion, ways between parties, measures, and what happens when a part is gone."""

import json
from pathlib import Path
from shutil import copytree
from typing import Any, get_args

import pytest
from fastapi.testclient import TestClient

from api.access.policy import Role
from api.app import create_app
from api.routes.reach import Tie
from api.workspace import Workspace
from graph.links.edges import MOST_NEIGHBOURS
from graph.reach import WAYS, ways
from tests.people import signed_in, with_own_desk

API = "/api/v1"


@pytest.fixture(scope="module")
def case_id(client: TestClient) -> str:
    return str(client.get(f"{API}/cases").json()["items"][0]["id"])


def test_an_expansion_shows_what_is_new_counts_the_rest_and_moves_nothing(client: TestClient, case_id: str) -> None:
    picture = client.get(f"{API}/cases/{case_id}/graph").json()
    shown = {node["id"]: (node["x"], node["y"]) for node in picture["nodes"]}
    node = next(node["id"] for node in picture["nodes"] if node["core"])
    whole = client.post(f"{API}/cases/{case_id}/expand", json={"node": node, "limit": 100}).json()
    part = client.post(f"{API}/cases/{case_id}/expand", json={"node": node, "limit": 2}).json()
    assert len(part["nodes"]) == 2
    assert part["more"] == len(whole["nodes"]) + whole["more"] - 2
    assert not shown.keys() & {one["id"] for one in whole["nodes"]}
    places = [*shown.values(), *((one["x"], one["y"]) for one in whole["nodes"])]
    assert len(set(places)) == len(places)
    assert part == client.post(f"{API}/cases/{case_id}/expand", json={"node": node, "limit": 2}).json()
    bids = client.post(f"{API}/cases/{case_id}/expand", json={"node": node, "kinds": ["BID"]}).json()
    assert {edge["kind"] for edge in bids["edges"]} <= {"BID"}
    never = {"node": node, "since": "1900-01-01", "until": "1900-01-02", "kinds": ["BID", "SUPPLIES"]}
    assert client.post(f"{API}/cases/{case_id}/expand", json=never).json()["nodes"] == []


@pytest.fixture(scope="module")
def chain(workspace: Workspace, client: TestClient, case_id: str) -> list[str]:
    """Three nodes beside a case's picture: the first is tied to it, each further one only to the one before."""
    picture = client.get(f"{API}/cases/{case_id}/graph").json()
    inside = {node["id"] for node in picture["nodes"]}
    with workspace.generation() as generation, workspace.graph(generation.number) as store:
        rings, known = [inside], set(inside)
        for _hop in range(3):
            reached = {node.id for node in store.neighbourhood(rings[-1], limit=100_000).nodes}
            rings.append(reached - known)
            known |= reached
        found = [min(rings[3])]
        for ring in (rings[2], rings[1]):
            found.append(min({node.id for node in store.neighbourhood([found[-1]], limit=100_000).nodes} & ring))
    return found[::-1]


def test_only_what_is_in_the_picture_or_was_reached_from_it_is_gone_on_from(
    client: TestClient, case_id: str, chain: list[str]
) -> None:
    first, second, third = chain
    address = f"{API}/cases/{case_id}/expand"
    missing = client.post(address, json={"node": "o-0000000000000000"})
    for shown in ([], [third], [second], [first], [second, "o-0000000000000000"], [f"{first} ", second]):
        refused = client.post(address, json={"node": third, "shown": shown})
        assert refused.status_code == missing.status_code == 404
        assert refused.text.replace(third, "o-0000000000000000") == missing.text, shown
        assert {**refused.headers, "content-length": ""} == {**missing.headers, "content-length": ""}
    answered = client.post(address, json={"node": third, "shown": [second, first]})
    assert answered.status_code == 200
    assert client.post(address, json={"node": first}).status_code == 200
    assert client.post(address, json={"node": second, "shown": [first]}).status_code == 200


def test_what_is_said_to_be_shown_and_is_not_changes_no_answer(
    client: TestClient, case_id: str, chain: list[str]
) -> None:
    picture = client.get(f"{API}/cases/{case_id}/graph").json()
    address = f"{API}/cases/{case_id}/expand"
    for node in [one["id"] for one in picture["nodes"] if one["core"]]:
        honest = client.post(address, json={"node": node, "limit": 5}).json()
        assert client.post(address, json={"node": node, "limit": 5, "shown": chain[1:]}).json() == honest
        beside = [one["id"] for one in honest["nodes"]]
        more = client.post(address, json={"node": node, "limit": 5, "shown": [*beside, *chain[1:]]}).json()
        assert len(more["nodes"]) + more["more"] == honest["more"]


@pytest.mark.parametrize(
    ("asked", "status", "said"),
    [
        ({"since": "2024-02-01", "until": "2024-01-31"}, 400, "since is later than until"),
        ({"since": "yesterday"}, 422, "query.since"),
        ({"kinds": ["OWNS", "BID"]}, 422, "query.kinds.1"),
        ({"kinds": ["OWNS"] * 6}, 422, "query.kinds"),
    ],
)
def test_ways_that_cannot_be_asked_for_are_refused_in_a_line(
    client: TestClient, asked: dict[str, Any], status: int, said: str
) -> None:
    answer = client.get(f"{API}/paths", params={"from": "o-1", "to": "o-2", **asked})
    assert (answer.status_code, set(answer.json())) == (status, {"error", "detail"})
    assert answer.json()["detail"].startswith(said)
    assert "\n" not in answer.json()["detail"]


def test_the_kinds_that_can_be_asked_for_are_those_that_ways_take() -> None:
    assert set(get_args(Tie)) == set(WAYS)


def test_ways_take_ties_of_the_asked_time_and_kinds_alone(client: TestClient) -> None:
    kinds, timed = set(), 0
    for tie in client.get(f"{API}/links").json()["items"]:
        ends = {"from": tie["path"][0]["from"], "to": tie["supplier"]}
        every = client.get(f"{API}/paths", params=ends).json()
        used = {edge["kind"] for way in every["paths"] for edge in way["edges"]}
        again = client.get(f"{API}/paths", params={**ends, "kinds": sorted(used)}).json()
        assert again["paths"][0] == every["paths"][0]
        kinds |= used
        for kind in used:
            fewer = client.get(f"{API}/paths", params={**ends, "kinds": sorted(used - {kind}) or ["OFFICE"]}).json()
            assert kind not in {edge["kind"] for way in fewer["paths"] for edge in way["edges"]} or used == {"OFFICE"}
        for edge in every["paths"][0]["edges"]:
            if edge.get("since"):
                before = client.get(f"{API}/paths", params={**ends, "until": "1900-01-01"}).json()
                assert edge["id"] not in {one["id"] for way in before["paths"] for one in way["edges"]}
                timed += 1
    assert len(kinds) > 2
    assert timed


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"node": "o-none"}, 404),
        ({"node": "\ud800"}, 400),
        ({"node": "o-1", "kinds": ["DROP"]}, 422),
        ({"node": "o-1", "limit": 101}, 422),
        ({"node": "o-1", "since": "2024-02-01", "until": "2024-01-01"}, 400),
        ({"node": "o-1", "x": 1e300}, 422),
    ],
)
def test_an_expansion_that_cannot_be_is_refused(
    client: TestClient, case_id: str, asked: dict[str, Any], status: int
) -> None:
    answer = client.post(
        f"{API}/cases/{case_id}/expand", content=json.dumps(asked), headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == status, answer.text


def test_the_shortest_way_is_the_tie_that_was_found_with_its_record(client: TestClient) -> None:
    tie = client.get(f"{API}/links").json()["items"][0]
    found = client.get(f"{API}/paths", params={"from": tie["path"][0]["from"], "to": tie["supplier"]}).json()
    assert found["paths"]
    first = found["paths"][0]
    assert first["hops"] <= tie["hops"]
    assert (first["nodes"][0], first["nodes"][-1]) == (found["from"], found["to"])
    assert {one["document"] for one in first["edges"]} & {one["id"] for one in found["evidence"]}
    lengths = [one["hops"] for one in found["paths"]]
    assert lengths == sorted(lengths)


def test_no_way_runs_through_a_hub(workspace: Workspace) -> None:
    with workspace.generation() as generation, workspace.graph(generation.number) as store:
        rows = generation.table("links").order_by("official", "supplier").limit(10).to_pyarrow().to_pylist()
        for row in rows:
            for way in ways(store, row["official"], row["supplier"], k=10, most_hops=4).ways:
                for node in way[1:-1]:
                    near = store.neighbourhood([node], kinds=WAYS, limit=200)
                    assert len(near.nodes) - 1 <= MOST_NEIGHBOURS


def test_measures_are_the_administrators_and_name_routes_alone(workspace: Workspace, client: TestClient) -> None:
    assert client.get(f"{API}/metrics").status_code == 403
    client.get(f"{API}/entities/p-secret")
    found = client.get(f"{API}/metrics", headers=signed_in(workspace, Role.ADMINISTRATOR)).text
    assert 'route="/api/v1/entities/{entity_id:path}",status="404"' in found
    assert "p-secret" not in found


def test_what_is_gone_is_a_503_and_answers_again_once_it_is_back(demo: Any, tmp_path: Path) -> None:
    home = copytree(demo.home, tmp_path / "home")
    workspace = with_own_desk(home, tmp_path)
    headers = signed_in(workspace, Role.SUPERVISOR)
    with TestClient(create_app(workspace), base_url="http://127.0.0.1", headers=headers) as client:
        case = client.get(f"{API}/cases").json()["items"][0]["id"]
        for folder, path in (
            (tmp_path, "/cases"), (home / "generations", "/cases"), (home / "graph", f"/cases/{case}/graph")
        ):  # fmt: skip
            pattern = "desk.sqlite*" if folder == tmp_path else "*"
            files = sorted(one for one in folder.glob(pattern) if one.is_file())
            assert files
            for file in files:
                file.rename(file.with_name(f"away-{file.name}"))
            answer = client.get(API + path)
            assert answer.status_code == 503, (path, answer.text)
            assert set(answer.json()) == {"error", "detail"}
            assert str(tmp_path) not in answer.text, "where it is tells nobody outside"
            for file in files:
                file.with_name(f"away-{file.name}").rename(file)
            assert client.get(API + path).status_code == 200, path
