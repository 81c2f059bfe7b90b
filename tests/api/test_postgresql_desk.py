"""The service with its desk on a PostgreSQL server: nothing goes out that is not kept, and a server may come back."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.access.looks import Looks
from api.access.policy import Role
from api.app import create_app
from api.desk.database import Desk
from api.routes.often import Often
from api.settings import read_settings
from api.workspace import Workspace
from tests.api.test_access import API, NONE, ROUTES, SENT
from tests.conftest import Demo
from tests.people import signed_in
from tests.servers.postgres_server import PostgresServer

FROM_HERE = {"Sec-Fetch-Site": "same-origin"}
Clients = dict[Role, TestClient]


@pytest.fixture(scope="module")
def home(demo: Demo, postgres_server: PostgresServer) -> Iterator[Workspace]:
    name = postgres_server.new_database()
    yield Workspace(read_settings({"BIDRING_DESK": postgres_server.url(name)}, str(demo.home)))
    postgres_server.start()
    postgres_server.drop_database(name)


@pytest.fixture(scope="module")
def callers(home: Workspace) -> Iterator[Clients]:
    """One service, asked by everybody."""
    app = create_app(home, often=Often(open=100_000, file=100_000))
    base = "http://127.0.0.1"
    with TestClient(app, base_url=base) as public:
        known = {role: signed_in(home, role) for role in Role if role is not Role.PUBLIC}
        yield {
            Role.PUBLIC: public,
            **{role: TestClient(app, base_url=base, headers=headers) for role, headers in known.items()},
        }


@pytest.fixture(scope="module")
def names(callers: Clients) -> dict[str, str]:
    """What stands in the paths of routes: things that there are."""
    case = callers[Role.MONITOR].get(f"{API}/cases").json()["items"][0]["id"]
    parties = callers[Role.MONITOR].get(f"{API}/cases/{case}").json()["parties"]
    tender = callers[Role.PUBLIC].get(f"{API}/tenders").json()["items"][0]["node"]
    named = {"name": "a.monitor", "token": "k-0", "form": "csv", **NONE}
    for one in ("ring", "link"):
        named[f"{one}_id"] = callers[Role.MONITOR].get(f"{API}/{one}s").json()["items"][0]["id"]
    return {"case_id": case, "entity_id": parties[0]["node"], "tender_id": tender, **named}


def ask(client: TestClient, method: str, path: str, names: dict[str, str]) -> Any:
    forms = {"/sign-in": {"data": {"name": "a.monitor", "password": "none that counts"}}, **SENT}
    sent = next((body for end, body in forms.items() if path.endswith(end) and method != "GET"), {})
    return client.request(
        method, path.replace(":path", "").format(**names), follow_redirects=False, headers=FROM_HERE,
        params={"q": "text", "from": names["entity_id"], "to": names["entity_id"]} if method == "GET" else {}, **sent,
    )  # fmt: skip


def test_while_the_server_is_gone_every_route_is_a_503_and_answers_again_once_it_is_back(
    callers: Clients, names: dict[str, str], postgres_server: PostgresServer
) -> None:
    before = {
        (role, path): ask(callers[role], "GET", path, names).status_code
        for role in (Role.PUBLIC, Role.SUPERVISOR)
        for method, path in ROUTES
        if method == "GET"
    }
    postgres_server.stop()
    try:
        for method, path in ROUTES:
            for role in (Role.PUBLIC, Role.SUPERVISOR):
                answer = ask(callers[role], method, path, names)
                assert answer.status_code == 503, (method, path, role, answer.text[:200])
                assert "://" not in answer.text.replace("http://", ""), "where the desk is tells nobody outside"
                if path.startswith("/api/"):
                    assert set(answer.json()) == {"error", "detail"}, path
                else:
                    assert answer.headers["content-type"].startswith("text/html"), path
                assert "the server cannot be reached" in answer.text, path
                for secret in (postgres_server.password, names["case_id"], names["entity_id"], "Traceback"):
                    assert secret not in answer.text, path
    finally:
        postgres_server.start()
    after = {(role, path): ask(callers[role], "GET", path, names).status_code for role, path in before}
    assert after == before
    assert set(before.values()) >= {200, 303, 401, 403}


def test_a_service_that_starts_while_the_server_is_gone_answers_once_it_is_there(
    home: Workspace, callers: Clients, postgres_server: PostgresServer
) -> None:
    headers = dict(callers[Role.MONITOR].headers)
    postgres_server.stop()
    try:
        service = create_app(Workspace(home.settings))
        with TestClient(service, base_url="http://127.0.0.1", headers=headers) as client:
            assert [client.get(path).status_code for path in (f"{API}/cases", "/", f"{API}/tenders")] == [503] * 3
            postgres_server.start()
            assert [client.get(path).status_code for path in (f"{API}/cases", "/", f"{API}/tenders")] == [200] * 3
    finally:
        postgres_server.start()


def test_a_look_that_cannot_be_kept_is_not_shown(home: Workspace, callers: Clients, names: dict[str, str]) -> None:
    case, monitor = names["case_id"], callers[Role.MONITOR]
    expansion = {"node": names["entity_id"]}
    with closing(Desk(home.settings.desk)) as desk:
        with desk.writing() as connection:
            connection.exec_driver_sql("ALTER TABLE looks RENAME TO looks_away")
        try:
            for path in (f"{API}/cases/{case}", f"{API}/cases/{case}/graph", f"{API}/cases", f"/cases/{case}"):
                answer = monitor.get(path)
                assert answer.status_code == 503, path
                assert case not in answer.text
            refused = monitor.post(f"{API}/cases/{case}/expand", json=expansion)
            assert (refused.status_code, "nodes" in refused.json()) == (503, False)
        finally:
            with desk.writing() as connection:
                connection.exec_driver_sql("ALTER TABLE looks_away RENAME TO looks")
        before = len(Looks(desk).found(limit=1000))
        assert monitor.get(f"{API}/cases/{case}").status_code == 200
        assert monitor.post(f"{API}/cases/{case}/expand", json=expansion).status_code == 200
        assert len(Looks(desk).found(limit=1000)) == before + 2
