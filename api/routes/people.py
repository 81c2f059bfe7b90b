"""The routes about people who use the service: one's own account and tokens, others' accounts, what is published, and
who looked at whom."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from api.access.accounts import Account, Accounts
from api.access.keys import MOST_DAYS, Keys, Token
from api.access.looks import Look, Looks
from api.access.passwords import LONGEST, SHORTEST
from api.access.policy import Level, Role
from api.access.publication import level, publish
from api.errors import UnusableCall
from api.routes.access import AccountsRight, LooksRight, Open, Own
from api.routes.common import Home, Limit
from api.routes.people_shapes import AccountShape, LookShape, Made, Me, Publication, TokenShape
from api.routes.shapes import MISSING, PROBLEMS, Page
from graph.errors import UnknownId

Name = Annotated[str, Path(max_length=100)]

router = APIRouter(prefix="/api/v1", responses=PROBLEMS | MISSING)


class Asked(BaseModel):
    """The body of a request: nothing but what it names, types as they are."""

    model_config = ConfigDict(extra="forbid", strict=True)


class NewPassword(Asked):
    """One's own password, changed."""

    old: str = Field(max_length=LONGEST)
    new: str = Field(min_length=SHORTEST, max_length=LONGEST)


class NewToken(Asked):
    """A token asked for."""

    label: str = Field(min_length=1, max_length=100, examples=["nightly download"])
    days: int = Field(default=90, ge=1, le=MOST_DAYS)


class NewAccount(Asked):
    """An account asked for."""

    name: str = Field(min_length=2, max_length=100, examples=["a.reader"])
    role: str = Field(examples=["investigator"])


class ChangedAccount(Asked):
    """What is to change of an account."""

    role: str | None = None
    disabled: bool | None = None


class NewLevel(Asked):
    """How much is to be published."""

    level: str = Field(examples=["flags"])


@router.get("/me", response_model=Me)
def me(access: Open) -> dict[str, Any]:
    """Who asks, as the service knows them."""
    return {"name": access.caller.name, "role": access.caller.role, "via": access.caller.via}


@router.post("/me/password", status_code=204)
def password(home: Home, access: Own, asked: NewPassword) -> None:
    """Change one's own password; every session of the account ends."""
    Accounts(access.desk, home.settings.home).set_password(_own(access), asked.old, asked.new)


@router.get("/me/tokens", response_model=Page[TokenShape])
def tokens(access: Own) -> dict[str, Any]:
    """One's own tokens, the newest first; never what they were shown as."""
    return {"items": [_token(one) for one in Keys(access.desk).tokens(_own(access))], "next": None}


@router.post("/me/tokens", response_model=TokenShape, status_code=201)
def make_token(access: Own, asked: NewToken) -> dict[str, Any]:
    """A new token; ``token`` is shown this once."""
    token, shown = Keys(access.desk).make_token(_own(access), asked.label, asked.days)
    return {**_token(token), "token": shown}


@router.delete("/me/tokens/{token}", status_code=204)
def revoke(access: Own, token: Annotated[str, Path(max_length=20)]) -> None:
    """End one of one's own tokens."""
    if not Keys(access.desk).revoke(_own(access), token):
        raise UnknownId("you have no token of this id")


@router.get("/accounts", response_model=Page[AccountShape])
def accounts(home: Home, access: AccountsRight) -> dict[str, Any]:
    """Every account, by name."""
    found = Accounts(access.desk, home.settings.home).all()
    return {"items": [_account(one) for one in found], "next": None}


@router.post("/accounts", response_model=Made, status_code=201)
def make_account(home: Home, access: AccountsRight, asked: NewAccount) -> dict[str, Any]:
    """A new account; its ``password`` is shown this once."""
    shown = Accounts(access.desk, home.settings.home).add(asked.name, role_of(asked.role), access.caller.name)
    return {"name": asked.name.strip().lower(), "password": shown}


@router.patch("/accounts/{name}", response_model=AccountShape)
def change_account(home: Home, access: AccountsRight, name: Name, asked: ChangedAccount) -> dict[str, Any]:
    """Give an account another role, close it, or open it again; it is signed out everywhere."""
    role = None if asked.role is None else role_of(asked.role)
    if role is None and asked.disabled is None:
        raise UnusableCall("say what is to change: role or disabled")
    them = Accounts(access.desk, home.settings.home)
    return _account(them.change(name, access.caller.name, role=role, disabled=asked.disabled))


@router.post("/accounts/{name}/password", response_model=Made, status_code=201)
def reset_account(home: Home, access: AccountsRight, name: Name) -> dict[str, Any]:
    """A new ``password`` for somebody who lost theirs, shown this once; one-time codes are asked for no more."""
    shown = Accounts(access.desk, home.settings.home).reset(name, access.caller.name)
    return {"name": name.strip().lower(), "password": shown}


@router.get("/publication", response_model=Publication)
def publication(access: Open) -> dict[str, Any]:
    """How much of what is found about firms is published: nothing, flags, or rings as well."""
    return {"level": level(access.desk)}


@router.put("/publication", response_model=Publication)
def set_publication(access: AccountsRight, asked: NewLevel) -> dict[str, Any]:
    """Publish so much from now on."""
    publish(access.desk, level_of(asked.level), access.caller.name)
    return {"level": level(access.desk)}


@router.get("/looks", response_model=Page[LookShape])
def looks(
    access: LooksRight,
    limit: Limit = 20,
    cursor: Annotated[int | None, Query(ge=1, le=2**62, description="`next` of the page before.")] = None,
    party: Annotated[str | None, Query(max_length=40, description="Who was looked at, by node id.")] = None,
    account: Annotated[str | None, Query(max_length=100, description="Who looked, by name.")] = None,
) -> dict[str, Any]:
    """Who looked at what is not public, the newest first; looking here is a look as well."""
    access.look("list of looks", " ".join(filter(None, (account, party))), [party] if party else ())
    found = Looks(access.desk).found(subject=party, account=account, before=cursor, limit=limit + 1)
    more = len(found) > limit
    return {"items": [_look(one) for one in found[:limit]], "next": str(found[limit - 1].number) if more else None}


def _own(access: Own) -> str:
    assert access.caller.account is not None  # nobody else has the right
    return access.caller.account


def role_of(written: str) -> Role:
    """The role that is meant; UnusableCall for what is none that an account can have."""
    roles = [role for role in Role if role is not Role.PUBLIC]
    if written not in roles:
        raise UnusableCall(f"{written!r} is no role: there are {', '.join(roles)}")
    return Role(written)


def level_of(written: str) -> Level:
    """The level that is meant; UnusableCall for what is none."""
    if written not in list(Level):
        raise UnusableCall(f"{written!r} is no level: there are {', '.join(Level)}")
    return Level(written)


def _token(one: Token) -> dict[str, Any]:
    return {"id": one.id, "label": one.label, "made_at": one.made_at, "ends_at": one.ends_at, "revoked": one.revoked}


def _account(one: Account) -> dict[str, Any]:
    told = {"name": one.name, "role": one.role, "disabled": one.disabled, "code": one.code, "made_at": one.made_at}
    return {**told, "external": one.external}


def _look(one: Look) -> dict[str, Any]:
    told = {"number": one.number, "account": one.account, "role": one.role, "via": one.via, "action": one.action}
    return {**told, "about": one.about, "at": one.at, "parties": one.subjects}
