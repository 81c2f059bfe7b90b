"""Accounts for tests: a desk of their own beside a home, and the headers that sign somebody in."""

from contextlib import closing
from pathlib import Path

from api.access.accounts import Accounts
from api.access.keys import Keys
from api.access.policy import Role
from api.desk.database import Desk
from api.settings import read_settings
from api.workspace import Workspace

Headers = dict[str, str]


def with_own_desk(home: Path, folder: Path) -> Workspace:
    """The home with a desk in another folder, so that a home that many share stays as it is."""
    return Workspace(read_settings({"BIDRING_DESK": f"sqlite:///{folder / 'desk.sqlite'}"}, str(home)))


def signed_in(workspace: Workspace, role: Role, name: str = "") -> Headers:
    """The headers of an account of this role, made where there is none."""
    name = name or f"a.{role}"
    with closing(Desk(workspace.settings.desk)) as desk:
        them = Accounts(desk, workspace.settings.home)
        if name not in {one.name for one in them.all()}:
            them.add(name, role, "a test")
        return {"Authorization": f"Bearer {Keys(desk).make_token(them.named(name).id, 'a test', 1)[1]}"}
