"""What stands on the country's page, read back from it, and small countries to show."""

import csv
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

from api.settings import read_settings
from api.workspace import Workspace
from graph.rules import Rules
from ingest.load import LoadOptions, load
from ingest.mapping import read_mapping

COLUMNS = ("tender", "bidder", "bidder_name", "amount", "winner", "date", "region", "buyer", "category")


@dataclass
class Table(HTMLParser):
    """The rows of the tables of a class (of all without one): each cell with its text, its links and its title."""

    wanted: str = ""
    rows: list[list[dict[str, object]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._inside, self._cell = False, False
        self.tags: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep what is opened."""
        told = {name: value or "" for name, value in attrs}
        self.tags.add(tag)
        self.attributes |= {*told}
        if tag == "table":
            self._inside = not self.wanted or self.wanted in told.get("class", "").split()
        elif self._inside and tag == "tr":
            self.rows.append([])
        elif self._inside and tag in ("td", "th"):
            self.rows[-1].append({"text": "", "links": [], "title": "", "class": told.get("class", "")})
            self._cell = True
        elif self._cell and tag in ("a", "span"):
            links = self.rows[-1][-1]["links"]
            assert isinstance(links, list)
            links += [told["href"]] if "href" in told else []
            self.rows[-1][-1]["title"] = self.rows[-1][-1]["title"] or told.get("title", "")

    def handle_endtag(self, tag: str) -> None:
        """Leave what is closed."""
        if tag == "table":
            self._inside = False
        elif tag in ("td", "th"):
            self._cell = False

    def handle_data(self, data: str) -> None:
        """Keep the text of a cell."""
        if self._inside and self._cell:
            self.rows[-1][-1]["text"] = f"{self.rows[-1][-1]['text']}{data}".strip()


def table(page: str, wanted: str = "") -> Table:
    """A page's tables."""
    found = Table(wanted)
    found.feed(page)
    return found


def small_country(folder: Path, rows: list[dict[str, str]]) -> Workspace:
    """A home whose records are these bids, detected; what a row does not say is told for it."""
    folder.mkdir(exist_ok=True)
    usual = {"bidder": "A", "bidder_name": "Firm A", "amount": "100", "winner": "1", "date": "2024-01-02"}
    usual |= {"region": "", "buyer": "Buyer", "category": "45"}
    with (folder / "bids.csv").open("w", encoding="utf-8", newline="") as file:
        written = csv.DictWriter(file, COLUMNS)
        written.writeheader()
        written.writerows({**usual, "tender": f"T{number}", **row} for number, row in enumerate(rows))
    columns = ", ".join(f"{name}: {name}" for name in COLUMNS)
    (folder / "bids.yaml").write_text(
        f"format: bids\ncolumns: {{{columns}}}\nconstants: {{currency: KZT, country: KZ}}\n", "utf-8"
    )
    workspace = Workspace(read_settings({}, str(folder / "home")))
    with workspace.writing(), workspace.records(write=True) as store:
        load(store, [str(folder / "bids.csv")], LoadOptions(mapping=read_mapping(str(folder / "bids.yaml"))))
    workspace.detect(Rules())
    return workspace
