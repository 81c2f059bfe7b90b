"""``account``: who may sign in, for whoever has the home."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from api.commands.common import Call, json_option, pass_call
from api.errors import UnusableCall
from api.terminal import Terminal

if TYPE_CHECKING:
    from api.access.accounts import Accounts
    from api.desk.database import Desk

_ROLES = click.Choice(["ngo", "monitor", "investigator", "supervisor", "administrator"])


@contextmanager
def _accounts(call: Call) -> "Iterator[tuple[Accounts, Desk, str]]":
    """The accounts, their desk, and who is at the terminal."""
    from api.access.accounts import Accounts  # noqa: PLC0415

    workspace = call.workspace
    with workspace.desk() as desk:
        yield Accounts(desk, workspace.settings.home), desk, f"{getpass.getuser()} at the terminal"


@click.group()
def account() -> None:
    """Who may sign in to the service, in which role."""


@account.command("list")
@json_option
@pass_call
def list_accounts(call: Call, terminal: Terminal) -> None:
    """Every account with its role."""
    with _accounts(call) as (them, _desk, _by):
        found = them.all()
    rows = [
        {
            "name": one.name, "role": str(one.role), "closed": one.disabled, "codes": one.code,
            "external": one.external, "made": one.made_at.date(),
        }
        for one in found
    ]  # fmt: skip
    if terminal.json_only:
        terminal.document(rows)
    elif not rows:
        terminal.line("None: `bidring serve` makes the first administrator, `bidring account add` any other.")
    else:
        terminal.table(list(rows[0]), [list(row.values()) for row in rows])


@account.command()
@click.argument("name")
@click.option("--role", type=_ROLES, required=True)
@click.option("--openid", "subject", metavar="SUBJECT", help="Whom the OpenID provider signs in to it.")
@json_option
@pass_call
def add(call: Call, name: str, role: str, subject: str | None, terminal: Terminal) -> None:
    """Make an account; its generated password is shown this once. With --openid it has none."""
    from api.access.policy import Role  # noqa: PLC0415

    if subject is not None:
        issuer = _issuer(call)
        with _accounts(call) as (them, _desk, by):
            them.add_tied(name, Role(role), by, issuer=issuer, subject=_subject(subject))
        _tied(terminal, name, issuer)
        return
    with _accounts(call) as (them, _desk, by):
        password = them.add(name, Role(role), by)
    _said(terminal, name, "password", password)


@account.command()
@click.argument("name")
@click.option("--subject", metavar="SUBJECT", help="The provider's id for somebody.")
@click.option("--email", metavar="E-MAIL", help="Or their e-mail, if the provider has verified it.")
@click.option("--nobody", is_flag=True, help="Or nobody: the provider signs nobody in to it any more.")
@json_option
@pass_call
def tie(call: Call, name: str, subject: str | None, email: str | None, nobody: bool, terminal: Terminal) -> None:
    """Let somebody sign in to an account by the OpenID provider; whoever is signed in to it is signed out.

    An e-mail counts once: whoever shows it first is known by the provider's id for them from then on.
    """
    from api.access.accounts import by_email  # noqa: PLC0415

    if (subject is not None) + (email is not None) + nobody != 1:
        raise click.UsageError("say who: one of --subject, --email and --nobody")
    issuer = None if nobody else _issuer(call)
    known = None if nobody else by_email(email) if email is not None else _subject(subject or "")
    with _accounts(call) as (them, _desk, by):
        them.tie(name, issuer, known, by)
    _tied(terminal, name, issuer)


@account.command()
@click.argument("name")
@json_option
@pass_call
def password(call: Call, name: str, terminal: Terminal) -> None:
    """Give an account a new generated password, shown this once; one-time codes are asked for no more."""
    with _accounts(call) as (them, _desk, by):
        made = them.reset(name, by)
    _said(terminal, name, "password", made)


@account.command()
@click.argument("name")
@click.option("--for", "label", default="command line", show_default=True, help="What the token is for.")
@click.option("--days", type=click.IntRange(1, 366), default=90, show_default=True)
@json_option
@pass_call
def token(call: Call, name: str, label: str, days: int, terminal: Terminal) -> None:
    """Make a token of the API for an account, shown this once."""
    from api.access.keys import Keys  # noqa: PLC0415

    with _accounts(call) as (them, desk, _by):
        _token, shown = Keys(desk).make_token(them.named(name).id, label, days)
    _said(terminal, name, "token", shown)


@account.command("set")
@click.argument("name")
@click.option("--role", type=_ROLES)
@click.option("--close/--open", "closed", default=None, help="Let nobody in with it, or again.")
@json_option
@pass_call
def set_account(call: Call, name: str, role: str | None, closed: bool | None, terminal: Terminal) -> None:
    """Give an account another role, close it or open it; it is signed out everywhere."""
    from api.access.policy import Role  # noqa: PLC0415

    if role is None and closed is None:
        raise click.UsageError("say what is to change: --role, --close or --open")
    with _accounts(call) as (them, _desk, by):
        one = them.change(name, by, role=Role(role) if role else None, disabled=closed)
    if terminal.json_only:
        terminal.document({"name": one.name, "role": str(one.role), "closed": one.disabled})
    else:
        terminal.line(f"{one.name}: {one.role}{', closed' if one.disabled else ''}")


def _issuer(call: Call) -> str:
    """The provider's name for itself."""
    found = call.settings.provider
    if found is None:
        raise UnusableCall("no OpenID provider is set up: set BIDRING_OIDC_ISSUER and BIDRING_OIDC_CLIENT")
    return found.issuer


def _subject(written: str) -> str:
    if not 1 <= len(written) <= 255 or not written.isascii() or not written.isprintable():
        raise UnusableCall("a subject has 1 to 255 ASCII letters, as the provider writes it")
    return written


def _tied(terminal: Terminal, name: str, issuer: str | None) -> None:
    if terminal.json_only:
        terminal.document({"name": name.strip().lower(), "issuer": issuer})
    else:
        terminal.line(f"{name.strip().lower()}: {f'signs in by {issuer}' if issuer else 'tied to nobody'}")


def _said(terminal: Terminal, name: str, what: str, secret: str) -> None:
    if terminal.json_only:
        terminal.document({"name": name.strip().lower(), what: secret})
    else:
        terminal.line(f"{name.strip().lower()}: {what} {secret} (shown this once)")
