"""``backup`` and ``restore``."""

from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from api.commands.common import Call, json_option, pass_call
from api.terminal import Column, Terminal

if TYPE_CHECKING:
    from api.backup.archive import Manifest


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@json_option
@pass_call
def backup(call: Call, terminal: Terminal, file: Path) -> None:
    """Write records, decisions and the published cases into one archive.

    The service may run meanwhile. The archive holds everything that the home holds, names and numbers of persons
    included: only its owner can read it, and it overwrites nothing.
    """
    from api.backup.take import backup as take  # noqa: PLC0415

    _show(terminal, take(call.workspace, file), f"Written to {file}.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@json_option
@pass_call
def restore(call: Call, terminal: Terminal, file: Path) -> None:
    """Put an archive of `bidring backup` back into an empty home.

    The desk may be another engine than the one that the backup was taken from. All of it is restored, or nothing; after
    a restore that was cut off, run it again. Accounts are kept; everybody signs in again and makes new tokens.
    """
    from api.backup.restore import restore as put_back  # noqa: PLC0415

    home = call.settings.home
    restored = put_back(call.workspace, file)
    if terminal.json_only:
        terminal.document({**msgspec.to_builtins(restored.manifest), "tokens_revoked": restored.tokens})
        return
    _show(terminal, restored.manifest, f"Restored into {home}. Make the graph again with `bidring graph push`.")
    terminal.line(f"Nobody is signed in any more; tokens that were revoked: {restored.tokens} (make new ones).")


def _show(terminal: Terminal, manifest: "Manifest", done: str) -> None:
    if terminal.json_only:
        terminal.document(msgspec.to_builtins(manifest))
        return
    terminal.table(
        ["table", Column("rows", number=True)],
        [(name, f"{rows:,}") for name, rows in manifest.tables.items() if rows],
    )
    terminal.line()
    terminal.table(
        ["part", Column("bytes", number=True), "sha256"],
        [(part.name, f"{part.size:,}", part.sha256) for part in manifest.parts],
    )
    terminal.line()
    revision = f"revision {manifest.revision}" if manifest.revision else "none"
    terminal.line(f"Made by bidring {manifest.bidring}, {manifest.made}; desk: {revision}.")
    terminal.line(done)
