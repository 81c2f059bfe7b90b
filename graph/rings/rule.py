"""B01: our own rule for bidding rings."""

from dataclasses import dataclass

from graph.indicators.rule import Rule


@dataclass(frozen=True)
class Settings:
    """``threshold``: the score from which a ring is reported, chosen on generated countries (DECISIONS.md)."""

    threshold: float = 0.5


B01 = Rule(
    code="B01",
    version="0.1.0",
    title="Bidding ring",
    rule=(
        "A group of firms meets in tenders more often than its markets explain and keeps to itself, or bids against "
        "itself under common control; narrow prices, wins in turns and ties support it."
    ),
    unit="score in 0..1",
    source="Own; Wachs & Kertesz 2019 (10.1038/s41598-019-47198-1), "
    "Huber & Imhof 2019 (10.1016/j.ijindorg.2019.04.002)",
    innocent="Few firms have the licence, the equipment or the depot that these tenders ask for.",
    weight=1.0,
    settings=Settings(),
    opens_case=True,
)
