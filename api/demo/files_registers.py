"""The registers as small tables: companies, officers, offices, kinship, declarations, rates, debarred."""

import csv
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from api.demo.scale import LAST_DAY
from api.demo.society import Society
from api.demo.state import DEBARRED_LIST, Debarred
from api.demo.wealth import USD

Cell = str | int | date | None


def write_table(path: Path, header: str, rows: Iterable[Sequence[Cell]]) -> None:
    """A CSV file with a header line of comma-separated names; dates as ISO 8601, None as an empty cell."""
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(header.split(","))
        writer.writerows(rows)


def write_registers(folder: Path, society: Society, debarred: list[Debarred]) -> None:
    """All registers below ``folder``, rows in the order of their ids or days."""
    folder.mkdir(parents=True, exist_ok=True)
    country, persons = society.country, society.persons
    write_table(
        folder / "companies.csv",
        "company_id,name,jurisdiction,registered_on,dissolved_on,address,phone,email,status,activity",
        (
            (
                one.id,
                one.full_name,
                "KZ",
                one.registered,
                one.dissolved,
                one.address,
                one.phone,
                one.email,
                "liquidated" if one.dissolved and one.dissolved <= LAST_DAY else "active",
                one.activity,
            )
            for one in sorted(society.companies.values(), key=lambda company: company.id)
        ),
    )
    write_table(
        folder / "officers.csv",
        "company_id,person_id,name,role,since,until",
        sorted(
            (one.company, one.person, persons[one.person].name, one.role, one.since.isoformat(), _iso(one.until))
            for one in society.officers
        ),
    )
    write_table(
        folder / "offices.csv",
        "person_id,name,birth_date,body_id,body_name,position,since,until,procurement",
        sorted(
            (
                one.person,
                persons[one.person].name,
                persons[one.person].born.isoformat(),
                country.buyers[one.buyer].company.id,
                country.buyers[one.buyer].company.name,
                one.position,
                one.since.isoformat(),
                _iso(one.until),
                int(one.procurement),
            )
            for one in society.offices
        ),
    )
    write_table(
        folder / "kinship.csv",
        "person_id,relative_id,relative_name,relation,since,until",
        sorted(
            (one.person, one.relative, persons[one.relative].name, one.relation, _iso(one.since), "")
            for one in society.kin
        ),
    )
    write_table(
        folder / "declarations.csv",
        "person_id,year,kind,description,amount,currency,owner_id,day",
        sorted(
            (one.person, one.year, one.kind, one.description, one.amount, one.currency, one.owner, _iso(one.day))
            for one in society.declared
        ),
    )
    write_table(
        folder / "rates.csv", "currency,year,rate,base", (("USD", year, rate, "KZT") for year, rate in USD.items())
    )
    write_table(
        folder / "debarred.csv",
        "id,name,reason,since,until,list",
        (
            (company.id, company.full_name, one.reason, one.since, one.until, DEBARRED_LIST)
            for one in debarred
            for company in (country.firms[one.firm].company,)
        ),
    )


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
