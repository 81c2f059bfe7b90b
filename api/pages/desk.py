"""The pages of the case desk: a case's history with the forms that move it on, and the figures."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Path, Response, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse

from api.access.accounts import Accounts
from api.access.policy import Right, may
from api.cases.files import MOST_BYTES, TYPES
from api.cases.life import MOST_TEXT, OUTCOMES, REASONS, Move, State
from api.cases.report import figures_document
from api.cases.work import Work
from api.errors import UnusableCall
from api.pages.common import Shown
from api.routes.access import Access, Cases, Works
from api.routes.common import Home, Published
from api.routes.desk import seen_by, work

Id = Annotated[str, Path(max_length=200)]
Version = Annotated[int, Form(ge=0, le=2**31 - 1)]
Short = Annotated[str, Form(max_length=300)]
Text = Annotated[str, Form(max_length=MOST_TEXT)]

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)


@router.get("/cases/{case_id}/desk")
def case_desk(home: Home, access: Works, generation: Published, pages: Shown, case_id: Id) -> Response:
    """A case as people work on it: where it stands, what changed, its history, and what can be done."""
    case = access.cases(generation).whole(case_id)
    access.look("desk of a case", case_id, (party["node"] for party in case["parties"]))
    return pages.show(
        "desk.html", case=case, workers=_workers(home, access), reasons=[*REASONS],
        outcomes={str(state): [str(one) for one in of] for state, of in OUTCOMES.items()},
        accept=",".join(TYPES), most_mib=MOST_BYTES // 2**20, most=MOST_TEXT,
    )  # fmt: skip


@router.post("/cases/{case_id}/desk")
def change_case(
    home: Home,
    access: Works,
    generation: Published,
    case_id: Id,
    what: Short,
    version: Version,
    text: Text = "",
    to: Short = "",
    reason_code: Short = "",
) -> Response:
    """Do one thing to a case, and show it again; ``to``: where to (``STATE/OUTCOME``), to whom, until when, which."""
    own = work(home, access, generation, case_id, version)
    if what == "move":
        state, _sep, outcome = to.partition("/")
        own.move(Move(state, text, outcome or None, reason_code or None))
    elif what == "link":
        own.link(seen_by(access, generation, to.strip()), text)
    else:
        _do(own, what, to, text)
    return RedirectResponse(f"/cases/{own.case.id}/desk", 303)


@router.post("/cases/{case_id}/desk/attachments")
def attach_file(
    home: Home, access: Works, generation: Published, case_id: Id, version: Version, text: Text, file: UploadFile
) -> Response:
    """Attach a file, and show the case again."""
    own = work(home, access, generation, case_id, version)
    own.attach(file.filename, file.file.read(), text)
    return RedirectResponse(f"/cases/{own.case.id}/desk", 303)


@router.get("/figures")
def figures(access: Cases, generation: Published, pages: Shown) -> Response:
    """What decisions say of the rules."""
    return pages.show("figures.html", sheet=figures_document(access.desk, access.answers(generation)))


def _do(own: Work, what: str, to: str, text: str) -> None:
    match what:
        case "note":
            own.note(text)
        case "assign":
            own.assign(to or None, text)
        case "deadline":
            own.until(_day(to), text)
        case "notice":
            own.notice(to, text)
        case "answer":
            own.answer(int(to) if to.isascii() and to.isdigit() and len(to) < 10 else 0, text)
        case _:
            raise UnusableCall("nothing that can be done to a case")


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        raise UnusableCall("a deadline is a day such as 2026-12-31") from None


def _workers(home: Home, access: Access) -> list[str]:
    """To whom the caller may give a case: supervisors to everybody who works on cases."""
    if not may(access.caller.role, Right.ASSIGN):
        return [access.caller.name]
    known = Accounts(access.desk, home.settings.home).all()
    return [one.name for one in known if not one.disabled and may(one.role, Right.WORK)]


def states() -> list[str]:
    """What the list can be filtered by: a state, what is not decided, or with an empty text all."""
    return ["open", "", *State]
