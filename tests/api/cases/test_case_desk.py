"""The case desk over HTTP: what people do, what is refused, and what others see of it."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.access.policy import Role
from api.app import create_app
from api.routes.often import Often
from api.settings import read_settings
from api.workspace import Workspace
from graph.answers import Answers
from graph.answers.view import EVERYTHING
from tests.conftest import Demo, on_both_desks
from tests.people import signed_in

API = "/api/v1"
Clients = dict[str, TestClient]
NAMES = {
    "monitor": Role.MONITOR, "ada": Role.INVESTIGATOR, "bob": Role.INVESTIGATOR, "eve": Role.SUPERVISOR,
    "admin": Role.ADMINISTRATOR,
}  # fmt: skip


@pytest.fixture
def home(demo: Demo, tmp_path: Path, desk_url: str) -> Workspace:
    """The demo country with a desk and attachments of its own."""
    own = tmp_path / "home"
    own.mkdir()
    for part in demo.home.iterdir():
        (own / part.name).symlink_to(part)
    return Workspace(read_settings({"BIDRING_DESK": desk_url}, str(own)))


@pytest.fixture
def people(home: Workspace) -> Iterator[Clients]:
    app = create_app(home, often=Often(open=100_000))
    clients = {
        name: TestClient(app, base_url="http://127.0.0.1", headers=signed_in(home, role, name))
        for name, role in NAMES.items()
    }
    with clients["ada"]:
        yield clients


@pytest.fixture
def cases(home: Workspace) -> list[str]:
    """The open cases of the country."""
    with home.generation() as generation:
        return [one["id"] for one in Answers(generation, EVERYTHING).cases() if not one["restricted"]]


@pytest.fixture
def case(cases: list[str]) -> str:
    return cases[0]


@pytest.fixture
def closed(home: Workspace) -> str:
    """A restricted case."""
    with home.generation() as generation:
        return next(one["id"] for one in Answers(generation, EVERYTHING).cases() if one["restricted"])


def move(client: TestClient, case: str, version: int, to: str, **more: Any) -> Any:
    body = {"version": version, "to": to, "reason": "because", **more}
    return client.post(f"{API}/cases/{case}/decisions", json=body)


def to_review(people: Clients, case: str, by: str = "ada") -> int:
    version = people[by].get(f"{API}/cases/{case}").json()["version"]
    for to in ("triage", "investigating", "review"):
        answer = move(people[by], case, version, to)
        assert answer.status_code == 200, answer.text
        version = answer.json()["version"]
    return version


@on_both_desks
def test_a_case_goes_from_new_to_closed_by_two_people_and_is_opened_again(people: Clients, case: str) -> None:
    before = people["ada"].get(f"{API}/cases/{case}").json()
    assert (before["state"], before["version"], before["history"], before["next"]) == ("new", 0, [], ["triage"])
    version = to_review(people, case)
    alone = move(people["ada"], case, version, "closed", outcome="confirmed")
    assert (alone.status_code, alone.json()["error"]) == (403, "not allowed")
    assert "four eyes" in alone.json()["detail"]
    done = move(people["bob"], case, version, "closed", outcome="explained", reason_code="few-suppliers")
    assert done.json() == {
        "id": case, "state": "closed", "version": 4, "outcome": "explained", "reason_code": "few-suppliers",
        "assignee": None, "deadline": None,
    }  # fmt: skip
    after = people["ada"].get(f"{API}/cases/{case}").json()
    assert [(one["by"], one["state"]) for one in after["history"]] == [
        ("ada", "triage"), ("ada", "investigating"), ("ada", "review"), ("bob", "closed")
    ]  # fmt: skip
    assert {one["judgement"]["outcome"] for one in after["findings"]} == {"explained"}
    assert {one["judgement"]["fits"] for one in after["findings"]} == {True}
    assert move(people["ada"], case, 4, "triage").json()["outcome"] is None
    again = people["ada"].get(f"{API}/cases/{case}").json()
    assert {one["judgement"] for one in again["findings"]} == {None}, "an opened case judges nothing"


def test_a_step_that_does_not_follow_or_says_no_reason_is_refused(people: Clients, case: str) -> None:
    for body, status, said in (
        ({"to": "closed", "reason": "because", "outcome": "confirmed"}, 400, "from new a case moves to triage"),
        ({"to": "done", "reason": "because"}, 400, "'done' is no state"),
        ({"to": "triage", "reason": "  x "}, 400, "say why"),
        ({"to": "triage", "reason": "because", "outcome": "confirmed"}, 400, "for cases that are decided"),
        ({"to": "triage"}, 422, "reason"),
        ({"to": "triage", "reason": "because", "state": "closed"}, 422, "state"),
        ({"to": "triage", "reason": "because", "version": "0"}, 422, "version"),
        ({"to": "triage", "reason": "x" * 10_001}, 422, "reason"),
        ({"to": "triage", "reason": "because", "version": 3}, 409, "the case is at version 0, not 3"),
    ):
        answer = people["ada"].post(f"{API}/cases/{case}/decisions", json={"version": 0, **body})
        assert answer.status_code == status, answer.text
        assert said in answer.json()["detail"]
    assert people["ada"].get(f"{API}/cases/{case}").json()["version"] == 0


def test_a_decision_says_its_outcome(people: Clients, case: str) -> None:
    version = to_review(people, case)
    for to, body, said in (
        ("closed", {}, "a closed case has one of the outcomes confirmed, likely, explained"),
        ("closed", {"outcome": "explained"}, "one of the reason codes joint-venture"),
        ("closed", {"outcome": "explained", "reason_code": "luck"}, "one of the reason codes joint-venture"),
        ("closed", {"outcome": "confirmed", "reason_code": "other"}, "reason_code is for what is explained"),
        ("referred", {"outcome": "explained", "reason_code": "other"}, "a referred case has one of the outcomes"),
    ):
        answer = move(people["bob"], case, version, to, **body)
        assert answer.status_code == 400
        assert said in answer.json()["detail"]


@on_both_desks
def test_an_investigator_takes_what_nobody_has_and_a_supervisor_gives(people: Clients, case: str) -> None:
    def give(by: str, version: int, to: str | None) -> Any:
        return people[by].put(f"{API}/cases/{case}/assignee", json={"version": version, "assignee": to})

    assert give("ada", 0, "bob").status_code == 403
    assert give("ada", 0, "ada").json()["assignee"] == "ada"
    assert give("bob", 1, "bob").status_code == 403
    assert give("bob", 1, None).status_code == 403
    assert give("eve", 1, "monitor").status_code == 400
    assert give("eve", 1, "bob").json()["assignee"] == "bob"
    assert give("bob", 2, None).json()["assignee"] is None
    assert give("monitor", 3, "monitor").status_code == 403
    mine = people["ada"].get(f"{API}/cases", params={"assignee": "bob"}).json()["items"]
    assert case not in [one["id"] for one in mine]
    give("eve", 3, "bob")
    mine = people["ada"].get(f"{API}/cases", params={"assignee": "bob", "state": "new"}).json()["items"]
    assert [(one["id"], one["assignee"], one["version"]) for one in mine] == [(case, "bob", 4)]


@on_both_desks
def test_a_restricted_case_is_open_to_whom_it_was_given_and_to_nobody_else(people: Clients, closed: str) -> None:
    path = f"{API}/cases/{closed}"
    seen = {name: client.get(path).status_code for name, client in people.items()}
    assert seen == {"monitor": 404, "ada": 404, "bob": 404, "eve": 200, "admin": 404}
    assert people["ada"].put(f"{path}/assignee", json={"version": 0, "assignee": "ada"}).status_code == 404
    assert people["eve"].put(f"{path}/assignee", json={"version": 0, "assignee": "ada"}).status_code == 200
    seen = {name: client.get(path).status_code for name, client in people.items()}
    assert seen == {"monitor": 404, "ada": 200, "bob": 404, "eve": 200, "admin": 404}
    assert people["ada"].get(path).json()["wealth"]
    for name in ("monitor", "bob", "admin"):
        hidden = people[name].get(path)
        missing = people[name].get(f"{API}/cases/case-000000000000")
        assert hidden.text.replace(closed, "case-000000000000") == missing.text
    listed = {name: closed in people[name].get(f"{API}/cases?limit=100").text for name in ("ada", "bob", "monitor")}
    assert listed == {"ada": True, "bob": False, "monitor": False}
    assert people["bob"].get(f"{API}/cases?assignee=ada").text.count(closed) == 0
    assert people["ada"].put(f"{path}/assignee", json={"version": 1, "assignee": None}).status_code == 200
    assert people["ada"].get(path).status_code == 404, "given back, it is closed again"


def test_a_restricted_case_is_tied_from_its_own_side_and_leaves_no_trace_with_the_open_one(
    people: Clients, case: str, closed: str
) -> None:
    link = {"version": 0, "text": "the same official"}
    assert people["ada"].post(f"{API}/cases/{case}/links", json={**link, "case": closed}).status_code == 404
    refused = people["eve"].post(f"{API}/cases/{case}/links", json={**link, "case": closed})
    assert (refused.status_code, "its own side" in refused.json()["detail"]) == (400, True)
    version = people["eve"].get(f"{API}/cases/{closed}").json()["version"]
    tied = people["eve"].post(f"{API}/cases/{closed}/links", json={**link, "case": case, "version": version})
    assert tied.status_code == 201
    assert [one["id"] for one in people["eve"].get(f"{API}/cases/{case}").json()["linked"]] == [closed]
    for name in ("ada", "monitor", "admin"):
        assert closed not in people[name].get(f"{API}/cases/{case}").text
    assert people["ada"].post(f"{API}/cases/{case}/links", json={**link, "case": case}).status_code == 400


def test_notes_are_for_those_who_work_on_cases(people: Clients, case: str) -> None:
    words = "a word for colleagues"
    assert people["ada"].post(f"{API}/cases/{case}/notes", json={"version": 0, "text": words}).status_code == 201
    assert people["monitor"].post(f"{API}/cases/{case}/notes", json={"version": 1, "text": words}).status_code == 403
    move(people["bob"], case, 1, "triage", reason=words)
    assert people["bob"].get(f"{API}/cases/{case}").text.count(words) == 2
    for name in ("monitor", "admin"):
        shown = people[name].get(f"{API}/cases/{case}")
        assert words not in shown.text
        assert [one["kind"] for one in shown.json()["history"]] == ["moved"]
        assert people[name].get(f"/cases/{case}/desk").status_code == 403


@on_both_desks
def test_a_party_is_heard_before_a_referral_and_its_answer_is_kept(people: Clients, case: str) -> None:
    path, ada = f"{API}/cases/{case}", people["ada"]
    party = ada.get(path).json()["parties"][0]["node"]
    early = ada.post(f"{path}/notice", json={"version": 0, "party": party, "text": "we ask"})
    assert "while a case is investigated" in early.json()["detail"]
    version = to_review(people, case)
    assert ada.get(path).json()["advice"] == [
        "No party was heard: give a notice, and keep the answer, before a referral."
    ]
    other = ada.post(f"{path}/notice", json={"version": version, "party": "o-0", "text": "we ask"})
    assert other.status_code == 400
    given = ada.post(f"{path}/notice", json={"version": version, "party": party, "text": "we ask"}).json()["version"]
    assert ada.get(path).json()["advice"] == ["A notice has no answer yet."]
    for wrong in (1, 99):
        none = ada.post(f"{path}/answer", json={"version": given, "notice": wrong, "text": "we did not"})
        assert "is no notice" in none.json()["detail"]
    kept = ada.post(f"{path}/answer", json={"version": given, "notice": given, "text": "we did not"}).json()["version"]
    assert ada.get(path).json()["advice"] == []
    assert move(people["eve"], case, kept, "referred", outcome="likely").json()["state"] == "referred"
    assert "we did not" in people["bob"].get(path).text


def test_files_are_kept_by_hash_and_come_back_as_downloads_alone(people: Clients, case: str, home: Workspace) -> None:
    path, ada = f"{API}/cases/{case}/attachments", people["ada"]
    numbers = count()

    def attach(name: str, data: bytes) -> Any:
        version = ada.get(f"{API}/cases/{case}").json()["version"]
        fields = {"version": str(version), "text": f"file {next(numbers)}"}
        return ada.post(path, data=fields, files={"file": (name, data, "text/html")})

    assert attach("../../минутка.pdf", b"%PDF-1.7 <script>alert(1)</script>").status_code == 201
    [file] = ada.get(path).json()["items"]
    assert (file["name"], file["media_type"], file["by"]) == ("минутка.pdf", "application/pdf", "ada")
    got = ada.get(f"{path}/{file['sha256']}")
    assert got.content == b"%PDF-1.7 <script>alert(1)</script>"
    assert got.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''%D0")
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert got.headers["Content-Type"] == "application/octet-stream"
    looks = people["eve"].get(f"{API}/looks", params={"account": "ada"}).json()["items"]
    assert looks[0]["action"] == "attachment"
    for name, data in (
        ("a.html", b"<b>"), ("a.pdf", b"<b>"), ("a.txt", b"\xff\xfe"), ("a.txt", b"a\0"), ("a.png", b""), ("a", b"a"),
        ("a.svg", b"<svg>"), ("a.txt", b"x" * (5 * 2**20 + 1)),
    ):  # fmt: skip
        assert attach(name, data).status_code == 400, name
    assert attach("long.txt", b"x" * (5 * 2**20)).status_code == 201
    assert attach("longer.txt", b"x" * (6 * 2**20)).status_code == 413
    assert people["monitor"].get(f"{path}/{file['sha256']}").status_code == 403
    assert ada.get(f"{path}/{'0' * 64}").status_code == 404
    kept = home.settings.home / "attachments" / file["sha256"][:2] / file["sha256"]
    kept.write_bytes(b"changed")
    damaged = ada.get(f"{path}/{file['sha256']}")
    assert (damaged.status_code, b"changed" in damaged.content) == (503, False)
    kept.unlink()


@on_both_desks
def test_a_list_by_state_has_each_case_once_on_its_pages(people: Clients, cases: list[str], home: Workspace) -> None:
    move(people["ada"], cases[0], 0, "triage")
    move(people["bob"], cases[3], to_review(people, cases[3]), "referred", outcome="likely")
    people["ada"].post(f"{API}/cases/{cases[1]}/notes", json={"version": 0, "text": "a note"})

    def listed(**asked: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        cursor: dict[str, str] = {}
        while True:
            answer = people["monitor"].get(f"{API}/cases", params={"limit": 2, **cursor, **asked}).json()
            found += answer["items"]
            if answer["next"] is None:
                return found
            cursor = {"cursor": answer["next"]}

    every = listed()
    by_state = {
        state: listed(state=state) for state in ("new", "triage", "investigating", "review", "closed", "referred")
    }
    assert {one["state"] for one in every} >= {"new", "triage", "referred"}
    for state, found in by_state.items():
        assert [one["id"] for one in found] == [one["id"] for one in every if one["state"] == state], state
    opened = [one["id"] for one in every if one["state"] not in ("closed", "referred")]
    assert [one["id"] for one in listed(state="open")] == opened
    assert people["monitor"].get(f"{API}/cases?state=lost").status_code == 400
    assert listed(assignee="nobody.at.all") == []
    with home.generation() as generation:
        party = Answers(generation, EVERYTHING).case(by_state["referred"][0]["id"])["parties"][0]["node"]
    shown = people["monitor"].get(f"{API}/entities/{party}").json()["cases"]
    assert "referred" in [one["state"] for one in shown]


def test_the_desk_page_does_everything_without_a_script(people: Clients, case: str) -> None:
    def send(what: str, version: int, to: str = "", text: str = "because", **more: str) -> Any:
        fields = {"what": what, "version": str(version), "to": to, "text": text, **more}
        return people["ada"].post(f"/cases/{case}/desk", data=fields, follow_redirects=False)

    steps = [
        ("move", "triage"), ("assign", "ada"), ("deadline", "2031-05-01"), ("note", ""), ("move", "investigating"),
        ("move", "review"), ("deadline", ""),
    ]  # fmt: skip
    for version, (what, to) in enumerate(steps):
        assert send(what, version, to, text="a <b>bold</b> word").status_code == 303, what
    party = people["ada"].get(f"{API}/cases/{case}").json()["parties"][0]["node"]
    assert send("notice", 7, party).status_code == 303
    assert send("answer", 8, "8").status_code == 303
    file = {"file": ("a.txt", b"words", "text/plain")}
    sent = people["ada"].post(f"/cases/{case}/desk/attachments", data={"version": "9", "text": "words"}, files=file)
    assert sent.status_code == 200
    page = people["ada"].get(f"/cases/{case}/desk").text
    for part in ("a &lt;b&gt;bold&lt;/b&gt; word", "version 10", "with ada", "gave notice to", "a.txt"):
        assert part in page, part
    assert "<b>bold" not in page
    late = send("note", 3)
    assert (late.status_code, "the case is at version 10, not 3" in late.text) == (409, True)
    for what, to in (("deadline", "soon"), ("answer", "²"), ("answer", "x"), ("fly", ""), ("assign", "nobody.at.all")):
        assert send(what, 10, to).status_code == 400, what
    closing = {"what": "move", "version": "10", "to": "closed/likely", "text": "because"}
    assert people["ada"].post(f"/cases/{case}/desk", data=closing).status_code == 403
    assert people["bob"].post(f"/cases/{case}/desk", data=closing).status_code == 200
    assert case not in people["ada"].get("/").text, "the queue has what is not decided"
    assert case in people["ada"].get("/?state=closed").text


@on_both_desks
def test_figures_count_decisions_by_rule_and_say_where_they_are_few(people: Clients, cases: list[str]) -> None:
    move(people["bob"], cases[0], to_review(people, cases[0]), "closed", outcome="likely")
    move(people["bob"], cases[1], to_review(people, cases[1]), "referred", outcome="likely")
    move(people["bob"], cases[2], to_review(people, cases[2]), "closed", outcome="duplicate")
    sheet = people["monitor"].get(f"{API}/figures").json()
    assert sheet["all"]["outcomes"]["likely"] == 2
    assert sheet["all"]["decided"] == 3
    assert sheet["all"]["precision"] == 1
    assert 0.3 < sheet["all"]["precision_low"] < 0.5
    assert sheet["all"]["few"]
    assert {one["code"] for one in sheet["rules"]}.isdisjoint({"W01"}), "private life is counted for supervisors"
    assert "W01" in {one["code"] for one in people["eve"].get(f"{API}/figures").json()["rules"]}
    decided = [one for one in sheet["rules"] if one["decided"]]
    assert decided
    for one in decided:
        assert one["undecided_share"] == pytest.approx((one["cases"] - one["decided"]) / one["cases"])
        assert one["median_days"] >= 0
    assert "few decisions, it may be chance" in people["monitor"].get("/figures").text
