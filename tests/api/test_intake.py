"""Records sent to the service: loaded as the command loads them, all or nothing, by administrators alone."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.access.policy import Role
from api.app import create_app
from api.settings import read_settings
from api.workspace import Workspace
from ingest.store import open_record_store
from tests.people import signed_in

RECORDS = "/api/v1/records"
COMPANIES = "company_id,name,jurisdiction\nKZ-BIN-070340007367,Firm One,KZ\nKZ-BIN-100240157691,Firm Two,KZ\n"
JSON, CSV = {"Content-Type": "application/json"}, {"Content-Type": "text/csv; charset=utf-8"}


def release(number: int) -> dict[str, Any]:
    return {
        "ocid": f"ocds-sent-{number}", "id": "1", "date": "2026-01-05T00:00:00Z", "tag": ["tender"],
        "initiationType": "tender", "tender": {"id": str(number), "title": "Repair", "status": "active"},
        "buyer": {"id": "KZ-BIN-070340007367", "name": "A body"},
    }  # fmt: skip


PACKAGE = {"uri": "http://example.org/1", "version": "1.1", "releases": [release(1), release(2)]}


@pytest.fixture
def home(tmp_path: Path) -> Workspace:
    return Workspace(read_settings({}, str(tmp_path / "home")))


@pytest.fixture
def clients(home: Workspace) -> Iterator[dict[Role, TestClient]]:
    app = create_app(home)
    with TestClient(app, base_url="http://127.0.0.1"):
        yield {
            role: TestClient(app, base_url="http://127.0.0.1", headers=signed_in(home, role))
            for role in (Role.ADMINISTRATOR, Role.SUPERVISOR)
        }


@pytest.fixture
def sender(clients: dict[Role, TestClient]) -> TestClient:
    return clients[Role.ADMINISTRATOR]


def counts(answer: Any) -> tuple[int, ...]:
    assert answer.status_code == 200, answer.text
    return tuple(answer.json()[name] for name in ("read", "loaded", "unchanged", "quarantined"))


def kept(home: Workspace, table: str) -> list[dict[str, Any]]:
    store = open_record_store(home.settings.records)
    try:
        return store.table(table).to_pyarrow().to_pylist()  # type: ignore[no-any-return]
    finally:
        store.close()


def test_what_is_sent_is_loaded_once_and_bears_the_name_of_its_sending(sender: TestClient, home: Workspace) -> None:
    assert counts(sender.post(RECORDS, json=PACKAGE)) == (2, 2, 0, 0)
    assert counts(sender.post(RECORDS, json=PACKAGE)) == (2, 0, 2, 0)
    assert counts(sender.post(RECORDS, content=COMPANIES, headers=CSV)) == (2, 2, 0, 0)
    lines = "".join(json.dumps(release(number)) + "\n" for number in (3, 4)).encode()
    assert counts(sender.post(RECORDS, content=lines, headers={"Content-Type": "application/x-ndjson"})) == (2, 2, 0, 0)
    names = {row["file"] for row in kept(home, "documents")}
    assert all(name.startswith("sent-20") and "/" not in name for name in names)
    assert {Path(name).suffix for name in names} == {".json", ".csv", ".jsonl"}


def test_a_record_that_cannot_be_used_is_kept_aside_or_refuses_all_of_a_strict_sending(
    sender: TestClient, home: Workspace
) -> None:
    broken = {**PACKAGE, "releases": [release(1), {"id": "no ocid"}]}
    refused = sender.post(RECORDS, json=broken, params={"strict": True})
    assert refused.status_code == 400
    assert "strict" in refused.json()["detail"]
    assert counts(sender.post(RECORDS, json=broken)) == (2, 1, 0, 1)
    assert len(kept(home, "documents")) == 1


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        ({"content": b"{}", "headers": JSON, "params": {"format": "xml"}}, "there is no such format"),
        ({"content": b"<a/>", "headers": {"Content-Type": "application/xml"}, "params": {}}, "records are sent as"),
        ({"content": b"a,b\n1,2\n", "headers": CSV, "params": {}}, "not a format that is read"),
        ({"content": b"{}", "headers": JSON, "params": {}}, "nothing in it can be read"),
        ({"content": b"", "headers": JSON, "params": {}}, "the file is empty"),
        ({"content": b"\0\1\2", "headers": CSV, "params": {}}, "not a format that is read"),
        ({"content": b'{"releases": [NaN]}', "headers": JSON, "params": {}}, "no usable JSON"),
    ],
)
def test_what_cannot_be_read_is_one_plain_line_and_leaves_nothing(
    sender: TestClient, home: Workspace, sent: dict[str, Any], why: str
) -> None:
    answer = sender.post(RECORDS, **sent)
    assert answer.status_code == 400, answer.text
    assert why in answer.json()["detail"]
    assert "\n" not in answer.json()["detail"]
    assert str(home.settings.home) not in answer.text


def test_while_another_command_writes_the_answer_is_busy(sender: TestClient, home: Workspace) -> None:
    with home.writing():
        busy = sender.post(RECORDS, json=PACKAGE)
    assert (busy.status_code, busy.json()["error"]) == (503, "busy")
    assert counts(sender.post(RECORDS, json=PACKAGE)) == (2, 2, 0, 0)


def test_only_administrators_send_records(clients: dict[Role, TestClient]) -> None:
    assert clients[Role.SUPERVISOR].post(RECORDS, json=PACKAGE).status_code == 403
