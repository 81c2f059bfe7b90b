"""The source formats, and which of them a file is in."""

from ingest.mapping import Mapping
from ingest.reading import Format
from ingest.sources.bids import Bids
from ingest.sources.bods import BODS
from ingest.sources.companies import COMPANIES
from ingest.sources.debarred import DEBARRED
from ingest.sources.declarations import DECLARATIONS
from ingest.sources.ftm import FTM, is_simple
from ingest.sources.goszakup import Goszakup, looks_like_goszakup
from ingest.sources.kinship import KINSHIP
from ingest.sources.ocds import OCDS
from ingest.sources.officers import OFFICERS
from ingest.sources.offices import OFFICES
from ingest.sources.rates import PRICES, RATES
from ingest.sources.register import Register
from ingest.sources.table import read_header

REGISTERS: tuple[Register, ...] = (OFFICERS, OFFICES, KINSHIP, DECLARATIONS, DEBARRED, COMPANIES, RATES, PRICES)
_ALL: tuple[Format, ...] = (OCDS(), BODS(), Goszakup(), Bids(), FTM(), *REGISTERS)
FORMATS: dict[str, Format] = {format_.name: format_ for format_ in _ALL}
"""Every format by name."""

_BODS_MARKS = (b'"statementID"', b'"statementId"', b'"statementType"')
_FTM_MARKS = (b'"id"', b'"schema"', b'"properties"')
_OCDS_MARKS = (b'"ocid"', b'"releases"', b'"records"', b'"compiledRelease"')


def looks_like_table(head: bytes) -> bool:
    """Whether a file that begins with ``head`` has a header line of several columns."""
    return head.lstrip()[:1] not in (b"{", b"[", b"<") and len(read_header(head)) > 2


def guess_format(head: bytes, mapping: Mapping | None) -> str | None:
    """The name of the format of a file that begins with ``head``, or None where it is none of ours."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start[:1] in (b"{", b"["):
        if any(mark in head for mark in _BODS_MARKS):
            return "bods"
        if any(mark in head for mark in _OCDS_MARKS):
            return "ocds"
        if all(mark in head for mark in _FTM_MARKS):
            return "ftm"
        return "goszakup" if looks_like_goszakup(head) else None
    if mapping is not None:
        return mapping.format if mapping.format in FORMATS else None
    header = read_header(head)
    if is_simple(header):
        return "ftm"
    fitting = [register for register in REGISTERS if register.fits(header)]
    return max(fitting, key=lambda register: len(set(register.columns) & set(header))).name if fitting else None
