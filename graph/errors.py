"""What can go wrong between records and cases.

GraphError
├── RulesError          the rules file cannot be used (exit status 2)
├── NothingToDetect     there are no tenders to look at (exit status 2)
├── NoGeneration        nothing has been detected yet (exit status 2)
├── UnknownId           no such party, case or rule (exit status 2, HTTP 404)
└── GraphStoreError     the graph store cannot be used
    └── GraphStoreBusy  another process is writing to it
"""


class GraphError(Exception):
    """Anything that stops a detection or an answer from it."""


class RulesError(GraphError):
    """The rules file cannot be used; the message names the table or field."""


class NothingToDetect(GraphError):
    """The record store holds no tender."""


class NoGeneration(GraphError):
    """No detection has been published in this home."""


class UnknownId(GraphError):
    """No party, case, ring or rule has this id."""


class GraphStoreError(GraphError):
    """The graph store cannot be opened, read or written."""


class GraphStoreBusy(GraphStoreError):
    """Another process holds the graph store for writing."""
