"""Rows of a generation as the documents that answers are made of."""

import zlib
from collections.abc import Iterable, Mapping
from decimal import Decimal
from math import isfinite

from ibis import _

from graph.answers.births import births_in, withhold_births
from graph.answers.naming import Document, Naming
from graph.answers.withhold import numbers_in, withhold
from graph.generation import listed, rows_of

TENDER_COLUMNS = ("node", "own_id", "title", "day", "region", "category", "estimate", "currency", "buyer")


class Documents:
    """Turns a generation's rows into the documents of the command line and the API."""

    def __init__(self, naming: Naming) -> None:
        self._naming, self._generation = naming, naming.generation
        self.rules: dict[str, Document] = {rule["code"]: rule for rule in self._generation.facts["rules"]}

    def findings(self, rows: list[Document]) -> list[Document]:
        """Red flags."""
        names = self._naming.parties(
            [*(party for row in rows for party in row["parties"])]
            + [one["id"] for row in rows for one in row["about"] if one["kind"] == "buyer"]
        )
        tenders = self._naming.tenders(one["id"] for row in rows for one in row["about"] if one["kind"] == "tender")
        return [
            {
                "id": row["id"],
                "code": row["code"],
                "version": row["version"],
                "title": self.rules[row["code"]]["title"],
                "parties": [names[party]["id"] for party in row["parties"]],
                "about": [{"kind": one["kind"], "id": _own(one, names, tenders)} for one in row["about"]],
                "value": row["value"] if isfinite(row["value"]) else None,
                "threshold": row["threshold"],
                "unit": row["unit"],
                "period": period(row),
                "text": row["text"],
                "innocent": self.rules[row["code"]]["innocent"],
                "evidence": row["evidence"],
                "case": row["case"] if self._naming.view.persons else None,
            }
            for row in rows
        ]

    def rings(self, rows: list[Document]) -> list[Document]:
        """Rings."""
        names = self._naming.parties(member for row in rows for member in row["members"])
        tenders = self._naming.tenders(node for row in rows for node in row["tenders"])
        return [
            {
                "id": row["id"],
                "rank": row["rank"],
                "score": row["score"],
                "reported": row["reported"],
                "members": [{"id": names[one]["id"], "name": names[one]["name"]} for one in row["members"]],
                "tenders": [tenders[node] for node in row["tenders"]],
                "period": period(row),
                "markets": row["markets"],
                "evidence": [{"at": None, **one} for one in row["evidence"]],  # an older generation has no day
                "innocent": row["innocent"],
                "refuted_by": row["refuted_by"],
            }
            for row in rows
        ]

    def links(self, rows: list[Document]) -> list[Document]:
        """Paths from officials to winners."""
        steps = [step for row in rows for step in row["path"]]
        names = self._naming.parties(
            [end for step in steps for end in (step["source"], step["target"]) if not end.startswith("c-")]
            + [row[end] for row in rows for end in ("official", "supplier", "buyer")]
            + [row["post"]["body"] for row in rows]
        )
        tenders = self._naming.tenders(node for row in rows for node in row["tenders"])
        return [
            {
                "id": row["id"],
                "official": names[row["official"]]["id"],
                "official_name": names[row["official"]]["name"],
                "supplier": names[row["supplier"]]["id"],
                "supplier_name": names[row["supplier"]]["name"],
                "buyer": names[row["buyer"]]["id"],
                "buyer_name": names[row["buyer"]]["name"],
                "position": row["post"]["position"],
                "post": _post(row["post"], names),
                "hops": row["hops"],
                "score": row["score"],
                "path": [_step(step, names) for step in row["path"]],
                "tenders": [tenders[node] for node in row["tenders"]],
                "won": money(row["amount"], row["currency"]),
                "share_of_spending": row["share"],
                "period": period(row),
                "text": row["text"],
            }
            for row in rows
        ]

    def tenders(self, nodes: Iterable[str]) -> list[Document]:
        """Tenders as a case shows them, by day."""
        table = self._generation.table("tenders").filter(_.node.isin(listed(nodes))).select(*TENDER_COLUMNS)
        rows = rows_of(table.order_by("day", "own_id"))
        buyers = self._naming.parties([row["buyer"] for row in rows if row["buyer"]])
        return [
            {
                "id": row["own_id"],
                "node": row["node"],
                "title": row["title"],
                "day": row["day"],
                "region": row["region"],
                "category": row["category"],
                "estimate": money(row["estimate"], row["currency"]),
                "buyer": buyers.get(row["buyer"]),
            }
            for row in rows
        ]

    def evidence(self, ids: Iterable[str]) -> list[Document]:
        """Source records by file and position: as they came, or without the numbers and birth dates of persons.

        ``hash`` is that of the record as it came; ``withheld`` says whether any of these were taken out.
        """
        return self.records(rows_of(self._generation.table("documents").filter(_.document.isin(listed(ids)))))

    def sources(self, ids: Iterable[str]) -> list[Document]:
        """The same without the records' texts."""
        table = self._generation.table("documents").filter(_.document.isin(listed(ids))).drop("raw")
        return sorted((_source(row, "", withheld=False) for row in rows_of(table)), key=_place)

    def records(self, rows: Iterable[Document], further: frozenset[str] = frozenset()) -> list[Document]:
        """The same of rows of the table ``documents``, of this generation or of the record store; ``further`` are more
        numbers of persons, as :func:`numbers_in` gives them, to withhold."""
        rows = list(rows)
        came = {row["document"]: zlib.decompress(row["raw"]).decode("utf-8", "replace") for row in rows}
        texts = came
        if not self._naming.view.numbers:
            numbers = numbers_in(self._generation, came.values()) | further
            born = births_in(self._generation, came.values())
            texts = {own: withhold(withhold_births(text, born), numbers) for own, text in came.items()}
        own = [(row, row["document"]) for row in rows]
        return sorted((_source(row, texts[one], withheld=texts[one] != came[one]) for row, one in own), key=_place)


def _source(row: Document, text: str, *, withheld: bool) -> Document:
    told = {name: row[name] for name in ("source", "format", "file", "position", "loaded_at", "hash")}
    return {"id": row["document"], **told, "record": text, "withheld": withheld}


def _place(source: Document) -> tuple[str, str, str]:
    return source["file"], source["position"], source["id"]


def money(amount: float | None, currency: str | None) -> Document | None:
    """A sum as answers give it: text with two decimals, and its currency."""
    return None if amount is None else {"amount": f"{amount:.2f}", "currency": currency}


def minor_money(minor: int | None, currency: str | None) -> Document | None:
    """A sum in whole minor units, as :func:`money` gives it."""
    return None if minor is None else {"amount": f"{Decimal(minor) / 100:.2f}", "currency": currency}


def period(row: Document) -> Document:
    """The first and last day of something."""
    return {"since": row["since"], "until": row["until"]}


def case_head(row: Document) -> Document:
    """A case as a list shows it; a person moves it past ``new``, never the machine."""
    return {
        "id": row["id"],
        "rank": row["rank"],
        "title": row["title"],
        "score": row["score"],
        "state": "new",
        "codes": row["codes"],
        "firms": sum(party.startswith("o-") for party in row["parties"]),
        "persons": sum(party.startswith("p-") for party in row["parties"]),
        "period": period(row),
        "opened": row["opened"],
        "merged": row["merged"],
        "split_from": row["split_from"],
        "restricted": bool(row.get("restricted")),
    }


def _own(one: Document, names: Mapping[str, Document], tenders: Mapping[str, str]) -> str:
    if one["kind"] == "tender":
        return tenders.get(one["id"], one["id"])
    return str(names[one["id"]]["id"] if one["kind"] == "buyer" else one["id"])


def _post(post: Document, names: Mapping[str, Document]) -> Document:
    body = names[post["body"]]
    told = {name: post[name] for name in ("position", "procurement", "since", "until")}
    return {"body": body["id"], "body_name": body["name"], **told, "source": post["document"]}


def _step(step: Document, names: Mapping[str, Document]) -> Document:
    return {
        "from": names[step["source"]]["id"] if step["source"] in names else step["source"],
        "kind": step["kind"],
        "to": names[step["target"]]["id"] if step["target"] in names else step["target"],
        "detail": step["detail"],
        "since": step["since"],
        "until": step["until"],
        "source": step["document"],
        "problem": step.get("problem"),
    }


def pair_reasons(row: Document) -> list[str]:
    """Why a pair has its score, in words with numbers."""
    reasons = [
        f"met {row['meetings']} times where their markets explain {row['expected']:.1f} (z {row['z']:.1f}), "
        f"in {row['jaccard']:.0%} of the tenders that either bid for"
    ]
    if row["moving"] is not None and row["moving"] > 0:
        reasons.append(
            f"their bids move together where an average decides (correlation {row['rho']:.2f}, z {row['moving']:.1f})"
        )
    return reasons + [f"share {kind}" for kind in row["ties"]]
