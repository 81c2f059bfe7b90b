"""Records taken into a home, by a command or by the service."""

from typing import TYPE_CHECKING, Any

from api.errors import UnusableCall
from api.workspace import Workspace

if TYPE_CHECKING:
    from ingest.load import LoadOptions, Progress


def take_in(
    workspace: Workspace, paths: list[str], options: "LoadOptions", progress: "Progress | None" = None
) -> dict[str, Any]:
    """Load files, all or nothing; says what came of them. Safe to repeat.

    UnusableCall for a home that a demo made, UnreadableInput for what cannot be read, HomeBusy while another command
    writes there.
    """
    from ingest.load import load  # noqa: PLC0415

    if workspace.demo_mark.exists():
        raise UnusableCall(
            f"{workspace.settings.home} holds the invented country of a demo: give your records a home of their own "
            "with --home DIR"
        )
    with workspace.writing(), workspace.records(write=True) as store:
        return load(store, paths, options, progress).as_document()
