"""An invented country with planted bidding rings, planted ties of officials, planted wealth, and honest look-alikes.

Places, legal forms and shapes of numbers are Kazakhstan's; every company, person and tender is made up. What is
written has the published formats that are loaded everywhere else: OCDS, BODS, registers, and a mapped table of bids.
"""

from pathlib import Path
from random import Random

from api.demo.country import settle
from api.demo.files_bods import write_bods
from api.demo.files_floor import write_floor
from api.demo.files_ocds import write_ocds
from api.demo.files_registers import write_registers
from api.demo.floor import floor_tenders
from api.demo.hidden_owners import plant_hidden_owners
from api.demo.honest import House
from api.demo.identities import Registrar
from api.demo.lookalikes import plant_companies, plant_officials, share_contacts
from api.demo.markets import plan_markets, plan_rings
from api.demo.planted import Planted, PlantedRing, PlantedTie
from api.demo.rings import planted_rings
from api.demo.scale import Scale
from api.demo.schedule import hold, slots, steered
from api.demo.society import found_society, settle_others
from api.demo.state import debar, declare_all
from api.demo.ties import plant_ties
from api.demo.wealth import plant_wealth
from api.demo.wins import count_wins

__all__ = ["Planted", "PlantedRing", "PlantedTie", "generate", "sources"]


def generate(folder: Path, *, tenders: int = 4000, seed: int = 1, rings: bool = True) -> Planted:
    """Write the source files of a country below ``folder``, and say what was planted in it.

    The same arguments give the same bytes. Without ``rings`` no ring is planted; ties and look-alikes stay. Files of
    the same names are replaced. ValueError where ``tenders`` is not within 200 and 100,000.
    """
    scale = Scale.of(tenders)
    # The source of randomness of all but wealth; what it decides is invented and protects nothing.
    rng = Random(seed)  # noqa: S311
    plans = plan_rings(rng, scale) if rings else ()
    registrar = Registrar(rng)
    country = settle(registrar, scale, plan_markets(rng, scale, plans), plans)
    country, mass_address = share_contacts(registrar, country)
    house = House(rng, country)
    planned, favours = steered(rng, country, slots(rng, country))
    published, under_floor = hold(house, planned), floor_tenders(house)
    wins = count_wins([*published, *under_floor])

    society = found_society(registrar, country)
    plant_hidden_owners(society)
    ties = plant_ties(society, favours)
    plant_officials(society, wins, mass_address)
    plant_companies(society)
    settle_others(society)
    declare_all(society)
    # A stream of its own: what is declared changes no ring and no tie.
    enriched = plant_wealth(society, Random(f"wealth {seed}"))  # noqa: S311

    write_ocds(folder / "ocds", country, published, rng)
    write_floor(folder / "floor", country, under_floor)
    write_bods(folder / "bods", society)
    write_registers(folder / "registers", society, debar(society, wins))
    return Planted(planted_rings(country), ties, enriched)


def sources(folder: Path) -> list[tuple[list[Path], Path | None]]:
    """What :func:`generate` wrote, as paths to load together and the map that they need, or None."""
    plain = [folder / name for name in ("ocds", "bods", "registers")]
    return [(plain, None), ([folder / "floor" / "bids.csv"], folder / "floor" / "floor.yaml")]
