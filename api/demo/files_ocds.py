"""Tenders as OCDS 1.1: a package of releases for each year, one year as packed JSON lines."""

from collections.abc import Iterable
from contextlib import ExitStack
from datetime import date, datetime, timedelta
from gzip import GzipFile
from pathlib import Path
from random import Random
from typing import IO, Any, cast

import msgspec

from api.demo.country import Country
from api.demo.identities import Company
from api.demo.places import CATEGORIES
from api.demo.tenders import Bid, Tender

LINES_YEAR = 2023
"""The year that is published as packed JSON lines."""
PREFIX = "ocds-kzdemo"
_YEARS = range(2021, 2025)
_FIRST_NUMBER = 10_000_001
_TWO_RELEASES = 0.12
_AMENDED = 0.12
_NAMED_BID = 0.85
_METHODS = {
    "open": ("Открытый конкурс", "Аукцион", "Ашық конкурс", "Запрос ценовых предложений"),
    "selective": ("Конкурс с предварительным квалификационным отбором",),
    "limited": ("Закрытый конкурс",),
}
_EXTENSIONS = [
    f"https://raw.githubusercontent.com/open-contracting-extensions/{name}/v1.1.5/extension.json"
    for name in ("ocds_bid_extension", "ocds_lots_extension")
]
_ENCODER = msgspec.json.Encoder()


def write_ocds(folder: Path, country: Country, tenders: list[Tender], rng: Random) -> None:
    """``releases-YYYY.json`` below ``folder``, and ``releases-YYYY.jsonl.gz`` for the packed year.

    A release stands in the file of its own year; an OCID has the number of its tender in ``tenders``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    writer = Releases(country, rng)
    with ExitStack() as stack:
        files = {year: _YearFile(folder, year, stack) for year in _YEARS}
        for number, tender in enumerate(tenders):
            for release in writer.of(_FIRST_NUMBER + number, tender):
                files[int(release["date"][:4])].add(_ENCODER.encode(release))
        for file in files.values():
            file.end()


class _YearFile:
    """The file of one year, open for more releases."""

    def __init__(self, folder: Path, year: int, stack: ExitStack) -> None:
        self._lines = year == LINES_YEAR
        path = folder / f"releases-{year}.{'jsonl.gz' if self._lines else 'json'}"
        self._handle: IO[bytes] = stack.enter_context(path.open("wb"))
        if self._lines:
            # No time and no name inside, so that the same releases give the same bytes.
            packed = GzipFile(filename="", mode="wb", compresslevel=6, fileobj=self._handle, mtime=0)
            self._handle = cast(IO[bytes], stack.enter_context(packed))
        else:
            head = {
                "uri": f"https://bidring.example/ocds/releases-{year}.json",
                "version": "1.1",
                "extensions": _EXTENSIONS,
                "publisher": {"name": "Портал государственных закупок (вымышленная страна)"},
                "publishedDate": "2025-01-15T00:00:00Z",
            }
            self._handle.write(_ENCODER.encode(head)[:-1] + b',"releases":[\n')
        self._first = True

    def add(self, release: bytes) -> None:
        """Write one release."""
        if self._lines:
            self._handle.write(release + b"\n")
        else:
            self._handle.write(release if self._first else b",\n" + release)
        self._first = False

    def end(self) -> None:
        """Close what is open in a package."""
        if not self._lines:
            self._handle.write(b"\n]}\n")


class Releases:
    """Makes the releases of tenders; parties are encoded once."""

    def __init__(self, country: Country, rng: Random) -> None:
        self._country, self._rng = country, rng
        self._parties: dict[tuple[str, tuple[str, ...]], msgspec.Raw] = {}

    def of(self, number: int, tender: Tender) -> list[dict[str, Any]]:
        """The releases of a tender, oldest first: one of all there is, at times one of the call before it."""
        rng, buyer = self._rng, self._country.buyers[tender.slot.buyer].company
        decided = tender.slot.day + timedelta(rng.randint(2, 12))
        awards = self._awards(tender, decided)
        contracts = self._contracts(awards, decided)
        last = max([decided, *(date.fromisoformat(contract["dateSigned"][:10]) for contract in contracts)])
        head: dict[str, Any] = {
            "ocid": f"{PREFIX}-{number}",
            "language": "ru",
            "initiationType": "tender",
            "buyer": {"id": buyer.id, "name": buyer.name},
        }
        call = self._call(number, tender)
        won = set(tender.suppliers)
        final: dict[str, Any] = {
            **head,
            "id": f"{number}-2",
            "date": f"{last}T10:00:00Z",
            "tag": ["award", "contract"] if contracts else ["tenderUpdate"],
            "parties": [
                self._party(buyer, ("buyer", "procuringEntity")),
                *(
                    self._party(
                        self._country.firms[firm].company, ("tenderer", "supplier") if firm in won else ("tenderer",)
                    )
                    for firm in tender.bidders
                ),
            ],
            "tender": {**call, "status": tender.status, "numberOfTenderers": len(tender.bidders)},
            "bids": {"details": [self._bid(bid, len(tender.lots) > 1) for bid in tender.bids]},
        }
        if awards:
            final |= {"awards": awards, "contracts": contracts}
        if rng.random() >= _TWO_RELEASES:
            final["tag"] = ["compiled"]
            return [final]
        first: dict[str, Any] = {
            **head,
            "id": f"{number}-1",
            "date": _time(tender.opens),
            "tag": ["tender"],
            "parties": [self._party(buyer, ("buyer", "procuringEntity"))],
            "tender": {**call, "status": "active"},
        }
        return [first, final]

    def _party(self, company: Company, roles: tuple[str, ...]) -> msgspec.Raw:
        found = self._parties.get((company.id, roles))
        if found is None:
            party = {
                "id": company.id,
                "name": company.name,
                "identifier": {"scheme": company.id[:6], "id": company.id[7:], "legalName": company.full_name},
                "address": {
                    "streetAddress": company.street,
                    "locality": company.town,
                    "region": company.region,
                    "countryName": "Казахстан",
                },
                "contactPoint": {"telephone": company.phone, "email": company.email},
                "roles": roles,
            }
            found = self._parties[company.id, roles] = msgspec.Raw(_ENCODER.encode(party))
        return found

    def _call(self, number: int, tender: Tender) -> dict[str, Any]:
        """The tender as it was called, without its status."""
        rng, slot = self._rng, tender.slot
        category = CATEGORIES[self._country.markets[slot.market].category]
        wares = [rng.choice(category.wares) for _ in tender.lots]
        buyer = self._country.buyers[slot.buyer].company
        several = len(tender.lots) > 1
        call: dict[str, Any] = {
            "id": f"{number}-1",
            "title": wares[0][1],
            "procuringEntity": {"id": buyer.id, "name": buyer.name},
            "value": _value(sum(tender.lots)),
            "procurementMethod": tender.method,
            "procurementMethodDetails": rng.choice(_METHODS[tender.method]),
            "mainProcurementCategory": category.main,
            "awardCriteria": "priceOnly",
            "tenderPeriod": {"startDate": _time(tender.opens), "endDate": _time(tender.closes)},
            "items": [
                {
                    "id": str(place),
                    "description": what,
                    "classification": {"scheme": "CPV", "id": code, "description": what},
                    "quantity": 1,
                    **({"relatedLot": f"lot-{place}"} if several else {}),
                }
                for place, (code, what) in enumerate(wares, 1)
            ],
        }
        if several:
            call["lots"] = [
                {"id": f"lot-{place}", "title": what, "value": _value(estimate)}
                for place, (estimate, (_, what)) in enumerate(zip(tender.lots, wares, strict=True), 1)
            ]
        return call

    def _references(self, firms: Iterable[int]) -> list[dict[str, str]]:
        companies = (self._country.firms[firm].company for firm in firms)
        return [{"id": company.id, "name": company.name} for company in companies]

    def _bid(self, bid: Bid, several: bool) -> dict[str, Any]:
        return {
            "id": f"bid-{bid.number}",
            "date": _time(bid.at),
            "status": bid.status,
            "tenderers": self._references(bid.bidders),
            "value": _value(bid.amount),
            **({"relatedLots": [f"lot-{bid.lot + 1}"]} if several else {}),
        }

    def _awards(self, tender: Tender, decided: date) -> list[dict[str, Any]]:
        """An award for each lot that was won; most name the bid, all name the suppliers."""
        found = []
        for place, bid in enumerate(tender.winners, 1):
            if bid:
                award: dict[str, Any] = {
                    "id": f"award-{place}",
                    "status": "active",
                    "date": f"{decided}T09:00:00Z",
                    "value": _value(bid.amount),
                    "suppliers": self._references(bid.bidders),
                }
                if len(tender.lots) > 1:
                    award["relatedLots"] = [f"lot-{place}"]
                if self._rng.random() < _NAMED_BID:
                    award["relatedBid"] = f"bid-{bid.number}"
                found.append(award)
        return found

    def _contracts(self, awards: list[dict[str, Any]], decided: date) -> list[dict[str, Any]]:
        """A contract for each award, signed within twelve days; one in eight was amended."""
        rng, found = self._rng, []
        for award in awards:
            signed = decided + timedelta(rng.randint(3, 12))
            contract: dict[str, Any] = {
                "id": award["id"].replace("award", "contract"),
                "awardID": award["id"],
                "status": "active",
                "value": award["value"],
                "dateSigned": f"{signed}T06:00:00Z",
                "period": {
                    "startDate": f"{signed + timedelta(1)}T00:00:00Z",
                    "endDate": f"{signed + timedelta(rng.randint(30, 300))}T00:00:00Z",
                },
            }
            if rng.random() < _AMENDED:
                days = sorted(rng.sample(range(10, 120), rng.randint(1, 3)))
                contract["amendments"] = [
                    {
                        "id": f"{contract['id']}-{place}",
                        "date": f"{signed + timedelta(day)}T06:00:00Z",
                        "description": "Дополнительное соглашение",
                    }
                    for place, day in enumerate(days, 1)
                ]
            found.append(contract)
        return found


def _value(tiyn: int) -> dict[str, Any]:
    return {"amount": tiyn / 100, "currency": "KZT"}


def _time(moment: datetime) -> str:
    return f"{moment.isoformat()}Z"
