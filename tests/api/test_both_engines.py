"""The demo country on the embedded engine and on a server: the same answers, and a service that reads the server."""

from dataclasses import dataclass
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
from graph.answers.view import View
from graph.compare import compare
from graph.market import Market
from graph.rules import Rules
from tests.conftest import Demo
from tests.people import signed_in
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
