"""Mapped tables of bids."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from intake import FIXTURES, Intake, counts

from ingest.errors import UnreadableInput
from ingest.load import LoadReport
from ingest.mapping import read_mapping
from ingest.records import Award, Bid, Contact, Lot, Organisation, Supplier, Tender, Tenderer

COLUMNS: dict[str, Any] = {"tender": "T", "bidder": "B", "amount": "A"}
Give = Callable[..., LoadReport]


@pytest.fixture
def give(intake: Intake) -> Give:
    """Loads a table through a map: extra columns by field, then what else the map says."""

    def given(table: str, columns: dict[str, Any] | None = None, **parts: Any) -> LoadReport:
        mapping = intake.mapping("site.yaml", columns=COLUMNS | (columns or {}), **parts)
        return intake.give(table, "bids.csv", mapping=mapping)

    return given


def test_a_table_with_everything_is_told_in_full(intake: Intake) -> None:
    mapping = read_mapping(str(FIXTURES / "bids" / "full.yaml"))
    assert counts(intake.load(FIXTURES / "bids" / "full.csv", mapping=mapping)) == (4, 4, 0, 0)
    assert intake.rows(Tender)[0] | {"ocid": None} == {
        "key": "full:T1",
        "id": "T1",
        "ocid": None,
        "title": "Road",
        "status": "complete",
        "method": "open",
        "method_details": None,
        "category": "works",
        "classification": None,
        "country": "KZ",
        "region": "North",
        "buyer": "KZ-BIN-070340007367",
        "procuring_entity": None,
        "amount": None,
        "currency": "KZT",
        "day": date(2024, 2, 3),
        "opens": None,
        "closes": None,
        "award_criteria": None,
        "award_rule": "lowest",
        "floor": 0.95,
        "ceiling": 1.0,
        "tenderers": None,
    }
    assert intake.rows(Lot, "key", "id", "amount") == [
        ("full:T1/1", "1", Decimal(100)),
        ("full:T1/2", "2", Decimal(50)),
        ("full:T2/1", "1", Decimal(70)),
    ]
    assert intake.rows(Bid, "lot", "id", "valid", "won", "amount", "submitted") == [
        ("full:T1/1", "b1", True, True, Decimal(95), datetime(2024, 2, 1, 10, 30)),
        ("full:T1/1", "b2", True, False, Decimal(97), datetime(2024, 2, 2, 10, 30)),
        ("full:T1/2", "b3", False, False, Decimal(48), datetime(2024, 2, 3, 10, 30)),
        ("full:T2/1", "b4", True, True, Decimal("70.5"), datetime(2024, 3, 1)),
    ]
    assert intake.rows(Award, "id", "lot", "amount", "day") == [
        ("b1", "full:T1/1", Decimal(95), date(2024, 2, 1)),
        ("b4", "full:T2/1", Decimal("70.5"), date(2024, 3, 1)),
    ]
    assert intake.rows(Supplier, "organisation") == ["full:F1", "full:F2"]
    assert set(intake.rows(Organisation, "key", "name")) == {
        ("full:F1", "Firm One"),
        ("full:F2", "Firm, Two"),
        ("KZ-BIN-070340007367", "Town Hall"),
    }
    assert intake.rows(Contact, "party", "kind", "normal") == [
        ("full:F1", "address", "abay 1 almaty"),
        ("full:F1", "email", "one@firm.example"),
        ("full:F1", "phone", "7271234567"),
    ]


@pytest.mark.parametrize(
    ("column", "written", "moment"),
    [
        ({"column": "D", "unit": "s"}, "1700000000", datetime(2023, 11, 14, 22, 13, 20)),
        ({"column": "D", "unit": "s"}, "-86400", datetime(1969, 12, 31)),
        ({"column": "D", "unit": "ms"}, "1700000000123", datetime(2023, 11, 14, 22, 13, 20, 123000)),
        ({"column": "D", "unit": "year"}, "1985", datetime(1985, 1, 1)),
        ({"column": "D", "unit": "year"}, "1985.0", datetime(1985, 1, 1)),
        ({"column": "D", "format": "%d.%m.%Y %H:%M:%S"}, "31.12.2023 23:59:58", datetime(2023, 12, 31, 23, 59, 58)),
        ({"column": "D", "format": "%Y-%m-%d %z"}, "2024-01-01 +0600", datetime(2023, 12, 31, 18)),
        ({"column": "D", "format": "%m/%d/%Y"}, "01/02/2024", datetime(2024, 1, 2)),
        ("D", "2024-01-01T10:00:00+06:00", datetime(2024, 1, 1, 4)),
        ("D", "31.12.2023", datetime(2023, 12, 31)),
    ],
)
def test_a_date_is_read_in_the_way_that_the_map_says(
    give: Give, intake: Intake, column: Any, written: str, moment: datetime
) -> None:
    give(f"T,B,A,D\n1,x,5,{written}\n", {"date": column})
    assert intake.rows(Bid, "submitted") == [moment]
    assert intake.row(Tender)["day"] == moment.date()


@pytest.mark.parametrize(
    ("column", "written", "said"),
    [
        ({"column": "D", "unit": "s"}, "today", "date is not seconds since 1970: 'today'"),
        ({"column": "D", "unit": "ms"}, "1e30", "date is not milliseconds since 1970: '1e30'"),
        ({"column": "D", "unit": "s"}, "nan", "date is not seconds since 1970: 'nan'"),
        ({"column": "D", "unit": "year"}, "0", "date is not a year: '0'"),
        ({"column": "D", "format": "%Y-%m-%d"}, "01.02.2024", "date is not %Y-%m-%d: '01.02.2024'"),
        ("D", "01/02/2024", "date is not a time: '01/02/2024'"),
    ],
)
def test_a_date_in_another_way_refuses_its_row_alone(
    give: Give, intake: Intake, column: Any, written: str, said: str
) -> None:
    assert counts(give(f"T,B,A,D\n1,x,5,{written}\n1,y,6,\n", {"date": column})) == (2, 1, 0, 1)
    [held] = intake.held()
    assert (held.file, held.position, held.reason) == ("bids.csv", "line 2", said)
    assert intake.rows(Bid, "id", "submitted") == [("y/6", None)]


@pytest.mark.parametrize(
    ("cells", "won"),
    [
        (("1", "0"), (True, False)),
        (("true", "FALSE"), (True, False)),
        (("Yes", ""), (True, False)),
        (("да", "нет"), (True, False)),
        (("1.0", "0.0"), (True, False)),
        (("x", "x"), (True, False)),
        (("y", "y"), (False, True)),
        (("z", "z"), (False, False)),
    ],
)
def test_a_winner_is_a_flag_or_an_id(
    give: Give, intake: Intake, cells: tuple[str, str], won: tuple[bool, bool]
) -> None:
    give(f"T,B,A,W\n1,x,5,{cells[0]}\n1,y,6,{cells[1]}\n", {"winner": "W"})
    assert intake.rows(Bid, "id", "won") == [("x/5", won[0]), ("y/6", won[1])]
    assert intake.rows(Supplier, "organisation") == [f"site:{b}" for b, w in zip("xy", won, strict=True) if w]


def test_a_firm_called_one_is_told_from_a_yes(give: Give, intake: Intake) -> None:
    give("T,B,A,W\n1,1,5,1\n1,2,6,1\n2,1,5,0\n2,2,6,1\n", {"winner": "W"})
    assert intake.rows(Bid, "key", "won") == [
        ("site:1#1/5", True),
        ("site:1#2/6", False),
        ("site:2#1/5", False),
        ("site:2#2/6", True),
    ]


def test_without_a_column_of_winners_nobody_is_said_to_have_won_or_lost(give: Give, intake: Intake) -> None:
    give("T,B,A\n1,x,5\n")
    assert intake.rows(Bid, "won") == [None]


def test_constants_fill_what_the_table_leaves_open(give: Give, intake: Intake) -> None:
    constants = {"currency": "JPY", "country": "JP", "award_rule": "average", "floor": "0.7", "region": "South"}
    give("T,B,A,R\n1,x,5,North\n2,x,5,\n", {"region": "R"}, constants=constants)
    assert intake.rows(Tender, "id", "currency", "country", "award_rule", "floor", "region") == [
        ("1", "JPY", "JP", "average", 0.7, "North"),
        ("2", "JPY", "JP", "average", 0.7, "South"),
    ]
    assert intake.rows(Bid, "currency") == ["JPY", "JPY"]


@pytest.mark.parametrize("status", ["Disqualified", "withdrawn", "ОТКЛОНЕНА", "rejected"])
def test_a_bid_is_valid_unless_its_status_says_otherwise(give: Give, intake: Intake, status: str) -> None:
    give(f"T,B,A,S\n1,x,5,{status}\n1,y,6,\n1,z,7,late\n", {"status": "S"})
    assert intake.rows(Bid, "id", "valid") == [("x/5", False), ("y/6", True), ("z/7", True)]


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        (
            {"columns": {"tender": "T", "amount": "Price"}},
            "the map reads 'amount' from column 'Price', which is not there; there are T, B, A",
        ),
        ({"columns": {"tender": "T"}}, "the map names no column for 'amount'"),
        ({"columns": {"amount": "A"}}, "the map names no column for 'tender'"),
        ({"columns": COLUMNS | {"winer": "W"}}, "the map gives 'winer', which is no field of a bid"),
        ({"columns": COLUMNS, "constants": {"colour": "red"}}, "the map gives 'colour', which is no field of a bid"),
        ({"columns": COLUMNS, "constants": {"bidder": "x"}}, "the map gives 'bidder', which is no field of a bid"),
        (
            {"columns": COLUMNS, "constants": {"award_rule": "best"}},
            "award_rule is one of average, lowest, points, not 'best'",
        ),
        ({"columns": COLUMNS, "constants": {"floor": "low"}}, "floor is not a number: 'low'"),
        (
            {"columns": COLUMNS, "constants": {"floor": 95}},
            "floor is a share of the estimate above 0 and up to 1,",
        ),
        ({"columns": COLUMNS, "constants": {"ceiling": -1}}, "ceiling is a share of the estimate above 0"),
        ({"columns": COLUMNS, "format": "companies"}, "the map gives"),
        ({"columns": COLUMNS, "format": "xml"}, "not a format that is read"),
    ],
)
def test_a_map_that_does_not_fit_is_refused_by_name(intake: Intake, parts: dict[str, Any], said: str) -> None:
    path = intake.write("bids.csv", "T,B,A\n1,x,5\n")
    before = intake.contents()
    with pytest.raises(UnreadableInput) as refused:
        intake.load(path, mapping=intake.mapping(**parts))
    assert str(refused.value).startswith("bids.csv: ")
    assert said in str(refused.value)
    assert intake.contents() == before


def test_a_table_of_bids_needs_a_map(intake: Intake) -> None:
    with pytest.raises(UnreadableInput, match=r"needs a map of its columns \(--map\)"):
        intake.give("T,B,A\n1,x,5\n", "bids.csv", format="bids")
    with pytest.raises(UnreadableInput, match=r"needs a map of its columns \(--map\)"):
        intake.give("T,B,A\n1,x,5\n", "bids.csv")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (",x,5", "the row names no tender"),
        ('1,x,"1,234"', "amount can be read in two ways: '1,234'"),
        ("1,x,cheap", "amount is not a number: 'cheap'"),
        ("1,x,-5", "amount is below zero: -5"),
        ("1,x", "the row has 2 cells, the header 3"),
        ('1,"x"y,5', "a quote stands inside a cell"),
        ("1,\x00,5", "a cell holds a NUL character"),
        (f"1,{'x' * 140_000},5", "a cell has more than 131072 characters"),
    ],
)
def test_a_bad_row_is_refused_and_the_rest_of_its_tender_is_loaded(
    give: Give, intake: Intake, row: str, said: str
) -> None:
    assert counts(give(f"T,B,A\n1,y,6\n{row}\n1,z,7\n")) == (3, 2, 0, 1)
    assert [(one.position, one.reason) for one in intake.held()] == [("line 3", said)]
    assert intake.rows(Bid, "id") == ["y/6", "z/7"]


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
def test_delimiters_and_encodings(intake: Intake, mark: str, encoding: str) -> None:
    table = f'тендер{mark}имя{mark}A\r\n1{mark}"Жол{mark} ТОО"{mark}"12"\r\n'
    mapping = intake.mapping(columns={"tender": "тендер", "bidder": "имя", "amount": "A"}, encoding=encoding)
    intake.write("bids.csv", table.encode(encoding))
    assert counts(intake.load(intake.folder / "bids.csv", mapping=mapping)) == (1, 1, 0, 0)
    assert intake.rows(Bid, "id", "amount") == [(f"Жол{mark} ТОО/12".replace("\t", " "), Decimal(12))]


class TestWhichBidItIs:
    """A bid is its own id, or its bidder and sum; nobody's bids are one to a row."""

    def test_one_bidder_may_bid_twice_in_a_lot(self, give: Give, intake: Intake) -> None:
        assert counts(give("T,B,A\n1,x,5\n1,x,6\n1,x,6\n")) == (3, 2, 1, 0)
        assert intake.rows(Bid, "id") == ["x/5", "x/6"]

    def test_two_bidders_with_one_sum_are_two_bids(self, give: Give, intake: Intake) -> None:
        give("T,B,A\n1,x,5\n1,y,5\n")
        assert intake.rows(Tenderer, "bid", "organisation") == [("site:1#x/5", "site:x"), ("site:1#y/5", "site:y")]

    def test_two_names_with_one_sum_are_two_bids(self, intake: Intake) -> None:
        mapping = intake.mapping("site.yaml", columns={"tender": "T", "bidder_name": "N", "amount": "A"})
        assert counts(intake.give("T,N,A\n1,Ann,5\n1,Bob,5\n", "bids.csv", mapping=mapping)) == (2, 2, 0, 0)
        assert intake.rows(Tenderer, "bid", "organisation") == [
            ("site:1#Ann/5", "site:name:ann"),
            ("site:1#Bob/5", "site:name:bob"),
        ]

    def test_without_bidders_every_row_is_a_bid(self, intake: Intake) -> None:
        mapping = intake.mapping("site.yaml", columns={"tender": "T", "amount": "A", "winner": "W"})
        table = "T,A,W,X\n1,5,1,a\n1,5,0,a\n1,5,0,b\n1,5,0,b\n1,6,0,a\n"
        assert counts(intake.give(table, "bids.csv", mapping=mapping)) == (5, 5, 0, 0)
        assert len(set(intake.rows(Bid, "key"))) == 5
        assert intake.rows(Tenderer) == []
        assert counts(intake.give(table, "bids.csv", mapping=mapping)) == (5, 0, 5, 0)
        assert len(intake.rows(Bid)) == 5

    def test_rows_that_leave_the_bidder_open_are_bids_of_somebody(self, give: Give, intake: Intake) -> None:
        assert counts(give("T,B,A\n1,,5\n1,,5\n1,x,5\n")) == (3, 3, 0, 0)
        assert len(intake.rows(Bid)) == 3

    def test_a_consortium_has_a_row_for_each_firm_of_its_bid(self, give: Give, intake: Intake) -> None:
        give("T,B,A,I,W\n1,x,5,b1,x\n1,y,,b1,x\n1,z,6,b2,x\n", {"bid": "I", "winner": "W"})
        assert intake.rows(Bid, "id", "amount", "won") == [("b1", Decimal(5), True), ("b2", Decimal(6), False)]
        assert intake.rows(Tenderer, "bid", "organisation") == [
            ("site:1#b1", "site:x"),
            ("site:1#b1", "site:y"),
            ("site:1#b2", "site:z"),
        ]
        assert intake.rows(Supplier, "organisation") == ["site:x", "site:y"]

    @pytest.mark.parametrize("at_once", [True, False])
    def test_a_later_row_of_the_same_bid_replaces_the_earlier(self, give: Give, intake: Intake, at_once: bool) -> None:
        rows = ["1,x,5,valid", "1,x,5,withdrawn"]
        for some in [rows] if at_once else [[row] for row in rows]:
            give("T,B,A,S\n" + "\n".join(some) + "\n", {"status": "S"})
        assert intake.rows(Bid, "id", "status", "valid") == [("x/5", "withdrawn", False)]

    def test_lots_of_one_tender_are_apart(self, give: Give, intake: Intake) -> None:
        give("T,B,A,L,E\n1,x,5,a,10\n1,x,5,b,\n1,y,6,b,20\n", {"lot": "L", "estimate": "E"})
        assert intake.rows(Lot, "key", "amount") == [("site:1/a", Decimal(10)), ("site:1/b", Decimal(20))]
        assert intake.rows(Bid, "key") == ["site:1/a#x/5", "site:1/b#x/5", "site:1/b#y/6"]
        assert intake.row(Tender)["amount"] is None


def test_a_tender_is_what_the_last_row_that_says_anything_says(give: Give, intake: Intake) -> None:
    give(
        "T,B,A,E,R,F\n1,x,5,10,North,0.8\n1,y,6,12,,\n1,z,7,,,\n",
        {"estimate": "E", "region": "R", "floor": "F"},
    )
    tender = intake.row(Tender)
    assert (tender["amount"], tender["region"], tender["floor"]) == (Decimal(12), "North", 0.8)
    assert intake.rows(Lot, "amount") == [Decimal(12)]


def test_what_was_read_before_keeps_its_order(give: Give, intake: Intake) -> None:
    rows = "".join(f"1,b{n},{n},v{n}\n" for n in range(2, 12))
    give("T,B,A,R\n" + rows, {"region": "R"})
    assert intake.row(Tender)["region"] == "v11"
    give("T,B,A,R\n1,late,50,\n", {"region": "R"})
    assert intake.row(Tender)["region"] == "v11"


def test_new_rows_of_a_tender_join_the_old(give: Give, intake: Intake) -> None:
    give("T,B,A\n1,x,5\n2,x,5\n")
    assert counts(give("T,B,A\n1,y,6\n1,x,5\n")) == (2, 1, 1, 0)
    assert intake.rows(Bid, "key") == ["site:1#x/5", "site:1#y/6", "site:2#x/5"]
    assert len(intake.rows(Tender)) == 2


def test_another_map_reads_the_same_table_anew(intake: Intake) -> None:
    path = intake.write("bids.csv", "T,B,A,E\n1,x,5,7\n1,y,6,7\n")
    intake.load(path, mapping=intake.mapping("site.yaml", columns=COLUMNS, constants={"currency": "JPY"}))
    better = intake.mapping("site.yaml", columns=COLUMNS | {"estimate": "E"}, constants={"currency": "KZT"})
    assert counts(intake.load(path, mapping=better)) == (2, 2, 0, 0)
    assert (intake.row(Tender)["amount"], intake.row(Tender)["currency"]) == (Decimal(7), "KZT")
    assert intake.rows(Bid, "id", "currency") == [("x/5", "KZT"), ("y/6", "KZT")]
    assert counts(intake.load(path, mapping=better)) == (2, 0, 2, 0)


def test_tables_of_two_sources_are_kept_apart(intake: Intake, tmp_path: Path) -> None:
    path = intake.write("bids.csv", "T,B,A\n1,x,5\n")
    for name in ("one", "two"):
        assert counts(intake.load(path, mapping=intake.mapping(f"{name}.yaml", columns=COLUMNS))) == (1, 1, 0, 0)
    assert intake.rows(Tenderer, "organisation") == ["one:x", "two:x"]
    assert counts(intake.load(path, source="three", mapping=intake.mapping("one.yaml", columns=COLUMNS))) == (
        1,
        1,
        0,
        0,
    )


def test_kazakh_numbers_are_known_and_wrong_ones_marked_but_kept(give: Give, intake: Intake) -> None:
    report = give("T,B,A\n1,070340007367,5\n1,070340007360,6\n1,70340007367,7\n", constants={"country": "KZ"})
    assert counts(report) == (3, 3, 0, 0)
    wrong = "the check digit of this BIN or IIN is wrong"
    assert set(intake.rows(Organisation, "key", "problem")) == {
        ("KZ-BIN-070340007367", None),
        ("site:070340007360", wrong),
    }
    assert report.remarks[wrong] == 1


@pytest.mark.parametrize("written", ["2987170", "02987170", "GB-COH-02987170", " 02987170 "])
def test_bare_numbers_take_the_scheme_of_the_map_or_the_call(intake: Intake, written: str) -> None:
    path = intake.write("bids.csv", f"T,B,A\n1,{written},5\n")
    intake.load(path, mapping=intake.mapping("one.yaml", columns=COLUMNS, constants={"scheme": "GB-COH"}))
    intake.load(path, mapping=intake.mapping("two.yaml", columns=COLUMNS), source="GB-COH")
    assert intake.rows(Tenderer, "organisation") == ["GB-COH-02987170", "GB-COH-02987170"]


def test_an_award_rule_in_a_column_is_one_of_three(give: Give, intake: Intake) -> None:
    assert counts(give("T,B,A,R\n1,x,5,best\n1,y,6,points\n", {"award_rule": "R"})) == (2, 1, 0, 1)
    assert intake.reasons() == ["award_rule is one of average, lowest, points, not 'best'"]
