"""Small countries for tests of the service: records in brief, put into a home and detected."""

from pathlib import Path

from api.settings import read_settings
from api.workspace import Workspace
from graph.rules import Rules
from tests.graph.brief import Brief, put


def settled(folder: Path, brief: Brief) -> Workspace:
    """A home in this folder with the records of a brief, detected; its desk is its own."""
    workspace = Workspace(read_settings({}, str(folder)))
    with workspace.writing(), workspace.records(write=True) as store:
        put(store, brief)
    workspace.detect(Rules())
    return workspace
