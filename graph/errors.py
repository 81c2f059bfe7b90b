"""What can go wrong between records and cases.

GraphError
├── RulesError          the rules file cannot be used (exit status 2)
├── NothingToDetect     there are no tenders to look at (exit status 2)
├── LabelsError         the labels of a back-test cannot be used (exit status 2)
├── NoGeneration        nothing has been detected yet (exit status 2)
├── UnknownId           no such party, case or rule (exit status 2, HTTP 404)
└── GraphStoreError     the graph store cannot be used
    ├── GraphStoreBusy         another process is writing to it (HTTP 503)
    ├── GraphStoreUnreachable  its server does not answer (HTTP 503)
    ├── GraphStoreUnusable     what is configured cannot be used: address, password, encryption, version, plugin
    │                          (exit status 2)
    └── GraphTooLarge          a projection does not fit into the server's memory
"""


class GraphError(Exception):
    """Anything that stops a detection or an answer from it."""


class RulesError(GraphError):
    """The rules file cannot be used; the message names the table or field."""


class NothingToDetect(GraphError):
    """The record store holds no tender."""


class LabelsError(GraphError):
    """The labels of known cases cannot be used; the message names file, line and fault."""


class NoGeneration(GraphError):
    """No detection has been published in this home."""


class UnknownId(GraphError):
    """No party, case, ring or rule has this id."""


class GraphStoreError(GraphError):
    """The graph store cannot be opened, read or written."""


class GraphStoreBusy(GraphStoreError):
    """Another process holds the graph store for writing."""


class GraphStoreUnreachable(GraphStoreError):
    """The graph's server does not answer, or the connection broke."""


class GraphStoreUnusable(GraphStoreError):
    """The graph store that is configured cannot be used as it is; the message says what to change."""


class GraphTooLarge(GraphStoreError):
    """A projection would take more memory than the server has free."""
