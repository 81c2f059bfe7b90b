"""The routes of the case desk: moving cases, notes, attachments, deadlines, ties, notices; and the figures."""

from datetime import date
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Form, Path, Response, UploadFile
from pydantic import Field

from api.cases.history import names
from api.cases.life import MOST_TEXT, Move, Standing
from api.cases.report import figures_document
from api.cases.seen import Seen, seen
from api.cases.work import Work, attached
from api.desk.database import Desk
from api.errors import UnusableCall
from api.routes.access import Access, Cases, Works
from api.routes.common import Home, Published
from api.routes.desk_shapes import FigureSheet, FileShape, Stood
from api.routes.people import Asked
from api.routes.shapes import MISSING, PROBLEMS, Page, Problem
from graph.generation import Generation
from graph.reach import part_of

Id = Annotated[str, Path(max_length=200)]
Version = Annotated[int, Field(ge=0, le=2**31 - 1, description="The case's version that the caller saw.", examples=[0])]
Text = Annotated[str, Field(max_length=MOST_TEXT)]
Note = Annotated[str, Field(max_length=1000)]

router = APIRouter(prefix="/api/v1", responses=PROBLEMS | MISSING | {409: {"model": Problem}})


class Decision(Asked):
    """A case moved on; ``outcome`` for one that is decided, ``reason_code`` for one that is explained."""

    version: Version
    to: str = Field(max_length=20, examples=["triage"])
    outcome: str | None = Field(default=None, max_length=20)
    reason_code: str | None = Field(default=None, max_length=30)
    reason: Text = Field(examples=["The firms bid together in six tenders of one buyer."])


class NewNote(Asked):
    """A note; ``about`` a node or edge of the graph, where it is not about the case as a whole."""

    version: Version
    text: Text
    about: str | None = Field(default=None, min_length=1, max_length=200)


class Assignment(Asked):
    """Whom a case is given to, by account name; null for nobody."""

    version: Version
    assignee: str | None = Field(max_length=100)
    reason: Note = ""


class Deadline(Asked):
    """Until when, as an ISO date; null for no deadline."""

    version: Version
    deadline: date | None = Field(strict=False)
    reason: Note = ""


class NewLink(Asked):
    """Another case that has to do with this one, and why."""

    version: Version
    case: str = Field(max_length=40)
    text: Text


class Notice(Asked):
    """What a party, by node id, was told."""

    version: Version
    party: str = Field(max_length=40)
    text: Text


class Answer(Asked):
    """What the party answered to the notice of a version."""

    version: Version
    notice: int = Field(ge=1, le=2**31 - 1)
    text: Text


def work(home: Home, access: Access, generation: Generation, case_id: str, version: int) -> Work:
    """The caller's work on a case that they may see; UnknownId where there is none for them."""
    return Work(access.desk, home.settings.home, access.caller, seen_by(access, generation, case_id), version)


def seen_by(access: Access, generation: Generation, case_id: str) -> Seen:
    """A case as the caller sees it; UnknownId where there is none for them."""
    return seen(access.answers(generation), generation.number, case_id)


@router.post("/cases/{case_id}/decisions", response_model=Stood)
def decide(home: Home, access: Works, generation: Published, case_id: Id, asked: Decision) -> dict[str, Any]:
    """Move a case on. A decision follows a review, by somebody who neither proposed it nor edited the case last."""
    move = Move(asked.to, asked.reason, asked.outcome, asked.reason_code)
    return _stood(access.desk, case_id, work(home, access, generation, case_id, asked.version).move(move))


@router.post("/cases/{case_id}/notes", response_model=Stood, status_code=201)
def note(home: Home, access: Works, generation: Published, case_id: Id, asked: NewNote) -> dict[str, Any]:
    """Add a note, to the case or about a node or edge."""
    own = work(home, access, generation, case_id, asked.version)
    if asked.about is not None:
        with home.graph(generation.number) as store:
            if part_of(store, asked.about) is None:
                raise UnusableCall("a note is about a node or edge by its id")
    return _stood(access.desk, case_id, own.note(asked.text, asked.about))


@router.put("/cases/{case_id}/assignee", response_model=Stood)
def assign(home: Home, access: Works, generation: Published, case_id: Id, asked: Assignment) -> dict[str, Any]:
    """Give a case to somebody; an investigator takes a case that nobody has, or gives back their own."""
    own = work(home, access, generation, case_id, asked.version)
    return _stood(access.desk, case_id, own.assign(asked.assignee, asked.reason))


@router.put("/cases/{case_id}/deadline", response_model=Stood)
def deadline(home: Home, access: Works, generation: Published, case_id: Id, asked: Deadline) -> dict[str, Any]:
    """Set the day until which a case is to be decided, or take it away."""
    own = work(home, access, generation, case_id, asked.version)
    return _stood(access.desk, case_id, own.until(asked.deadline, asked.reason))


@router.post("/cases/{case_id}/links", response_model=Stood, status_code=201)
def link(home: Home, access: Works, generation: Published, case_id: Id, asked: NewLink) -> dict[str, Any]:
    """Tie the case to another that the caller sees."""
    own = work(home, access, generation, case_id, asked.version)
    return _stood(access.desk, case_id, own.link(seen_by(access, generation, asked.case), asked.text))


@router.post("/cases/{case_id}/notice", response_model=Stood, status_code=201)
def notice(home: Home, access: Works, generation: Published, case_id: Id, asked: Notice) -> dict[str, Any]:
    """Keep that a party was told what is held against it, before a referral."""
    own = work(home, access, generation, case_id, asked.version)
    return _stood(access.desk, case_id, own.notice(asked.party, asked.text))


@router.post("/cases/{case_id}/answer", response_model=Stood, status_code=201)
def answer(home: Home, access: Works, generation: Published, case_id: Id, asked: Answer) -> dict[str, Any]:
    """Keep what a party answered to a notice."""
    own = work(home, access, generation, case_id, asked.version)
    return _stood(access.desk, case_id, own.answer(asked.notice, asked.text))


@router.post("/cases/{case_id}/attachments", response_model=Stood, status_code=201)
def attach(
    home: Home,
    access: Works,
    generation: Published,
    case_id: Id,
    version: Annotated[int, Form(ge=0, le=2**31 - 1)],
    text: Annotated[str, Form(max_length=MOST_TEXT)],
    file: UploadFile,
) -> dict[str, Any]:
    """Attach a file of at most 5 MiB (pdf, png, jpg, docx, xlsx, txt, csv), and say what it is."""
    own = work(home, access, generation, case_id, version)
    return _stood(access.desk, case_id, own.attach(file.filename, file.file.read(), text))


@router.get("/cases/{case_id}/attachments", response_model=Page[FileShape])
def attachments(access: Works, generation: Published, case_id: Id) -> dict[str, Any]:
    """The files attached to a case, the first attached first."""
    shown = access.cases(generation).history(seen_by(access, generation, case_id))
    access.look("list of attachments", case_id)
    files = [{**one["file"], "by": one["by"], "at": one["at"], "text": one["text"]} for one in shown if one["file"]]
    return {"items": files, "next": None}


@router.get(
    "/cases/{case_id}/attachments/{sha256}",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {}}}},
)
def attachment(
    home: Home,
    access: Works,
    generation: Published,
    case_id: Id,
    sha256: Annotated[str, Path(pattern="^[0-9a-f]{64}$")],
) -> Response:
    """The bytes of an attached file, always as a download."""
    case = seen_by(access, generation, case_id)
    name, data = attached(access.desk, home.settings.home, case, sha256)
    access.look("attachment", f"{case_id} {sha256[:12]}", case.parties)
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return Response(data, media_type="application/octet-stream", headers=headers)


@router.get("/figures", response_model=FigureSheet)
def figures(access: Cases, generation: Published) -> dict[str, Any]:
    """What people's decisions say of each rule: precision with its interval, what is undecided, days to a decision."""
    return figures_document(access.desk, access.answers(generation))


def _stood(desk: Desk, case_id: str, after: Standing) -> dict[str, Any]:
    with desk.reading() as connection:
        called = names(connection, [after.assignee])
    return {
        "id": case_id, "state": after.state, "version": after.version, "outcome": after.outcome,
        "reason_code": after.reason_code, "assignee": called.get(after.assignee or ""), "deadline": after.deadline,
    }  # fmt: skip
