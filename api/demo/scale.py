"""How large everything is in a country of so many tenders."""

from dataclasses import dataclass
from datetime import date
from math import sqrt

FEWEST, MOST = 200, 100_000
"""How many tenders a country may have: below, rings would be its whole market; above, rings would share markets."""
FIRST_DAY, LAST_DAY = date(2021, 1, 1), date(2024, 12, 31)
"""Everything that is published happened within these days."""
FIRST_CLOSE, LAST_CLOSE = date(2021, 2, 8), date(2024, 11, 29)
"""Bids close within these days, so that calls and contracts lie within :data:`FIRST_DAY` and :data:`LAST_DAY`."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Counts for a country; ``buyers`` is per region, ``rings`` and ``ties`` per kind."""

    tenders: int
    floor_tenders: int
    regions: int
    categories: int
    buyers: int
    firms: int
    rings: int
    ties: int
    tight_markets: int
    consortia: int
    most_rigged: int
    most_hidden: int

    @classmethod
    def of(cls, tenders: int) -> "Scale":
        """The counts for a country of ``tenders`` tenders; ValueError outside :data:`FEWEST`..:data:`MOST`.

        >>> Scale.of(4000).regions, Scale.of(4000).categories, Scale.of(4000).rings
        (10, 8, 2)
        """
        if not FEWEST <= tenders <= MOST:
            raise ValueError(f"a country has {FEWEST} to {MOST} tenders, not {tenders}")
        # Rings of 20,000 tenders fill half of the 80 markets; from there on markets grow with them.
        growth = max(1.0, sqrt(tenders / 20_000))
        markets = min(80.0, max(9.0, tenders / 50))
        regions = min(20, round(sqrt(markets * 10 / 8) * growth))
        firms = max(72, tenders // 5)
        return cls(
            tenders=tenders,
            floor_tenders=round(0.03 * tenders),
            regions=regions,
            categories=min(20, round(markets / round(sqrt(markets * 10 / 8)) * growth)),
            buyers=round(8 * growth),
            firms=firms,
            rings=max(1, round(tenders / 2000)),
            ties=max(2, round(tenders / 2000)),
            tight_markets=1 if tenders < 1000 else 2 if tenders < 3000 else 3 + tenders // 25_000,
            consortia=max(2, tenders // 1000),
            # In a small country every ring has the fewest tenders, so that honest ones are left in its market.
            most_rigged=min(40, 25 + (tenders - FEWEST) // 40),
            most_hidden=min(20, 12 + (tenders - FEWEST) // 75),
        )
