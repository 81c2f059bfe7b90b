"""L01: our own rule for officials tied to winners."""

from dataclasses import dataclass

from graph.indicators.rule import Rule


@dataclass(frozen=True)
class Settings:
    """``threshold``: the most hops between the official and the supplier, from 1 to 4."""

    threshold: float = 4.0


L01 = Rule(
    code="L01",
    version="0.1.0",
    title="Official tied to a winning supplier",
    rule=(
        "A person who held office at a buyer was tied to a firm that won its tenders then: as owner, officer or "
        "family, or by an address, phone or email of few, over at most four hops and through nobody's hub."
    ),
    unit="hops",
    source="Own; OCP Red Flags in Public Procurement (2024), R043 for shared contact details",
    innocent="A common name, a relative not met for years, or a seat on a state company's board held by law.",
    weight=1.0,
    settings=Settings(),
    opens_case=True,
)
