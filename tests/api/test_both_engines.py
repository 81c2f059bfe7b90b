"""The demo country on the embedded engine and on a server: the same answers, and a service that reads the server."""

from dataclasses import dataclass
from pathlib import Path
from shutil import copytree, rmtree
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.access.policy import Role
from api.app import create_app
from api.routes.picture import case_picture, case_subgraph_of
from api.settings import read_settings
from api.workspace import Workspace
from graph.answers import Answers
from graph.answers.rings import RingAnswers
from graph.answers.view import View
from graph.compare import compare
from graph.market import Market
from graph.rules import Rules
from tests.conftest import Demo
from tests.people import signed_in, with_own_desk
from tests.servers.neo4j_server import Neo4jServer

API = "/api/v1"
Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """Everything that a home answers."""

    findings: list[Document]
    rings: list[Document]
    links: list[Document]
    cases: list[Document]
    pictures: dict[str, Document]

    @classmethod
    def of(cls, workspace: Workspace) -> "Found":
        with workspace.serving(), workspace.generation() as generation:
            answers = Answers(generation, View(numbers=True))
            cases = [answers.case(head["id"]) for head in answers.cases()]
            pictures = {
                case["id"]: case_picture(*case_subgraph_of(workspace, generation, View(numbers=True), case["id"]))
                for case in cases
            }
            return cls(answers.findings(), answers.rings(), answers.links(), cases, pictures)


@pytest.fixture(scope="module")
def on_server(demo: Demo, neo4j_server: Neo4jServer, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The demo's records in a home of their own, detected for the first time with the server as engine."""
    neo4j_server.run("MATCH (n) DETACH DELETE n")
    home = copytree(demo.home, tmp_path_factory.mktemp("on-server") / "home")
    (home / "current").unlink()
    for folder in ("generations", "graph"):
        rmtree(home / folder)
    workspace = Workspace(read_settings({"BIDRING_GRAPH": neo4j_server.url}, str(home)))
    workspace.detect(Rules())
    return workspace


@pytest.fixture(scope="module")
def both(demo: Demo, on_server: Workspace) -> tuple[Found, Found]:
    """What the embedded engine's home answers, and what the server's does."""
    return Found.of(demo.workspace), Found.of(on_server)


def test_the_server_holds_what_the_records_give(on_server: Workspace) -> None:
    with on_server.graph(on_server.number()) as store, on_server.records() as records:
        kinds = compare(Market(records), store)
    assert [one.kind for one in kinds if not one.equal] == []
    assert sum(one.graph for one in kinds) > 10_000


def test_the_findings_are_the_same(both: tuple[Found, Found]) -> None:
    embedded, server = ({one["id"]: one for one in found.findings} for found in both)
    assert set(server) == set(embedded)
    assert {own: (one["code"], one["value"], one["parties"]) for own, one in server.items()} == {
        own: (one["code"], one["value"], one["parties"]) for own, one in embedded.items()
    }
    assert {one["code"] for one in server.values()} > {"B01", "L01", "R024"}


def test_the_reported_rings_are_the_same(both: tuple[Found, Found]) -> None:
    embedded, server = ([(one["id"], one["members"], one["score"]) for one in found.rings] for found in both)
    assert server == embedded
    assert len(server) > 2


def test_the_links_are_the_same(both: tuple[Found, Found]) -> None:
    embedded, server = both
    assert server.links == embedded.links
    assert len(server.links) > 5


def test_the_cases_are_the_same(both: tuple[Found, Found]) -> None:
    embedded, server = (
        [(one["id"], one["parties"], one["title"], one["score"]) for one in found.cases] for found in both
    )
    assert server == embedded
    assert len(server) > 5


def test_every_case_has_the_same_picture(both: tuple[Found, Found]) -> None:
    embedded, server = both
    assert server.pictures == embedded.pictures
    assert {edge["kind"] for picture in server.pictures.values() for edge in picture["edges"]} >= {
        "BID", "SUPPLIES", "BUYS", "OFFICE", "OFFICER", "OWNS", "KIN", "REACHED_AT",
    }  # fmt: skip


def test_every_reported_ring_has_the_same_bids(demo: Demo, on_server: Workspace) -> None:
    found = []
    for workspace in (demo.workspace, on_server):
        with workspace.serving(), workspace.generation() as generation, workspace.graph(generation.number) as store:
            answers = RingAnswers(generation, View(numbers=True))
            rings = [answers.ring(one["id"], store) for one in answers.rings()]
        found.append([(one["id"], one["members"], one["meetings"], one["bids"], one["basis"]) for one in rings])
    embedded, server = found
    assert server == embedded
    assert sum(len(bids) for _id, _members, _meetings, bids, _basis in server) > 200


Asked = tuple[str, str, Document]
"""Method, path and body or parameters of a request."""


EXPANSIONS: tuple[Document, ...] = (
    {"limit": 100}, {"limit": 1}, {"kinds": ["OWNS", "OFFICER", "KIN"]}, {"kinds": ["BID", "CO_BIDS"]},
    {"since": "2022-01-01", "until": "2022-06-30"}, {"kinds": [], "limit": 2}, {"shown": ["o-0000000000000000"]},
)  # fmt: skip
WAYS: tuple[Document, ...] = (
    {}, {"k": 10, "most_hops": 6}, {"most_hops": 2}, {"kinds": ["OWNS", "KIN"]},
    {"since": "2022-01-01", "until": "2022-06-30"},
)  # fmt: skip


@pytest.fixture(scope="module")
def asked(both: tuple[Found, Found]) -> list[Asked]:
    """Expansions of several nodes of several cases, and ways between the ends of every tie, filtered and not."""
    found: list[Asked] = []
    for case, picture in list(both[0].pictures.items())[:4]:
        address = f"{API}/cases/{case}/expand"
        by_kind = {node["kind"]: node["id"] for node in picture["nodes"]}
        nodes = dict.fromkeys([*(node["id"] for node in picture["nodes"][:3]), *by_kind.values()])
        found += [("POST", address, {"node": node, **more}) for node in nodes for more in EXPANSIONS]
        found.append(("POST", address, {"node": "o-0000000000000000"}))
    for tie in both[0].links:
        ends = {"from": tie["path"][0]["from"], "to": tie["supplier"]}
        found += [("GET", f"{API}/paths", {**ends, **more}) for more in WAYS]
    return found


def _answers(workspace: Workspace, asked: list[Asked]) -> list[tuple[int, Document]]:
    """What a service answers, where the nodes that an expansion brought are gone on from, two of each."""
    headers = signed_in(workspace, Role.INVESTIGATOR)
    found = []
    with TestClient(create_app(workspace), base_url="http://127.0.0.1", headers=headers) as client:
        for method, path, sent in asked:
            answer = client.post(path, json=sent) if method == "POST" else client.get(path, params=sent)
            found.append((answer.status_code, answer.json()))
            for node in answer.json().get("nodes", [])[:2] if sent.get("limit") == 100 else []:
                further = client.post(path, json={"node": node["id"], "shown": [node["id"]], "limit": 3})
                found.append((further.status_code, further.json()))
    return found


def test_expansions_and_ways_are_the_same(
    demo: Demo, on_server: Workspace, asked: list[Asked], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graph.reach.MOST_SECONDS", 600.0)  # the one bound that depends on the machine
    server = Workspace(on_server.settings)
    embedded, other = _answers(with_own_desk(demo.home, tmp_path), asked), _answers(server, asked)
    assert other == embedded
    bodies = [body for status, body in embedded if status == 200]
    assert {status for status, _body in embedded} == {200, 404}
    assert sum(body.get("more", 0) > 0 for body in bodies) > 20
    assert sum(bool(body.get("nodes")) and "more" in body for body in bodies) > 50
    assert sum(bool(body.get("paths")) for body in bodies) > 20
    assert len({way["hops"] for body in bodies for way in body.get("paths", [])}) > 2
    assert {edge["kind"] for body in bodies for edge in body.get("edges", [])} >= {"BID", "OWNS", "OFFICER", "CO_BIDS"}


def test_a_service_answers_from_the_generation_that_is_published_while_the_next_is_made(
    on_server: Workspace, both: tuple[Found, Found]
) -> None:
    case, picture = next(iter(both[1].pictures.items()))
    edge = next(one["id"] for one in picture["edges"] if one["kind"] == "BID")
    address = f"{API}/cases/{case}/graph"
    with on_server.records(write=True) as records:
        assert records.delete("bids", "key", [edge.split(":", 3)[3]]) == 1
    during: dict[str, Document] = {}
    service = Workspace(on_server.settings)
    headers = signed_in(service, Role.MONITOR)
    with TestClient(create_app(service), base_url="http://127.0.0.1", headers=headers) as client:
        number = client.get(f"{API}/health").json()["generation"]
        before = client.get(address)
        assert before.status_code == 200
        assert edge in {one["id"] for one in before.json()["edges"]}
        on_server.detect(Rules(), progress=lambda step: during.update({step: client.get(address).json()}))
        assert during["rings"] == during["scores"] == before.json()
        assert client.get(f"{API}/health").json()["generation"] == number + 1
        after = client.get(address)
    assert after.status_code == 200
    assert edge not in {one["id"] for one in after.json()["edges"]}
