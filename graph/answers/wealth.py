"""What a household earned and bought, as answers give it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from ibis import _

from graph.answers.naming import Document

if TYPE_CHECKING:  # an answer from a generation needs neither
    from graph.market import Market
    from graph.wealth.find import Enrichment


def enriched_row(one: "Enrichment") -> Document:
    """An official's household as a generation keeps it."""
    return {**asdict(one), "text": one.text}


def enriched_documents(market: "Market", found: "Sequence[Enrichment]", *, restricted: bool) -> list[Document]:
    """What was found in the records themselves, parties by their own ids, in the same order."""
    rows = [enriched_row(one) for one in found]
    wanted = sorted({party for row in rows for party in parties_of(row)})
    parties = market.parties.filter(_.id.isin(wanted)).select("own_id", "name", node="id").to_pyarrow().to_pylist()
    names: dict[str, Document] = {node: {"id": node, "name": None} for node in wanted}
    names |= {row["node"]: {"id": row["own_id"], "name": row["name"]} for row in parties}
    return [enriched_document(row, names, restricted=restricted) for row in rows]


def parties_of(row: Document) -> list[str]:
    """The node ids of whoever a row names: the official, the body, the owners."""
    return [row["official"], row["body"], *(line["owner"] for line in row["lines"])]


def enriched_document(row: Document, names: Mapping[str, Document], *, restricted: bool = True) -> Document:
    """An official's household with sums as numbers; ``ratio`` is null where no income is declared.

    ``row`` is as in a generation. Names and single lines only where ``restricted`` is open to the caller.
    """
    found = {
        "official": names[row["official"]]["id"],
        "income": row["income"],
        "assets": row["assets"],
        "ratio": row["ratio"],
        "years": row["last"] - row["first"] + 1,
        "first": row["first"],
        "last": row["last"],
        "currency": row["currency"],
        "prices": row["prices"],
        "text": row["text"],
        "incomplete": list(row["incomplete"]),
        "evidence": list(row["evidence"]),
    }
    if not restricted:
        return found
    lines = [
        {
            **{
                name: line[name]
                for name in ("year", "side", "kind", "description", "amount", "currency", "day", "value")
            },
            "owner": names[line["owner"]]["id"],
            "owner_name": names[line["owner"]]["name"],
            "source": line["document"],
        }
        for line in row["lines"]
    ]
    body = names[row["body"]]
    return found | {
        "official_name": names[row["official"]]["name"],
        "body": body["id"],
        "body_name": body["name"],
        "position": row["position"],
        "lines": lines,
    }
