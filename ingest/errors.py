"""What can go wrong while records are read and kept.

IngestError
├── UnreadableInput   the call or its input cannot be used: nothing was loaded (exit status 2)
├── BadRecord         one source record cannot be used: it goes to quarantine, the rest is loaded
├── ServiceFailed     a portal's service cannot be read; what came before is kept
│   └── NotAdmitted   it does not take the token (exit status 2)
└── StoreError        the record store cannot be used
    ├── NoRecords     there is none yet (exit status 2)
    └── StoreBusy     another process is writing to it
"""


class IngestError(Exception):
    """Anything that stops a load or a part of it."""


class UnreadableInput(IngestError):
    """The input cannot be used; the message is one plain line naming what and where."""


class BadRecord(IngestError):
    """One source record cannot be used; the message is the reason kept in quarantine."""


class ServiceFailed(IngestError):
    """A portal's service cannot be read; the message is one plain line without token and numbers."""


class NotAdmitted(ServiceFailed):
    """The service does not take the token."""


class StoreError(IngestError):
    """The record store cannot be opened, read or written."""


class NoRecords(StoreError):
    """Nothing has been loaded yet."""


class StoreBusy(StoreError):
    """Another process holds the record store for writing."""
