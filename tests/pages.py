"""Every page of the service, a line each: what tests of all pages go through.

A page route that has no line here fails the tests until it is listed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from fastapi.testclient import TestClient

from api.access.policy import Role
from api.access.publication import Level, publish
from api.app import create_app
from api.routes.access import routes
from api.routes.often import Often
from api.workspace import Workspace
from graph.answers import Answers
from graph.answers.procurement import Procurement
from graph.answers.view import EVERYTHING
from tests.people import signed_in

API = "/api/v1"
Places = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Page:
    """A page as somebody opens it: ``address`` has the places of :func:`places` in braces; ``press`` is a selector of
    what is pressed once it is open, for a page that only a form leads to."""

    address: str
    role: Role
    status: int = 200
    press: str = ""


PAGES = (
    Page("/", Role.PUBLIC),
    Page("/", Role.SUPERVISOR),
    Page("/?state=closed&assignee=nobody", Role.INVESTIGATOR),
    Page("/?q={word}", Role.INVESTIGATOR),
    Page("/?q=zzzz", Role.PUBLIC),
    Page("/tenders/{tender}", Role.MONITOR),
    Page("/entities/{firm}", Role.PUBLIC),
    Page("/entities/{person}", Role.INVESTIGATOR),
    Page("/cases/{case}", Role.MONITOR),
    Page("/cases/{case}/desk", Role.INVESTIGATOR),
    Page("/cases/{worked}/desk", Role.SUPERVISOR),
    Page("/rings/{ring}", Role.MONITOR),
    Page("/links/{link}", Role.INVESTIGATOR),
    Page("/entities/{firm}/owners", Role.MONITOR),
    Page("/country", Role.PUBLIC),
    Page("/country", Role.SUPERVISOR),
    Page("/country?rows=buyer&columns=supplier&measure=money", Role.MONITOR),
    Page("/tenders?region={region}", Role.PUBLIC),
    Page("/figures", Role.MONITOR),
    Page("/sign-in", Role.PUBLIC),
    Page("/sign-in?next=%2Faccount", Role.PUBLIC, press="main form button"),
    Page("/account", Role.NGO),
    Page("/account", Role.MONITOR, press="form[action='/account/code'] button"),
    Page("/accounts", Role.ADMINISTRATOR),
    Page("/looks", Role.SUPERVISOR),
    Page("/looks/{person}", Role.SUPERVISOR),
    Page("/cases/case-none", Role.MONITOR, 404),
)
NOT_SHOWN = {"/sign-in/openid", "/sign-in/openid/back"}
"""Page routes that lead on, or to the page of an error."""


def unlisted(app: FastAPI) -> list[str]:
    """The page routes that no line of the table opens."""
    shown = {one.path for one in routes(app.routes) if one.response_class is HTMLResponse and "GET" in one.methods}
    found = []
    for path in sorted(shown - NOT_SHOWN):
        pattern = re.compile(re.sub(r"{[^}]+}", ".+" if ":path" in path else "[^/]+", path))
        if not any(pattern.fullmatch(one.address.partition("?")[0]) for one in PAGES):
            found.append(path)
    return found


def places(workspace: Workspace) -> dict[str, str]:
    """What the braces of the addresses stand for, in a country with a ring and a tie: the first ones, as they go into
    addresses. A case was worked on in every way, and stands at review."""
    with workspace.generation() as generation:
        answers = Answers(generation, EVERYTHING)
        cases = [one for one in answers.cases() if not one["restricted"]]
        case = next((one for one in cases if "L01" in one["codes"] and "B01" in one["codes"]), cases[0])["id"]
        parties = answers.case(case)["parties"]
        by_kind = {one["kind"]: one for one in reversed(parties)}
        tenders = Procurement(generation, EVERYTHING).tenders_like()
        found = {
            "case": case,
            "worked": next(one["id"] for one in cases if one["id"] != case),
            "firm": by_kind["organisation"]["node"],
            "person": next(one["official"] for one in answers.links()),
            "tender": next((one["node"] for one in tenders if one["title"]), tenders[0]["node"]),
            "word": max(by_kind["organisation"]["name"].split(), key=len),
            "ring": answers.rings()[0]["id"],
            "link": answers.links()[0]["id"],
            "region": next((one["region"] for one in tenders if one["region"]), "none"),
        }
        found["person"] = answers.node(found["person"])
    found = {name: quote(value, safe="") for name, value in found.items()}
    _work(workspace, found)
    return found


def _work(workspace: Workspace, found: Places) -> None:
    """Have two people work on a case: every kind of event, and a decision; rings are published."""
    app = create_app(workspace, often=Often(open=100_000))
    with TestClient(app, base_url="http://127.0.0.1") as client:
        publish(workspace.kept_desk(), Level.RINGS, "a test")
        first, second = (signed_in(workspace, role) for role in (Role.INVESTIGATOR, Role.SUPERVISOR))
        case = f"{API}/cases/{found['worked']}"
        party = client.get(case, headers=first).json()["parties"][0]["node"]
        done: list[tuple[str, str, dict[str, Any]]] = [
            ("PUT", "assignee", {"assignee": "a.investigator"}),
            ("PUT", "deadline", {"deadline": "2030-01-31"}),
            ("POST", "decisions", {"to": "triage", "reason": "Көру керек."}),
            ("POST", "notes", {"text": "Жазба, заметка."}),
            ("POST", "links", {"case": found["case"], "text": "Ұқсас."}),
            ("POST", "decisions", {"to": "investigating", "reason": "Тексеру керек."}),
            ("POST", "notice", {"party": party, "text": "Хабарланды."}),
            ("POST", "answer", {"notice": 7, "text": "Жауабы."}),
            ("POST", "decisions", {"to": "review", "reason": "Дайын."}),
        ]
        for version, (method, what, sent) in enumerate(done):
            answer = client.request(method, f"{case}/{what}", json={"version": version, **sent}, headers=first)
            assert answer.status_code in (200, 201), answer.text
        file = {"file": ("файл.txt", "сөз".encode(), "text/plain")}
        form = {"version": str(len(done)), "text": "Файл."}
        assert client.post(f"{case}/attachments", data=form, files=file, headers=first).status_code == 201
        explained = {"outcome": "explained", "reason_code": "namesake"}
        later: list[tuple[dict[str, str], dict[str, Any]]] = [
            (second, {"to": "closed", "reason": "Решено.", **explained}),
            (second, {"to": "triage", "reason": "Тағы қарау."}),
            (first, {"to": "investigating", "reason": "Тағы тексеру."}),
            (first, {"to": "review", "reason": "Дайын."}),
        ]
        for version, (headers, sent) in enumerate(later, len(done) + 1):
            answer = client.post(f"{case}/decisions", json={"version": version, **sent}, headers=headers)
            assert answer.status_code in (200, 201), answer.text
        assert client.post(f"{API}/me/tokens", json={"label": "кілт", "days": 5}, headers=first).status_code == 201
