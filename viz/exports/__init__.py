"""Everything that a case can be written as; the command line and the service read one tuple of formats."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from graph.model import Subgraph
from viz.case_page import case_page
from viz.exports.archive import MEDIA, archive
from viz.exports.bundle import case_bundle
from viz.exports.ftm import case_ftm
from viz.exports.graphml import case_graphml
from viz.exports.tables import case_csv, case_tables
from viz.report import case_pdf
from viz.text import as_json
from viz.words import words

Case = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Format:
    """A way to write a case: ``make`` gives the file's bytes from a case document, its picture and a language.

    ``suffix`` begins with a dot; ``describes`` is one line for a list of formats.
    """

    name: str
    suffix: str
    describes: str
    make: Callable[[Case, Subgraph, str], bytes]

    @property
    def media_type(self) -> str:
        """The media type, with the encoding where it is text."""
        return MEDIA[self.suffix[self.suffix.rindex(".") :]]


FORMATS: tuple[Format, ...] = (
    Format("json", ".json", "The case document.", lambda case, _picture, _language: as_json(case)),
    Format("html", ".html", "A page with picture and evidence that opens without a network.",
           lambda case, picture, language: case_page(case, picture, words=words(language)).encode()),
    Format("pdf", ".pdf", "A printable report.", case_pdf),
    Format("graphml", ".graphml", "The case's graph for Gephi or yEd.",
           lambda case, picture, _language: case_graphml(case, picture)),
    Format("csv", ".csv", "The case's findings as a table.",
           lambda case, _picture, language: case_csv(case, "findings", language)),
    Format("tables", ".tables.zip", "All of the case's tables as CSV files in a zip.",
           lambda case, _picture, language: archive(case_tables(case, language))),
    Format("ftm", ".ftm.jsonl", "The case as FollowTheMoney entities, a JSON line each, for Aleph.",
           lambda case, picture, _language: case_ftm(case, picture).encode()),
    Format("bundle", ".bundle.zip", "Everything in one zip with hashes, and a script that checks them.",
           lambda case, picture, _language: case_bundle(case, picture)),
)  # fmt: skip
"""By name. Page, PDF and tables are written for a language; a bundle has the report in all of them."""


def export(name: str, case: Case, picture: Subgraph, *, language: str = "en") -> bytes:
    """A case document and its picture in a format; the same input gives the same bytes.

    What the document and the picture may tell is the caller's to decide, but numbers and birth dates of the picture's
    persons are never written. ValueError for a format or a language (en, ru, kk) that there is not.
    """
    words(language)
    for one in FORMATS:
        if one.name == name:
            return one.make(case, picture, language)
    raise ValueError(f"{name!r} is no format; formats are {', '.join(one.name for one in FORMATS)}")
