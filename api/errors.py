"""What can go wrong at the edge, and what it means to whoever called.

ApiError
├── UnusableCall   the call cannot be used (exit status 2, HTTP 400)
├── DeskUnusable   the desk database cannot be used as it is (exit status 2)
└── HomeBusy       another command is working in the same home (exit status 1, HTTP 503)
"""

from graph.errors import GraphStoreUnusable, LabelsError, NoGeneration, NothingToDetect, RulesError, UnknownId
from ingest.errors import NoRecords, NotAdmitted, UnreadableInput


class ApiError(Exception):
    """Anything that the command line or the service answers with an error."""


class UnusableCall(ApiError):
    """The call cannot be used; the message is one plain line naming what and where."""


class DeskUnusable(ApiError):
    """The desk database cannot be opened, read or written; the message says where it is, without a password."""


class HomeBusy(ApiError):
    """Another command is working in the same home."""


UNUSABLE = (
    UnusableCall, UnreadableInput, NoRecords, RulesError, NothingToDetect, LabelsError, NoGeneration, UnknownId,
    GraphStoreUnusable, NotAdmitted, DeskUnusable,
)  # fmt: skip
"""Errors of the call or its input: exit status 2. Every other error ends with 1."""
