"""B01: our own rule for bidding rings."""

from dataclasses import dataclass

from graph.indicators.rule import Rule


@dataclass(frozen=True)
class Settings:
    """``threshold``: the score from which a ring is reported, chosen on generated countries (DECISIONS.md)."""

    threshold: float = 0.5


B01 = Rule(
    code="B01",
    version="0.3.0",
    title="Bidding ring",
    rule=(
        "The odds of a group are the greatest of: how much more its firms meet than their markets explain and how far "
        "they keep to themselves (strength / 4.5), how much their bids move together where an average decides (z / 7), "
        "tenders in which firms under common control bid against each other (t / 2). Each further kind of evidence "
        "that chance hardly gives (prices, a break, allocation, format, ties; p at most .05 after correction) "
        "multiplies them by exp(0.3 z), z up to 3; prices that spread more than their markets' divide them in the same "
        "way. The score is odds / (1 + odds)."
    ),
    unit="score in 0..1",
    source="Own; Wachs & Kertesz 2019 (10.1038/s41598-019-47198-1), Huber & Imhof 2019 "
    "(10.1016/j.ijindorg.2019.04.002), Imhof & Wallimann 2021 (arXiv 2105.00337), Wallimann, Imhof & Huber 2023 "
    "(Computational Economics), Chassang et al. 2022 (10.3982/ECTA17155), Bajari & Ye 2003 "
    "(10.1162/003465303773815871), Conley & Decarolis 2016 (10.1257/mic.20130254), Pettitt 1979 (10.2307/2346729)",
    innocent="Few firms have the licence, the equipment or the depot that these tenders ask for.",
    weight=1.0,
    settings=Settings(),
    opens_case=True,
)
