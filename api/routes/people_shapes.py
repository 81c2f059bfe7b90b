"""What the routes about people who use the service answer."""

from datetime import datetime

from pydantic import BaseModel


class Me(BaseModel):
    """Who asks; ``via`` is session, token or nothing."""

    name: str
    role: str
    via: str


class TokenShape(BaseModel):
    """A token of the API; ``token``, what is to be sent, is shown once, when it is made."""

    id: str
    label: str
    made_at: datetime
    ends_at: datetime
    revoked: bool
    token: str | None = None


class AccountShape(BaseModel):
    """An account; ``code``: one-time codes are asked for; ``external``: an OpenID provider lets them in."""

    name: str
    role: str
    disabled: bool
    code: bool
    made_at: datetime
    external: bool


class Made(BaseModel):
    """An account's new password, shown this once."""

    name: str
    password: str


class Publication(BaseModel):
    """How much of what is found about firms is published."""

    level: str


class LookShape(BaseModel):
    """Somebody's look at what is not public; ``parties`` are the node ids of those that were shown."""

    number: int
    account: str
    role: str
    via: str
    action: str
    about: str
    at: datetime
    parties: list[str]
