"""A case as a file over HTTP: the same bytes as on the command line, for those who may see it, and with a trace."""

import io
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pypdf import PdfReader

from api.access.looks import Looks
from api.access.policy import Role
from api.app import create_app
from api.cases.handover import Handover, handover
from api.routes.exports import MOST_AT_ONCE
from api.routes.often import Often
from graph.answers import Answers
from graph.answers.view import EVERYTHING, View
from tests.api.conftest import Bidring
from tests.conftest import Demo
from tests.people import signed_in, with_own_desk
from viz.exports import FORMATS, export
from viz.words import words

API = "/api/v1"


@pytest.fixture(scope="module")
def app(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    return create_app(with_own_desk(demo.home, tmp_path_factory.mktemp("desk")), often=Often(open=100_000))


@pytest.fixture(scope="module")
def callers(app: FastAPI) -> Iterator[dict[Role, TestClient]]:
    with TestClient(app, base_url="http://127.0.0.1") as public:
        home = app.state.workspace
        yield {Role.PUBLIC: public} | {
            role: TestClient(app, base_url="http://127.0.0.1", headers=signed_in(home, role))
            for role in (Role.MONITOR, Role.INVESTIGATOR, Role.SUPERVISOR)
        }


@pytest.fixture(scope="module")
def cases(app: FastAPI) -> dict[str, str]:
    """A case with an official, and a restricted one; neither is large."""
    with app.state.workspace.generation() as generation:
        found = Answers(generation, EVERYTHING).cases()
    return {
        "open": min((one for one in found if "L01" in one["codes"]), key=lambda one: one["firms"])["id"],
        "restricted": next(one for one in found if one["restricted"])["id"],
    }


@pytest.fixture(scope="module")
def handed(app: FastAPI, cases: dict[str, str]) -> Handover:
    home = app.state.workspace
    with home.generation() as generation:
        return handover(home, generation, View(), cases["open"], lambda found: found)


@pytest.mark.parametrize("one", FORMATS, ids=lambda one: one.name)
def test_every_format_comes_as_it_is_made_for_whoever_may_see_the_case(
    callers: dict[Role, TestClient], handed: Handover, one: Any
) -> None:
    own = handed.document["id"]
    for language in ("ru", "kk") if one.name in ("tables", "csv") else ("en",):
        made = export(one.name, handed.document, handed.picture, language=language)
        for role in (Role.MONITOR, Role.INVESTIGATOR):
            address = f"{API}/cases/{own}/exports/{one.name}"
            answer = callers[role].get(address, params={"language": language})
            assert answer.status_code == 200
            assert answer.content == made, (role, language)
            assert answer.headers["Content-Type"] == one.media_type
            assert answer.headers["Content-Disposition"] == f'attachment; filename="{own}{one.suffix}"'
            assert answer.headers["Content-Disposition"].isascii()
            assert answer.headers["Cache-Control"] == "no-store"


def test_report_and_bundle_open_and_prove_themselves(
    callers: dict[Role, TestClient], handed: Handover, tmp_path: Path
) -> None:
    address = f"{API}/cases/{handed.document['id']}/exports"
    report = PdfReader(io.BytesIO(callers[Role.MONITOR].get(f"{address}/pdf?language=kk").content))
    text = " ".join(" ".join(page.extract_text() for page in report.pages).split())
    assert report.root_object["/Lang"] == "kk"
    assert report.metadata is not None
    assert report.metadata.title == words("kk").told(handed.document["title"])
    assert "шешімді адам қабылдайды" in text
    with ZipFile(io.BytesIO(callers[Role.MONITOR].get(f"{address}/bundle").content)) as archive:
        archive.extractall(tmp_path)
    done = subprocess.run([sys.executable, "verify.py"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout[:3], done.stderr) == (0, "OK:", "")


def test_the_command_writes_the_same_bytes(
    callers: dict[Role, TestClient], cases: dict[str, str], demo: Demo, bidring: Bidring, tmp_path: Path
) -> None:
    file = tmp_path / "case.ftm"
    assert bidring("--home", demo.home, "case", cases["open"], "--ftm", file).status == 0
    assert callers[Role.SUPERVISOR].get(f"{API}/cases/{cases['open']}/exports/ftm").content == file.read_bytes()


def _text(form: Any, made: bytes) -> str:
    """Whatever can be read in a file of a case, without the reports in a bundle."""
    pieces = [made]
    if form.suffix.endswith(".zip"):
        with ZipFile(io.BytesIO(made)) as archive:
            pieces = [archive.read(name) for name in archive.namelist() if not name.endswith(".pdf")]
    elif form.name == "pdf":
        pieces = ["".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages).encode()]
    return b"".join(pieces).decode("utf-8", "replace")


def test_no_number_and_no_birth_date_of_a_person_is_in_any_file_or_page(
    app: FastAPI, callers: dict[Role, TestClient], cases: dict[str, str]
) -> None:
    own = cases["open"]
    with app.state.workspace.generation() as generation:
        parties = generation.table("parties")
        numbers = parties.filter(View.personal(parties)).own_id.to_pyarrow().to_pylist()
        inside = Answers(generation, EVERYTHING).case(own)
    records = " ".join(one["record"] for one in inside["evidence"])
    born = set(re.findall(r'"birth_?[dD]ate":"([0-9]{4}-[0-9]{2}-[0-9]{2})"', records))
    secrets = born | {one.rpartition("-")[2] for one in numbers}
    assert born
    assert len(secrets) > 100
    texts = {
        one.name: _text(one, callers[Role.SUPERVISOR].get(f"{API}/cases/{own}/exports/{one.name}").content)
        for one in FORMATS
    }
    people = [one["node"] for one in inside["parties"] if one["kind"] == "person"]
    for path in (f"{API}/cases/{own}", f"{API}/cases/{own}/graph", f"/cases/{own}",
                 *(f"{start}/entities/{node}" for node in people for start in (API, ""))):  # fmt: skip
        answer = callers[Role.MONITOR].get(path)
        assert answer.status_code == 200
        texts[path] = answer.text
    assert {name: [one for one in secrets if one in text] for name, text in texts.items()} == {
        name: [] for name in texts
    }
    assert born <= set(
        re.findall(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", callers[Role.SUPERVISOR].get(f"{API}/cases/{own}").text)
    )


def test_a_restricted_case_is_handed_to_nobody_who_may_not_see_it(
    callers: dict[Role, TestClient], cases: dict[str, str]
) -> None:
    hidden, missing = cases["restricted"], "case-000000000000"
    for one in FORMATS:
        for role in (Role.MONITOR, Role.INVESTIGATOR):
            answers = [callers[role].get(f"{API}/cases/{own}/exports/{one.name}") for own in (hidden, missing)]
            assert [answer.status_code for answer in answers] == [404, 404]
            assert answers[0].text.replace(hidden, missing) == answers[1].text
            like = callers[role].get(f"{API}/cases/{missing}")
            assert answers[1].text == like.text
        assert callers[Role.PUBLIC].get(f"{API}/cases/{hidden}/exports/{one.name}").status_code == 401
    assert "W01" in callers[Role.SUPERVISOR].get(f"{API}/cases/{hidden}/exports/csv").text


def test_what_is_no_format_or_language_is_one_plain_line(
    callers: dict[Role, TestClient], cases: dict[str, str]
) -> None:
    for tail, says in (("xlsx", "formats are json, html, pdf"), ("pdf?language=de", "'en', 'ru' or 'kk'")):
        refused = callers[Role.MONITOR].get(f"{API}/cases/{cases['open']}/exports/{tail}")
        assert refused.status_code == 422
        assert refused.json()["error"] == "invalid"
        assert says in refused.json()["detail"]
        assert "\n" not in refused.json()["detail"]


def test_a_file_leaves_with_a_trace_or_not_at_all(
    app: FastAPI, callers: dict[Role, TestClient], handed: Handover
) -> None:
    desk, own = app.state.workspace.kept_desk(), handed.document["id"]
    address = f"{API}/cases/{own}/exports/graphml"
    assert callers[Role.MONITOR].get(address).status_code == 200
    [look] = Looks(desk).found(limit=1)
    assert (look.account, look.action, look.about) == ("a.monitor", "export of a case as graphml", own)
    assert set(look.subjects) == handed.parties
    assert handed.parties > {party["node"] for party in handed.document["parties"] if party["core"]}
    with desk.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE looks RENAME TO looks_away")
    try:
        for one in FORMATS:
            refused = callers[Role.MONITOR].get(f"{API}/cases/{own}/exports/{one.name}")
            assert refused.status_code == 503
            assert refused.json()["error"] == "desk not reachable"
            assert own not in refused.text
    finally:
        with desk.writing() as connection:
            connection.exec_driver_sql("ALTER TABLE looks_away RENAME TO looks")
    assert callers[Role.MONITOR].get(address).status_code == 200


def test_a_desk_that_is_gone_sends_nothing(demo: Demo, cases: dict[str, str], tmp_path: Path) -> None:
    home = with_own_desk(demo.home, tmp_path)
    with TestClient(create_app(home), base_url="http://127.0.0.1", headers=signed_in(home, Role.MONITOR)) as client:
        address = f"{API}/cases/{cases['open']}/exports/json"
        assert client.get(address).status_code == 200
        file = home.settings.desk_address.file
        assert file is not None
        file.rename(tmp_path / "away")
        refused = client.get(address)
        assert (refused.status_code, refused.json()["error"]) == (503, "desk not reachable")
        (tmp_path / "away").rename(file)
        assert client.get(address).status_code == 200


def test_two_files_are_made_at_once_and_the_others_wait_without_holding_up_the_service(
    app: FastAPI, callers: dict[Role, TestClient], cases: dict[str, str]
) -> None:
    client, address = callers[Role.PUBLIC], f"{API}/cases/{cases['open']}/exports/tables"
    headers, seen = signed_in(app.state.workspace, Role.MONITOR), []  # one client: one event loop, as in a service
    with ThreadPoolExecutor(6) as pool:
        asked = [pool.submit(client.get, address, headers=headers) for _ in range(6)]
        while not all(one.done() for one in asked):
            now = app.state.turns.statistics()
            seen.append((now.borrowed_tokens, now.tasks_waiting))
            time.sleep(0.01)
            if now.tasks_waiting:
                assert client.get(f"{API}/health").status_code == 200
    assert {one.result().status_code for one in asked} == {200}
    assert max(made for made, _waiting in seen) == MOST_AT_ONCE == 2
    assert max(waiting for _made, waiting in seen) > 0
    assert app.state.turns.statistics().borrowed_tokens == 0


def test_the_page_of_a_case_leads_to_each_file_without_a_script(
    callers: dict[Role, TestClient], handed: Handover
) -> None:
    own = handed.document["id"]
    whole = callers[Role.MONITOR].get(f"/cases/{own}").text
    page = "".join(re.findall("<noscript>.*?</noscript>", whole, re.DOTALL))
    for one in FORMATS:
        address = f'href="{API}/cases/{own}/exports/{one.name}'
        assert page.count(address) == (3 if one.name in ("html", "pdf", "tables") else 1), one.name
    for language in ("en", "ru", "kk"):
        assert f'href="{API}/cases/{own}/exports/pdf?language={language}" download' in page
    assert "/exports/" not in callers[Role.MONITOR].get(f"{API}/cases/{own}/exports/html").text


def test_a_file_says_where_the_case_stands_and_not_who_works_on_it(
    callers: dict[Role, TestClient], cases: dict[str, str], app: FastAPI
) -> None:
    with app.state.workspace.generation() as generation:
        own = next(one["id"] for one in Answers(generation, EVERYTHING).cases()[::-1] if not one["restricted"])
    assert own != cases["open"]
    person, address = callers[Role.INVESTIGATOR], f"{API}/cases/{own}"
    moved = person.post(f"{address}/decisions", json={"version": 0, "to": "triage", "reason": "to look at"})
    assert moved.status_code == 200, moved.text
    assert person.put(f"{address}/assignee", json={"version": 1, "assignee": "a.investigator"}).status_code == 200
    file = person.get(f"{address}/exports/json").json()
    assert file["state"] == "triage"
    page = person.get(f"/cases/{own}").text
    assert "triage" in page
    assert f'href="/cases/{own}/desk"' in page
    assert f'href="/cases/{own}/desk"' not in callers[Role.MONITOR].get(f"/cases/{own}").text, (
        "it does not work on cases"
    )
    assert "assignee" not in file
