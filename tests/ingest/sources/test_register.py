"""The small tables: companies, officers, offices, kinship, declarations, rates, prices, debarred."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from intake import FIXTURES, Intake, counts

from ingest.declared import Declaration, PriceLevel, Rate
from ingest.errors import UnreadableInput
from ingest.records import Contact, Debarment, Kinship, Office, Officer, Organisation, Person
from ingest.sources import REGISTERS, guess_format

BIN, IIN, OTHER = "070340007367", "900101300017", "850505300021"
NAMES = [register.name for register in REGISTERS]


@pytest.mark.parametrize("name", NAMES)
def test_the_header_decides_the_format(intake: Intake, name: str) -> None:
    report = intake.load(FIXTURES / "registers" / f"{name}.csv", source="KZ-BIN")
    assert [count.format for count in report.files] == [name]
    assert counts(report) == (2, 2, 0, 0), intake.reasons()
    assert counts(intake.load(FIXTURES / "registers" / f"{name}.csv", source="KZ-BIN")) == (2, 0, 2, 0)


@pytest.mark.parametrize("register", REGISTERS, ids=lambda one: one.name)
def test_the_needed_columns_alone_decide_it_too(register: Any) -> None:
    for columns in (register.needed, register.columns, (*register.needed, "something_else")):
        assert guess_format(",".join(columns).encode(), None) == register.name
        assert guess_format(";".join(reversed(columns)).encode() + b"\n", None) == register.name


def test_a_header_of_something_else_decides_nothing() -> None:
    assert guess_format(b"a,b,c\n", None) is None
    assert guess_format(b"company_id\n", None) is None


def test_companies_are_told_in_full(intake: Intake) -> None:
    intake.load(FIXTURES / "registers" / "companies.csv", source="KZ-BIN")
    row = next(one for one in intake.rows(Organisation) if one["name"] == "Road Builders")
    assert row == {
        "key": f"KZ-BIN-{BIN}",
        "id": f"KZ-BIN-{BIN}",
        "scheme": "KZ-BIN",
        "number": BIN,
        "problem": None,
        "name": "Road Builders",
        "country": "KZ",
        "region": None,
        "registered": date(2007, 3, 1),
        "dissolved": None,
        "status": "active",
        "activity": "42.11",
        "entity_type": None,
    }
    assert intake.rows(Contact, "kind", "normal") == [
        ("address", "abay avenue 1 almaty"),
        ("email", "office@roads.example"),
        ("phone", "7271234567"),
    ]


def test_people_and_their_ties_are_told_in_full(intake: Intake) -> None:
    for name in NAMES:
        intake.load(FIXTURES / "registers" / f"{name}.csv", source="KZ-BIN")
    company, person, other = f"KZ-BIN-{BIN}", f"KZ-IIN-{IIN}", f"KZ-IIN-{OTHER}"
    assert intake.rows(Officer, "company", "person", "role", "since", "until") == [
        (company, other, "accountant", None, None),
        (company, person, "director", date(2015, 1, 1), date(2020, 12, 31)),
    ]
    assert intake.rows(Office, "person", "body", "position", "procurement", "since", "until") == [
        (other, company, "clerk", False, None, None),
        (person, company, "head of purchasing", True, date(2021, 1, 1), None),
    ]
    assert intake.rows(Kinship, "person", "relative", "relation") == [
        (other, person, "husband"),
        (person, other, "wife"),
    ]
    assert intake.rows(Declaration, "person", "year", "kind", "owner", "amount") == [
        (person, 2021, "asset", other, Decimal(90000)),
        (person, 2021, "income", person, Decimal("1500.5")),
    ]
    assert intake.rows(Debarment, "party", "list", "since", "until") == [
        (company, "unreliable", date(2022, 1, 1), date(2024, 1, 1)),
        (f"KZ-IIN-{OTHER}", "unreliable", date(2022, 1, 1), None),
    ]
    assert (IIN in person, set(intake.rows(Person, "birth_date"))) == (True, {None, "1990-01-01", "1985-05-05"})


def test_a_declaration_tells_of_gifts_loans_and_sales_and_of_the_day_of_a_purchase(intake: Intake) -> None:
    lines = (
        "".join(f"1,2021,{kind},5,usd,\n" for kind in ("Income", "gift", "LOAN", "sale"))
        + "1,2021,asset,5,usd,2021-03-04\n"
    )
    assert counts(intake.give("person_id,year,kind,amount,currency,day\n" + lines, "declared.csv")) == (5, 5, 0, 0)
    assert intake.rows(Declaration, "kind", "currency", "day") == [
        ("asset", "USD", date(2021, 3, 4)),
        ("gift", "USD", None),
        ("income", "USD", None),
        ("loan", "USD", None),
        ("sale", "USD", None),
    ]


def test_a_corrected_rate_replaces_the_earlier_one_of_its_source(intake: Intake) -> None:
    head = "currency,year,rate,base\n"
    intake.give(f"{head}USD,2021,426,KZT\nUSD,2022,460,KZT\n", "rates.csv", source="bank")
    intake.give(f"{head}USD,2021,427,KZT\n", "corrected.csv", source="bank")
    assert intake.rows(Rate, "year", "rate") == [(2021, 427.0), (2022, 460.0)]
    intake.give(f"{head}USD,2021,430,KZT\n", "other.csv", source="another bank")
    assert intake.rows(Rate, "year", "rate") == [(2021, 427.0), (2021, 430.0), (2022, 460.0)]
    intake.give("currency,year,index\nKZT,2021,100\n", "prices.csv", source="bureau")
    intake.give("currency,year,index\nKZT,2021,101\n", "prices again.csv", source="bureau")
    assert intake.rows(PriceLevel, "index") == [101.0]


def test_an_empty_until_means_still_so(intake: Intake) -> None:
    intake.give("company_id,person_id,role,since,until\n1,2,director,2020-01-01,\n", "officers.csv")
    assert intake.rows(Officer, "since", "until") == [(date(2020, 1, 1), None)]


def test_bare_ids_are_kept_apart_by_source_and_said_to_be_without_one(intake: Intake) -> None:
    table = "company_id,person_id,role\n1,2,director\n"
    for source in ("one", "two", None):
        report = intake.give(table, "officers.csv", source=source)
        assert bool(report.remarks) == (source is None)
    assert intake.rows(Officer, "company", "person") == [("local:1", "local:2"), ("one:1", "one:2"), ("two:1", "two:2")]


def test_full_ids_are_one_in_every_source(intake: Intake) -> None:
    for source, written in (("one", "GB-COH-2987170"), ("GB-COH", "02987170"), ("GB-COH", "2987170")):
        intake.give(f"company_id,person_id,role\n{written},p,{source}{written}\n", "officers.csv", source=source)
    assert set(intake.rows(Officer, "company")) == {"GB-COH-02987170"}


def test_a_map_renames_columns_and_gives_the_scheme(intake: Intake) -> None:
    mapping = intake.mapping(
        "register.yaml",
        format="companies",
        columns={"company_id": "Reg No", "name": "Title"},
        constants={"scheme": "GB-COH"},
    )
    assert counts(intake.give("Reg No,Title,Rest\n2987170,One,x\n", "any.csv", mapping=mapping)) == (1, 1, 0, 0)
    assert intake.rows(Organisation, "key", "name") == [("GB-COH-02987170", "One")]


def test_a_map_may_say_how_a_registers_dates_are_written(intake: Intake) -> None:
    columns = {"company_id": "c", "person_id": "p", "role": "r", "since": {"column": "s", "format": "%m/%d/%Y"}}
    mapping = intake.mapping("register.yaml", format="officers", columns=columns)
    assert counts(intake.give("c,p,r,s\n1,2,x,01/02/2020\n1,3,x,2020-01-02\n", "any.csv", mapping=mapping)) == (
        2,
        1,
        0,
        1,
    )
    assert intake.rows(Officer, "since") == [date(2020, 1, 2)]
    assert intake.reasons() == ["since is not %m/%d/%Y: '2020-01-02'"]


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        (
            {"columns": {"company_id": "c", "name": "Nom"}},
            "the map reads 'name' from column 'Nom', which is not there; there are c, n",
        ),
        ({"columns": {"company_id": "c", "titel": "n"}}, "the map gives 'titel', which is no column of companies"),
        ({"columns": {"company_id": "c"}}, "a table of companies needs the column 'name'"),
        (
            {"columns": {"company_id": "c", "name": "n"}, "constants": {"schema": "GB-COH"}},
            "the map gives 'schema', which is no column of companies",
        ),
    ],
)
def test_a_map_that_does_not_fit_is_refused_by_name(intake: Intake, parts: dict[str, Any], said: str) -> None:
    with pytest.raises(UnreadableInput) as refused:
        intake.give("c,n\n1,One\n", "any.csv", mapping=intake.mapping(format="companies", **parts))
    assert str(refused.value) == f"any.csv: {said}"


def test_a_format_that_is_asked_for_needs_its_columns(intake: Intake) -> None:
    with pytest.raises(UnreadableInput, match=r"any\.csv: a table of officers needs the column 'role'"):
        intake.give("company_id,person_id\n1,2\n", "any.csv", format="officers")


def test_a_later_row_of_a_company_replaces_the_earlier_however_its_number_is_written(intake: Intake) -> None:
    intake.give("company_id,name\n2987170,Old\n5,Other\n02987170,Newer\n", "companies.csv", source="GB-COH")
    assert intake.rows(Organisation, "name") == ["Newer", "Other"]
    assert counts(intake.give("company_id,name\nGB-COH-02987170,Newest\n", "companies.csv", source="GB-COH")) == (
        1,
        1,
        0,
        0,
    )
    assert intake.rows(Organisation, "name") == ["Newest", "Other"]


def test_an_unusable_later_row_leaves_the_latest_usable_one(intake: Intake) -> None:
    rows = "".join(f"7,Name {n},\n" for n in range(2, 12))
    intake.give("company_id,name,registered_on\n" + rows, "companies.csv")
    assert counts(intake.give("company_id,name,registered_on\n7,Bad,soon\n", "more.csv")) == (1, 0, 0, 1)
    assert intake.rows(Organisation, "name") == ["Name 11"]


@pytest.mark.parametrize("source", ["KZ-BIN", None])
@pytest.mark.parametrize("name", ["companies", "officers", "debarred"])
def test_a_wrong_check_digit_refuses_a_registers_row(intake: Intake, name: str, source: str | None) -> None:
    wrong = BIN[:-1] + "0"
    written = wrong if source else f"KZ-BIN-{wrong}"
    table = {
        "companies": f"company_id,name\n{written},Bad\n{BIN},Good\n",
        "officers": f"company_id,person_id,role\n{written},p,Bad\n{BIN},p,Good\n",
        "debarred": f"id,list\n{written},Bad\n{BIN},Good\n",
    }[name]
    assert counts(intake.give(table, f"{name}.csv", source=source)) == (2, 1, 0, 1)
    [held] = intake.held()
    assert (held.position, held.reason) == ("line 2", "the check digit of this KZ-BIN is wrong")
    assert wrong in held.raw


def test_a_wrong_check_digit_is_seen_where_the_map_only_names_the_country(intake: Intake) -> None:
    columns = {"company_id": "company_id", "name": "name"}
    mapping = intake.mapping(format="companies", columns=columns, constants={"country": "KZ"})
    report = intake.give(f"company_id,name\n{BIN[:-1]}0,Bad\n{BIN},Good\n17,Foreign\n", "any.csv", mapping=mapping)
    assert counts(report) == (3, 2, 0, 1)
    assert intake.reasons() == ["the check digit of this BIN or IIN is wrong"]


BAD = [
    (
        "companies",
        "company_id,name,registered_on,dissolved_on\n1,x,2020-01-02,2020-01-01\n",
        "dissolved (2020-01-01) before it was registered (2020-01-02)",
    ),
    ("companies", "company_id,name\n,x\n", "company_id is empty"),
    (
        "officers",
        "company_id,person_id,role,since,until\n1,2,x,2020-01-02,2020-01-01\n",
        "the interval ends (2020-01-01) before it starts (2020-01-02)",
    ),
    (
        "offices",
        "person_id,body_id,position,since,until\n1,2,x,2020-01-02,2020-01-01\n",
        "the interval ends (2020-01-01) before it starts (2020-01-02)",
    ),
    (
        "kinship",
        "person_id,relative_id,since,until\n1,2,2020-01-02,2020-01-01\n",
        "the interval ends (2020-01-01) before it starts (2020-01-02)",
    ),
    (
        "debarred",
        "id,list,since,until\n1,x,2020-01-02,2020-01-01\n",
        "the interval ends (2020-01-01) before it starts (2020-01-02)",
    ),
    ("officers", "company_id,person_id,role\n1,,x\n", "person_id is empty"),
    ("officers", "company_id,person_id,role,since\n1,2,x,soon\n", "since is not a time: 'soon'"),
    ("offices", "person_id,body_id,position\n1,,x\n", "body_id is empty"),
    ("kinship", "person_id,relative_id\n1,1\n", "a person cannot be their own kin"),
    ("declarations", "person_id,year,kind\n1,soon,income\n", "year is not a number: 'soon'"),
    ("declarations", "person_id,year,kind\n1,20210,income\n", "year is out of range: '20210'"),
    ("declarations", "person_id,year,kind\n1,,income\n", "year is empty"),
    ("declarations", "person_id,year,kind\n1,2021.5,income\n", "year is not a whole number: '2021.5'"),
    (
        "declarations",
        "person_id,year,kind\n1,2021,debt\n",
        "kind is one of income, gift, loan, sale, asset, not 'debt'",
    ),
    ("declarations", "person_id,year,kind,amount\n1,2021,income,-5\n", "amount is below zero: '-5'"),
    (
        "declarations",
        "person_id,year,kind,amount,currency\n1,2021,income,5,тенге\n",
        "currency is not a currency's three letters: 'тенге'",
    ),
    ("declarations", "person_id,year,kind,day\n1,2021,asset,2019-13\n", "day is not a time: '2019-13'"),
    ("rates", "currency,year,rate,base\nUSD,2021,0,KZT\n", "rate is not above zero: '0'"),
    ("rates", "currency,year,rate,base\nUSD,2021,,KZT\n", "rate is empty"),
    ("rates", "currency,year,rate,base\nKZT,2021,1,kzt\n", "KZT has no rate to itself"),
    ("rates", "currency,year,rate,base\n$,2021,1,KZT\n", "currency is not a currency's three letters: '$'"),
    ("prices", "currency,year,index\nKZT,21,100\n", "year is out of range: '21'"),
    ("prices", "currency,year,index\nKZT,2021,-1\n", "index is not above zero: '-1'"),
    ("declarations", 'person_id,year,kind,amount\n1,2021,income,"1,234"\n', "amount can be read in two ways: '1,234'"),
    ("debarred", "id,list\n,x\n", "id is empty"),
]


@pytest.mark.parametrize(("name", "table", "said"), BAD)
def test_a_bad_row_is_refused_with_the_reason(intake: Intake, name: str, table: str, said: str) -> None:
    report = intake.give(table, "bad.csv")
    assert report.files[0].format == name
    assert counts(report) == (1, 0, 0, 1)
    assert intake.reasons() == [said]


def test_a_map_corrected_replaces_what_its_first_version_read(intake: Intake) -> None:
    path = intake.write("people.csv", "c,p,r,x\n1,2,director,accountant\n")
    columns = {"company_id": "c", "person_id": "p", "role": "x"}
    intake.load(path, mapping=intake.mapping("m.yaml", format="officers", columns=columns))
    intake.load(path, mapping=intake.mapping("m.yaml", format="officers", columns=columns | {"role": "r"}))
    assert intake.rows(Officer, "role") == ["director"]
