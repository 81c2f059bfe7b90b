"""Parties of the records: numbers before names, candidates from blocks, decisions applied again."""

from collections.abc import Sequence

import pyarrow as pa
import pytest
from brief import AT, node, put

from graph.market import Market
from graph.market.records import Records
from graph.matching.candidates import Candidate, find_candidates
from graph.matching.decisions import Decisions, pair_id, pair_of
from graph.matching.identifiers import same_by_identifier, with_decisions
from graph.matching.party import Party
from graph.matching.score import COMMON, score
from ingest.identifiers import kz_check_digit
from ingest.kept import Provenance
from ingest.records import Organisation, Person, Record
from ingest.store import RecordStore
from ingest.tables import to_arrow, values_of


def bin_of(stem: str) -> str:
    return f"{stem}{kz_check_digit(stem)}"


ONE, TWO = bin_of("15014000001"), bin_of("16024000002")
NAME = 'ТОО "Алтын Дән"'


def firm(*names: str, **known: object) -> Party:
    return Party("organisation", names, **known)  # type: ignore[arg-type]


def numbered(scheme: str, number: str) -> dict[str, frozenset[str]]:
    return {scheme: frozenset({number})}


def test_an_equal_number_joins_and_different_numbers_of_one_scheme_separate_whatever_the_names_say() -> None:
    left = firm(NAME, numbers=numbered("KZ-BIN", ONE))
    assert score(left, firm("Бета", numbers=numbered("KZ-BIN", ONE))).score == 1
    assert score(left, firm(NAME, numbers=numbered("KZ-BIN", TWO))).score == 0
    assert score(left, firm(NAME, numbers=numbered("GB-COH", "1"))).score > 0
    assert score(left, firm(NAME, numbers=numbered("KZ-IIN", "1"))).score == 0


def test_a_number_that_is_not_valid_neither_joins_nor_separates() -> None:
    left, right = firm(NAME, doubtful=frozenset({"150140000010"})), firm(NAME, numbers=numbered("KZ-BIN", ONE))
    assert 0 < score(left, right).score < 1
    again = score(left, firm(NAME, doubtful=frozenset({"150140000010"})))
    assert score(left, right).score < again.score < 1
    assert "not valid" in again.reasons[-1]
    assert score(left, firm("Бета", doubtful=frozenset({"150140000010"}))).score < 0.5


def test_support_raises_a_score_and_a_common_name_or_another_place_lowers_it() -> None:
    plain = score(firm(NAME), firm(NAME)).score
    phone = frozenset({"phone:7771234567"})
    assert score(firm(NAME, contacts=phone), firm(NAME, contacts=phone)).score > plain
    assert score(firm(NAME, ties=frozenset("a")), firm(NAME, ties=frozenset("a"))).score > plain
    assert score(firm(NAME, region="Астана"), firm(NAME, region="Astana")).score > plain
    assert score(firm(NAME, region="Астана"), firm(NAME, region="Тараз")).score < plain
    assert score(firm(NAME), firm(NAME), namesakes=COMMON).score < plain
    assert score(firm(NAME), Party("person", (NAME,))).score == 0


def load(store: RecordStore, rows: Sequence[Record]) -> None:
    proof = values_of(Provenance)(Provenance("test", "s", "d", AT, "h"))
    with store.writing():
        for row in rows:
            store.append(row.table, to_arrow(row.table, [(*values_of(type(row))(row), *proof)]))


def found(store: RecordStore, decisions: Decisions = Decisions()) -> dict[frozenset[str], Candidate]:  # noqa: B008
    return {frozenset((one.left, one.right)): one for one in find_candidates(Records(store), decisions).candidates}


def sides(*keys: str, kind: str = "o") -> frozenset[str]:
    return frozenset(node(key, kind) for key in keys)


def organisation(key: str, name: str | None, *, number: str | None = None, problem: str | None = None) -> Organisation:
    return Organisation(key, key, "KZ-BIN" if number else None, number, problem, name)


def test_candidates_are_found_through_spelling_form_and_slips_but_not_between_different_numbers(
    records: RecordStore,
) -> None:
    load(
        records,
        [
            organisation(f"KZ-BIN-{ONE}", 'ТОО "Казстройсервис"', number=ONE),
            organisation(f"KZ-BIN-{TWO}", 'ТОО "Казстройсервис"', number=TWO),
            organisation("a", "Kazstroyservis LLP"),
            organisation("b", "«Казстройсевис» ЖШС"),
            organisation("c", "ТОО Казремсервис"),
            organisation("d", None),
            organisation("e", "ТОО"),
            organisation("f", "ЖШС"),
            Person("p", "p", name="Ахметов Ерлан Серикович", birth_date="1970"),
            Person("q", "q", name="Е.С. Ахметов"),
            Person("r", "r", name="Ахметов Ержан Серикович"),
            Person("s", "s", name="Ахметов Е.С.", kind="unknown"),
        ],
    )
    expected = {sides(f"KZ-BIN-{number}", other) for number in (ONE, TWO) for other in "ab"} | {sides("a", "b")}
    expected |= {sides("p", "q", kind="p"), sides("q", "r", kind="p")}
    assert set(found(records)) == expected


def test_sole_businesses_are_found_by_their_owners_initials(records: RecordStore) -> None:
    load(records, [organisation("a", "ИП Ахметов Е.Б."), organisation("b", "Жеке кәсіпкер Ахметов Ерлан Болатұлы")])
    assert set(found(records)) == {sides("a", "b")}


def test_a_name_that_hundreds_bear_is_followed_where_something_else_agrees(records: RecordStore) -> None:
    rows = [organisation(f"b{number}", "ТОО Береке") for number in range(150)]
    rows += [Organisation(own, own, name="ТОО Береке", region="Тараз") for own in ("x", "y")]
    load(records, rows)
    matching = find_candidates(Records(records), Decisions())
    assert {frozenset((one.left, one.right)) for one in matching.candidates} == {sides("x", "y")}
    assert matching.cut


def test_decisions_join_in_their_order_and_leave_out_what_numbers_or_rejections_forbid() -> None:
    keys = {own: own for own in ("a", "b", "c")} | {"one": f"KZ-BIN-{ONE}", "two": f"KZ-BIN-{TWO}"}
    same = same_by_identifier(pa.table({"alias": ["a"], "party": ["a2"]}))
    accepted = (("a", "one"), ("a", "two"), ("b", "c"), ("gone", "a"))
    table, left_out = with_decisions(same, keys, Decisions(accepted, (("b", "one"),)))
    assert dict(zip(*table.to_pydict().values(), strict=True)) == {
        "a": f"KZ-BIN-{ONE}", "a2": f"KZ-BIN-{ONE}", "c": "b",
    }  # fmt: skip
    assert left_out == {("a", "two"): "different KZ-BIN numbers"}
    table, left_out = with_decisions(same, keys, Decisions((*accepted, ("c", "a")), (("b", "one"),)))
    assert left_out[("c", "a")] == "a rejected pair would be joined"


def test_a_detection_sees_accepted_parties_as_one_and_apart_again_without_the_decision(records: RecordStore) -> None:
    put(records, {"tenders": {"T1": {"bids": {"A": {"amount": 100, "won": True}, "B": 101}}}})
    pair = (node("A"), node("B"))
    joined = Market(records, Decisions((pair,)))
    assert joined.parties.filter(joined.parties.id.isin(pair)).id.to_list() == [node("A")]
    assert sorted(Market(records).parties.id.to_list()) == sorted(pair)


@pytest.mark.parametrize("own", ["", "x", "o-1-2", "t-1111111111111111-2222222222222222", pair_id("o-2", "o-1")])
def test_only_an_id_of_two_nodes_is_an_id_of_a_pair(own: str) -> None:
    assert pair_of(own) is None


def test_the_id_of_a_pair_says_which_two_it_is() -> None:
    pair = node("a"), node("b")
    assert pair_of(pair_id(*pair)) == tuple(sorted(pair))
    assert pair_id(*pair) == pair_id(*reversed(pair))
