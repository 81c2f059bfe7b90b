"""Layouts of pictures, notes about what is drawn, and the records behind edges, over the real service."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.access.policy import Role
from api.app import create_app
from api.workspace import Workspace
from tests.conftest import Demo
from tests.people import signed_in, with_own_desk

API = "/api/v1"


@pytest.fixture(scope="module")
def workspace(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The demo country with a desk of its own."""
    return with_own_desk(demo.home, tmp_path_factory.mktemp("desk"))


@pytest.fixture(scope="module")
def client(workspace: Workspace) -> Iterator[TestClient]:
    """The service."""
    with TestClient(create_app(workspace, hosts=("testserver",))) as found:
        yield found


@pytest.fixture(scope="module")
def people(workspace: Workspace) -> dict[Role, dict[str, str]]:
    """What signs somebody of each role in."""
    return {role: signed_in(workspace, role) for role in (Role.MONITOR, Role.INVESTIGATOR, Role.SUPERVISOR)}


@pytest.fixture(scope="module")
def case(client: TestClient, people: dict[Role, dict[str, str]]) -> str:
    """The first case of the queue."""
    found: str = client.get(f"{API}/cases", headers=people[Role.MONITOR]).json()["items"][0]["id"]
    return found


def test_a_layout_is_kept_whole_handed_on_and_dropped_by_whoever_made_it(
    client: TestClient, people: dict[Role, dict[str, str]], case: str
) -> None:
    mine, other = people[Role.INVESTIGATOR], people[Role.MONITOR]
    kept: dict[str, Any] = {
        "expanded": [{"node": "o-1", "kinds": ["OWNS"], "since": "2020-01-31", "until": None, "limit": 10}],
        "places": {"o-1": [1.5, -2]}, "pinned": ["o-1"], "hidden": ["p-1"],
        "filters": {"kinds": ["OWNS"], "since": None, "until": "2024-05-01", "least": 5, "most": None, "sure": "clean"},
        "grouped": "buyer", "chosen": "o-1",
    }  # fmt: skip
    made = client.post(f"{API}/cases/{case}/layouts", json={"name": "  who   owns ", "layout": kept}, headers=mine)
    assert made.status_code == 201
    assert (made.json()["name"], made.json()["own"]) == ("who owns", True)
    own = made.json()["id"]
    read = client.get(f"{API}/cases/{case}/layouts/{own}", headers=other).json()
    assert read["own"] is False
    assert read["layout"] == kept | {"places": {"o-1": [1.5, -2.0]}}
    assert own in [one["id"] for one in client.get(f"{API}/cases/{case}/layouts", headers=other).json()["items"]]
    sent = client.get(f"/layouts/{own}", headers=other, follow_redirects=False)
    assert (sent.status_code, sent.headers["location"]) == (303, f"/cases/{case}?layout={own}")
    assert client.delete(f"{API}/cases/{case}/layouts/{own}", headers=other).status_code == 403
    assert client.delete(f"{API}/cases/{case}/layouts/{own}", headers=mine).status_code == 204
    assert client.get(f"{API}/cases/{case}/layouts/{own}", headers=mine).status_code == 404


def test_a_layout_of_another_case_is_none_of_this_one(
    client: TestClient, people: dict[Role, dict[str, str]], case: str
) -> None:
    mine = people[Role.INVESTIGATOR]
    other = client.get(f"{API}/cases", headers=mine).json()["items"][1]["id"]
    own = client.post(f"{API}/cases/{other}/layouts", json={"name": "a", "layout": {}}, headers=mine).json()["id"]
    assert client.get(f"{API}/cases/{case}/layouts/{own}", headers=mine).status_code == 404
    assert client.delete(f"{API}/cases/{case}/layouts/{own}", headers=mine).status_code == 404


@pytest.mark.parametrize(
    ("name", "layout", "status"),
    [
        ("   ", {}, 400), ("a", {"unknown": 1}, 422), ("a", {"places": {"o-1": [1]}}, 422), ("a" * 101, {}, 422),
        ("a", {"places": {"o-1": [1e300, 0]}}, 422), ("a", {"expanded": [{"node": "o-1", "kinds": ["NOTHING"]}]}, 422),
        ("a", {"filters": {"sure": "guess"}}, 422), ("a", {"hidden": ["o-1"] * 501}, 422),
        ("a", {"hidden": ["o" * 200 + str(n) for n in range(10)]}, 422),
        ("a", {"hidden": [str(n) + "o" * 190 for n in range(500)], "pinned": ["p" * 190] * 100}, 400),
    ],
)  # fmt: skip
def test_what_is_no_layout_is_refused(
    client: TestClient, people: dict[Role, dict[str, str]], *, name: str, layout: Any, status: int
) -> None:
    mine = people[Role.INVESTIGATOR]
    case = client.get(f"{API}/cases", headers=mine).json()["items"][0]["id"]
    answer = client.post(f"{API}/cases/{case}/layouts", json={"name": name, "layout": layout}, headers=mine)
    assert (answer.status_code, set(answer.json())) == (status, {"error", "detail"})


def test_a_note_about_a_node_or_an_edge_stands_with_it(
    client: TestClient, people: dict[Role, dict[str, str]], case: str
) -> None:
    mine = people[Role.INVESTIGATOR]
    graph = client.get(f"{API}/cases/{case}/graph", headers=mine).json()
    version = client.get(f"{API}/cases/{case}/notes", headers=mine).json()["version"]
    for number, about in enumerate((graph["nodes"][0]["id"], graph["edges"][0]["id"], None)):
        body = {"version": version + number, "text": "look here", "about": about}
        assert client.post(f"{API}/cases/{case}/notes", json=body, headers=mine).status_code == 201
    found = client.get(f"{API}/cases/{case}/notes", headers=mine).json()
    assert [one["about"] for one in found["items"]] == [graph["nodes"][0]["id"], graph["edges"][0]["id"], None]
    assert found["version"] == version + 3
    assert graph["edges"][0]["id"] in client.get(f"/cases/{case}/desk", headers=mine).text
    for about in ("o-ffffffffffffffff", "OWNS:o-1:o-2", "NOTHING:o-1:o-2", ":", "OWNS:"):
        body = {"version": version + 3, "text": "look here", "about": about}
        assert client.post(f"{API}/cases/{case}/notes", json=body, headers=mine).status_code == 400, about


def test_the_record_behind_every_edge_of_the_picture_can_be_read(
    client: TestClient, people: dict[Role, dict[str, str]], case: str
) -> None:
    mine = people[Role.MONITOR]
    graph = client.get(f"{API}/cases/{case}/graph", headers=mine).json()
    documents = {edge["document"] for edge in graph["edges"] if edge.get("document")}
    assert documents
    for document in sorted(documents):
        found = client.get(f"{API}/cases/{case}/sources/{document}", headers=mine).json()
        assert found["id"] == document
        assert found["record"]


def test_a_record_is_shown_only_where_the_case_or_what_was_opened_names_it(
    client: TestClient, people: dict[Role, dict[str, str]], case: str
) -> None:
    mine = people[Role.MONITOR]
    cases = [one["id"] for one in client.get(f"{API}/cases?limit=100", headers=mine).json()["items"]]
    graphs = {own: client.get(f"{API}/cases/{own}/graph", headers=mine).json() for own in cases}
    known = {edge.get("document") for edge in graphs[case]["edges"]} | {
        node.get("document") for node in graphs[case]["nodes"]
    }
    known |= {one["id"] for one in client.get(f"{API}/cases/{case}", headers=mine).json()["evidence"]}
    edge = next(
        edge for own in cases for edge in graphs[own]["edges"] if edge.get("document") and edge["document"] not in known
    )
    address = f"{API}/cases/{case}/sources/{edge['document']}"
    assert client.get(address, headers=mine).status_code == 404
    assert client.get(address, params={"about": "OWNS:o-1:o-2"}, headers=mine).status_code == 404
    assert client.get(address, params={"about": edge["id"]}, headers=mine).json()["id"] == edge["document"]
