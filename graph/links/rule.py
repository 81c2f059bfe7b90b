"""L01 and L04: our own rules for officials tied to winners, found from the paths of :mod:`graph.links.officials`."""

from dataclasses import dataclass

from graph.indicators.rule import Rule


@dataclass(frozen=True)
class Settings:
    """``threshold``: the most hops between the official and the supplier, from 1 to 4; ``kin``: the most kinships."""

    threshold: float = 4.0
    kin: int = 2


L01 = Rule(
    code="L01",
    version="0.3.0",
    title="Official tied to a winning supplier",
    rule=(
        "A person who held office at a buyer, or at a body that controls it by half or more, was tied to a firm that "
        "won the buyer's tenders then: as owner, officer or family (kin of at most two degrees), or by an address, "
        "phone or email of few, over at most four hops, through nobody's hub and not from seat to seat of an officer "
        "of more than ten companies. Score = product of the edges' strengths (owner (1 + share) / 2, officer and kin "
        "0.9, email 0.6, phone 0.5, address 0.3) x 0.85 per hop after the first, and for a body above x (0.6 + 0.2 x "
        "won / (won + median award) + 0.2 x share of the buyer's spending)."
    ),
    unit="hops",
    source="Own; OCP Red Flags in Public Procurement (2024), R043 for shared contact details",
    innocent="A common name, a relative not met for years, or a seat on a state company's board held by law.",
    weight=1.0,
    settings=Settings(),
    opens_case=True,
)


@dataclass(frozen=True)
class Commission:
    """``threshold``: the most hops between the official and the supplier, no more than L01's."""

    threshold: float = 4.0


L04 = Rule(
    code="L04",
    version="0.1.0",
    title="A member of the tender commission tied to the winner",
    rule="A tie as in L01 of a person whose post decided on the buyer's purchases on the day of the tender.",
    unit="hops",
    source="Own; OCP Red Flags in Public Procurement (2024), R043",
    innocent="A common name, or a member who declared the tie and did not vote, which these records do not show.",
    weight=0.5,
    settings=Commission(),
    opens_case=True,
)
