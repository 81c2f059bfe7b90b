"""What can go wrong at the edge, and what it means to whoever called.

ApiError
├── UnusableCall   the call cannot be used (exit status 2, HTTP 400)
├── DeskUnusable   the desk database cannot be used as it is (exit status 2, HTTP 503)
├── NotSignedIn    the caller is not known (HTTP 401)
├── NotAllowed     the caller is known, and may not do this (HTTP 403)
├── ProviderAway   the OpenID provider cannot be asked (HTTP 503)
├── TooMany        the caller asks too often (HTTP 429)
├── Unrecorded     a look at what is restricted cannot be kept, so it is not shown (exit status 1)
├── Outdated       what the caller acts on was changed meanwhile (HTTP 409)
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


class NotSignedIn(ApiError):
    """Nobody is signed in, or what was sent to show who asks does not count."""


class NotAllowed(ApiError):
    """The caller's role does not allow this; it says nothing of what there is."""


class ProviderAway(ApiError):
    """The OpenID provider does not answer, or not as one does; signing in by password goes on."""


class TooMany(ApiError):
    """The caller asks too often; ``after`` is how many seconds to wait."""

    def __init__(self, after: int) -> None:
        super().__init__(f"too many requests: try again in {after} seconds")
        self.after = after


class Outdated(ApiError):
    """What the caller acts on was changed meanwhile; the message names the version that counts now."""


class Unrecorded(ApiError):
    """A look at what is restricted cannot be kept: nothing of it was shown."""


class HomeBusy(ApiError):
    """Another command is working in the same home."""


UNUSABLE = (
    UnusableCall, UnreadableInput, NoRecords, RulesError, NothingToDetect, LabelsError, NoGeneration, UnknownId,
    GraphStoreUnusable, NotAdmitted, DeskUnusable,
)  # fmt: skip
"""Errors of the call or its input: exit status 2. Every other error ends with 1."""
