"""What a household bought against what it declared, from the small tables on."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest

from graph.errors import RulesError
from graph.market import Market
from graph.wealth.find import Enrichment, find_enriched
from graph.wealth.rule import W01, Settings
from ingest.load import LoadOptions, load
from ingest.store import open_record_store

HEADERS = {
    "declarations": "person_id,year,kind,description,amount,currency,owner_id,day",
    "kinship": "person_id,relative_id,relation,since,until",
    "offices": "person_id,body_id,position,since,until",
    "rates": "currency,year,rate,base",
    "prices": "currency,year,index",
}
OFFICES = "ann,town,mayor,2015-01-01,"
SPOUSE = "ann,bob,wife,,"
Found = Callable[..., list[Enrichment]]


@pytest.fixture
def found(tmp_path: Path) -> Iterator[Found]:
    """What is found in the rows of tables, given as lines without their headers; settings by name."""
    with ExitStack() as stack:

        def find(declarations: str, offices: str = OFFICES, **given: Any) -> list[Enrichment]:
            tables = {name: given.pop(name) for name in ("kinship", "rates", "prices") if name in given}
            tables |= {"declarations": declarations, "offices": offices}
            folder = tmp_path / str(len(list(tmp_path.iterdir())))
            (folder / "tables").mkdir(parents=True)
            for name, rows in tables.items():
                lines = [HEADERS[name], *(_full(row, HEADERS[name]) for row in rows.split())]
                (folder / "tables" / f"{name}.csv").write_text("\n".join(lines), "utf-8")
            store = stack.enter_context(closing(open_record_store(f"duckdb:///{folder}/records.duckdb", write=True)))
            load(store, [str(folder / "tables")], LoadOptions(source="test", strict=True))
            return find_enriched(Market(store).records, Settings(**given))

        yield find


def _full(row: str, header: str) -> str:
    return row + "," * (header.count(",") - row.count(","))


def salary(amount: int = 100, years: range = range(2018, 2023), person: str = "ann", currency: str = "KZT") -> str:
    return " ".join(f"{person},{year},income,salary,{amount},{currency}" for year in years)


def told(one: Enrichment) -> tuple[int, int, float, float, float | None]:
    return one.first, one.last, one.income, one.assets, one.ratio


HOUSE = "ann,2020,asset,house,5000,KZT"


def test_purchases_of_ten_times_the_income_of_five_years_are_flagged_and_less_is_not(found: Found) -> None:
    [one] = found(f"{salary()} {HOUSE}")
    assert told(one) == (2018, 2022, 500.0, 5000.0, 10.0)
    assert (one.currency, one.position, one.incomplete) == ("KZT", "mayor", ())
    assert "10.0 times its declared income of 500" in one.text
    assert found(f"{salary()} ann,2020,asset,house,4999.99,KZT") == []


def test_ratio_and_years_are_settings_and_nonsense_is_refused(found: Found) -> None:
    assert found(f"{salary()} {HOUSE}", threshold=10.1) == []
    [one] = found(f"{salary()} {HOUSE}", threshold=25, years=2)
    assert told(one) == (2019, 2020, 200.0, 5000.0, 25.0)
    for table in ({"years": 0}, {"threshold": 0}, {"household": ["cousin"]}, {"household": "spouse|aunt"}):
        with pytest.raises(RulesError, match="W01"):
            W01.configured(table)


def test_only_who_holds_a_post_at_some_time_of_the_window_is_looked_at(found: Found) -> None:
    posts = {"past": ",2017-12-31", "future": "2023-01-01,", "last": ",2018-01-01", "first": "2022-12-31,", "now": ","}
    lines = [f"{salary(person=one)} {one},2020,asset,house,{5000 + n},KZT" for n, one in enumerate((*posts, "nobody"))]
    offices = " ".join(f"{one},town,clerk,{span}" for one, span in posts.items())
    assert sorted(one.assets for one in found(" ".join(lines), offices=offices)) == [5002, 5003, 5004]


@pytest.mark.parametrize("kind", ["gift", "loan", "sale", "income"])
def test_gifts_loans_and_sales_count_as_income(found: Found, kind: str) -> None:
    assert found(f"{salary()} {HOUSE} ann,2020,{kind},other,4500,KZT") == []


def test_an_asset_declared_year_after_year_is_bought_once_and_in_its_first_year(found: Found) -> None:
    standing = " ".join(
        f"ann,{year},asset,{name},{year - 1900},KZT" for year in (2020, 2021, 2022) for name in ("Flat", "flat")
    )
    assert found(f"{salary()} {standing}") == []
    [one] = found(f"{salary()} {standing} ann,2021,asset,yacht,7000,KZT")
    assert one.assets == 120 * 2 + 7000
    assert sorted((line.description, line.year) for line in one.lines if line.side == "purchase") == [
        ("Flat", 2020), ("flat", 2020), ("yacht", 2021),
    ]  # fmt: skip


def test_another_asset_of_the_same_description_is_another_one(found: Found) -> None:
    [one] = found(f"{salary()} ann,2019,asset,flat,100,KZT ann,2021,asset,flat,100,KZT ann,2021,asset,flat,6000,KZT")
    assert [(line.year, line.amount) for line in one.lines if line.side == "purchase"] == [(2019, 100), (2021, 6000)]


def test_an_asset_of_the_first_declaration_may_be_older_and_is_no_purchase(found: Found) -> None:
    first = "ann,2018,asset,house,5000,KZT ann,2019,asset,house,5000,KZT"
    assert found(f"{salary()} {first}") == []
    assert [told(one) for one in found(f"{salary()} {first}", first_declaration=True)] == [(2018, 2022, 500, 5000, 10)]


def test_a_dated_asset_was_bought_on_its_day(found: Found) -> None:
    assert len(found(f"{salary()} ann,2018,asset,house,5000,KZT,,2018-05-01")) == 1
    assert found(f"{salary()} ann,2020,asset,house,5000,KZT,,2010-05-01 ann,2021,asset,house,5000,KZT") == []
    [one] = found(f"{salary()} ann,2021,asset,house,5000,KZT,,2020-05-01 ann,2022,asset,house,6000,KZT,,2020-05-01")
    assert [(line.year, line.amount) for line in one.lines if line.side == "purchase"] == [(2020, 5000)]


RELATIONS = ("wife", "Дочь", "mother", "brother", "cousin", "", None)


@pytest.mark.parametrize(
    ("household", "counted"),
    [(("spouse", "child"), {"wife", "Дочь", None}), (("spouse", "parent"), {"wife", "mother", None}), ((), {None})],
)
def test_the_household_is_the_official_spouse_and_children_and_can_be_set(
    found: Found, household: tuple[str, ...], counted: set[str | None]
) -> None:
    """An owner whom an official names and kinship does not know is of the household."""
    lines = [f"{salary(person=f'p{n}')} p{n},2020,asset,house,{5000 + n},KZT,r{n}" for n, _ in enumerate(RELATIONS)]
    kin = [f"p{n},r{n},{relation}" for n, relation in enumerate(RELATIONS) if relation is not None]
    offices = " ".join(f"p{n},town,clerk,," for n, _ in enumerate(RELATIONS))
    flagged = found(" ".join(lines), offices=offices, kinship=" ".join(kin), household=household)
    assert {RELATIONS[round(one.assets) - 5000] for one in flagged} == counted


def test_kinship_may_be_told_from_the_relatives_side(found: Found) -> None:
    lines = f"{salary()} ann,2020,asset,house,5000,KZT,cat"
    assert len(found(lines, kinship="cat,ann,mother")) == 1
    assert found(lines, kinship="cat,ann,son") == []


def test_what_a_spouse_declares_by_herself_counts_and_a_parents_declaration_does_not(found: Found) -> None:
    theirs = f"{salary(person='bob')} bob,2020,asset,villa,5000,KZT"
    [one] = found(f"{salary()} {theirs}", kinship=SPOUSE, threshold=5)
    assert told(one) == (2018, 2022, 1000.0, 5000.0, 5.0)
    assert found(f"{salary()} {theirs}", kinship="ann,bob,father") == []


def test_a_rich_spouse_explains_what_the_household_buys(found: Found) -> None:
    rich = " ".join(f"ann,{year},income,business,900,KZT,bob" for year in range(2018, 2023))
    assert found(f"{salary()} {HOUSE} {rich}", kinship=SPOUSE) == []


def test_purchases_of_spouses_count_while_they_are_married(found: Found) -> None:
    villa = "ann,2020,asset,villa,5000,KZT,bob"
    for since, until, many in (
        ("2019-01-01", "", 1),
        ("2020-01-01", "", 0),
        ("2021-01-01", "", 0),
        ("", "2019-12-31", 0),
    ):
        assert len(found(f"{salary()} {villa}", kinship=f"ann,bob,wife,{since},{until}")) == many, (since, until)


def test_a_joint_purchase_and_a_double_declaration_are_counted_once(found: Found) -> None:
    both = "ann,2020,asset,house,5000,KZT,ann bob,2020,asset,House,5000,KZT,{}"
    for owner in ("ann", "bob"):
        [one] = found(f"{salary()} {salary(0, person='bob')} {both.format(owner)}", kinship=SPOUSE)
        assert (one.income, one.assets) == (500.0, 5000.0), owner
    twice = " ".join(f"bob,{year},income,salary,100,KZT,ann" for year in range(2018, 2023))
    [one] = found(f"{salary()} {twice} {HOUSE}", kinship=SPOUSE)
    assert one.income == 500.0


def test_a_loan_declared_year_after_year_is_one_loan(found: Found) -> None:
    loan = " ".join(f"ann,{year},loan,bank,100,KZT" for year in range(2018, 2023))
    [one] = found(f"{salary()} {loan} ann,2020,asset,house,6000,KZT")
    assert told(one) == (2018, 2022, 600.0, 6000.0, 10.0)


def test_no_income_at_all_is_said_and_flagged_only_where_every_year_was_declared_for(found: Found) -> None:
    nothing = "ann,2018,asset,car,1,KZT ann,2020,asset,house,5000,KZT"
    others = salary(person="cat")
    assert found(f"{nothing} {others}") == []
    [one] = found(f"{nothing} ann,2019,asset,car,1,KZT {others}")
    assert (one.ratio, one.income, one.first, one.last) == (None, 0.0, 2018, 2020)
    assert "no income declared" in one.text
    [one] = found(f"{salary(0)} {HOUSE} {others}")
    assert one.ratio is None
    assert found(f"{nothing} ann,2019,asset,car,1,KZT") == [], "a register without any income tells nothing"


def test_years_without_a_declaration_are_named(found: Found) -> None:
    [one] = found(f"{salary(years=range(2018, 2020))} {salary(years=range(2021, 2023))} ann,2021,asset,house,5000,KZT")
    assert one.incomplete == ("Incomplete: there is no declaration for 2020.",)
    assert one.text.endswith("Incomplete: there is no declaration for 2020.")


def test_currencies_are_taken_at_the_rate_of_their_year(found: Found) -> None:
    lines = f"{salary()} ann,2020,asset,house,10,USD ann,2021,asset,house,10,USD ann,2021,asset,boat,1,USD"
    rates = "USD,2020,400,KZT USD,2021,1000,KZT"
    [one] = found(lines, rates=rates)
    assert told(one) == (2018, 2022, 500.0, 5000.0, 10.0)
    assert one.currency == "KZT"
    assert [line.value for line in one.lines if line.side == "purchase"] == [4000.0, 1000.0]


def test_a_sum_without_a_rate_is_neither_added_nor_forgotten(found: Found) -> None:
    lines = f"{salary()} {HOUSE} ann,2021,asset,boat,9,USD ann,2019,income,rent,1,EUR ann,2019,income,fees,2,EUR"
    for rates in (None, "USD,2020,400,KZT EUR,2020,500,KZT"):
        [one] = found(lines, **({"rates": rates} if rates else {}))
        assert told(one) == (2018, 2022, 500.0, 5000.0, 10.0)
        assert one.incomplete == (
            "Incomplete: there is no rate to KZT for income in EUR of 2019 (2 not counted).",
            "Incomplete: there is no rate to KZT for purchases in USD of 2021 (1 not counted).",
        )
    [one] = found(f"{salary()} {HOUSE} ann,2021,income,bonus,,KZT")
    assert one.incomplete == ("Incomplete: no sum is named for income of 2021 (1 not counted).",)
    [one] = found(f"{salary()} {HOUSE} ann,2021,income,bonus,7,")
    assert one.incomplete == ("Incomplete: there is no rate to KZT for income in no currency of 2021 (1 not counted).",)


def test_income_of_unknown_worth_alone_is_not_called_no_income(found: Found) -> None:
    lines = f"{salary(currency='USD')} {HOUSE} ann,2019,asset,car,1,KZT ann,2019,asset,land,1,KZT"
    lines += " ann,2019,asset,barn,1,KZT ann,2019,asset,hut,1,KZT ann,2019,asset,shed,1,KZT"
    assert found(lines) == []


def test_sums_that_all_lack_a_currency_are_compared_with_one_another(found: Found) -> None:
    [one] = found(f"{salary(currency='')} ann,2020,asset,house,5000,")
    assert (one.currency, one.ratio) == (None, 10.0)


def test_with_inflation_sums_are_compared_in_one_years_prices(found: Found) -> None:
    lines = f"{salary()} ann,2022,asset,house,5000,KZT"
    prices = " ".join(
        f"KZT,{year},{index}" for year, index in zip(range(2018, 2023), (50, 100, 100, 100, 200), strict=True)
    )
    assert told(found(lines, prices=prices)[0])[2:] == (500.0, 5000.0, 10.0), "only where it is asked for"
    assert found(lines, prices=prices, inflation=True) == []
    [one] = found(lines.replace("5000", "11000"), prices=prices, inflation=True)
    assert told(one) == (2018, 2022, 400 + 600 + 100, 11000.0, 10.0)
    assert "in prices of 2022" in one.text
    [one] = found(lines, prices=prices.replace("KZT,2019,100", "KZT,2017,100"), threshold=1, inflation=True)
    assert one.incomplete == ("Incomplete: there is no price index for income of 2019 (1 not counted).",)


def test_the_window_with_the_greatest_ratio_is_told_once_for_an_official(found: Found) -> None:
    lines = f"{salary(100, range(2010, 2023))} ann,2013,asset,a,6000,KZT ann,2019,asset,b,9000,KZT"
    assert [told(one) for one in found(lines)] == [(2015, 2019, 500.0, 9000.0, 18.0)]


def test_evidence_is_the_declarations_the_post_and_the_kinship(found: Found) -> None:
    [one] = found(f"{salary()} ann,2020,asset,house,5000,KZT,bob", kinship=SPOUSE)
    assert len(one.evidence) == len(set(one.evidence)) == 5 + 1 + 1 + 1


def test_the_same_records_give_the_same_answer(found: Found) -> None:
    lines = f"{salary()} {HOUSE} {salary(person='bob')} bob,2021,asset,house,7000,KZT"
    offices = f"{OFFICES} bob,town,clerk,,"
    first, again = (found(given, offices=offices) for given in (lines, " ".join(reversed(lines.split()))))
    assert first == again
    assert [one.ratio for one in first] == [14.0, 10.0]
