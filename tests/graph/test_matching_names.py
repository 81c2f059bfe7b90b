"""Names: what is one party's and what is not, in three languages and two alphabets."""

from collections.abc import Callable
from pathlib import Path

import ibis
import pytest

from graph.errors import LabelsError
from graph.matching.backtest import LabelledPair, backtest, read_labelled_pairs
from graph.matching.organisation import alike_organisations
from graph.matching.person import alike_persons
from graph.matching.sound import sound, sound_of
from graph.matching.verdict import THRESHOLD, Verdict

FIXTURES = Path(__file__).parents[1] / "fixtures" / "matching"
ALIKE: dict[str, Callable[[str, str], Verdict]] = {"organisation": alike_organisations, "person": alike_persons}


@pytest.fixture(scope="module")
def pairs() -> list[LabelledPair]:
    """The invented pairs on which the rules were made, and those that they met later."""
    return [pair for file in sorted(FIXTURES.glob("*.csv")) for pair in read_labelled_pairs(file)]


def test_at_least_400_invented_pairs_are_told_apart(pairs: list[LabelledPair]) -> None:
    assert len(pairs) >= 400
    assert all(backtest(pairs)["kinds"][kind]["pairs"] >= 200 for kind in ALIKE)


@pytest.mark.parametrize("file", sorted(FIXTURES.glob("*.csv")), ids=lambda file: file.stem)
def test_each_set_of_pairs_is_told_apart_by_itself(file: Path) -> None:
    found = backtest(read_labelled_pairs(file))
    for kind in ALIKE:
        measures = found["kinds"][kind]
        assert measures["precision"] >= 0.98, found["wrong"]
        assert measures["recall"] >= 0.9, found["wrong"]


def test_a_pair_scores_the_same_from_both_sides_and_says_why(pairs: list[LabelledPair]) -> None:
    for pair in pairs:
        verdict = ALIKE[pair.kind](pair.left, pair.right)
        assert verdict == ALIKE[pair.kind](pair.right, pair.left)
        assert 0 <= verdict.score < 0.97, "a name alone is never certain"
        assert verdict.reasons


def test_the_engine_hears_names_as_python_does(pairs: list[LabelledPair]) -> None:
    names = sorted({name for pair in pairs for name in (pair.left, pair.right)})
    names += ["", " ", "ЁЁЁ", "Ooo", "й", "İ", "O'Neil & Söhne", "Мańǵystaý 12", "ие ие", "ссс", "x y\nz"]
    table = ibis.memtable({"name": names})
    heard = ibis.duckdb.connect().to_pyarrow(table.mutate(heard=sound_of(table.name))).to_pylist()
    assert {row["name"]: row["heard"] for row in heard} == {name: sound(name) for name in names}


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("ТОО", "ТОО"), ("ТОО", "ЖШС"), ("", ""), ("", "ТОО Альфа"), ("«»", "«»"),
        ("АО", "АО «Казына»"), ("...", "!!!"),
    ],
)  # fmt: skip
def test_a_name_without_a_word_of_its_own_is_nobodys(left: str, right: str) -> None:
    assert alike_organisations(left, right).score == 0
    assert alike_persons("", left).score == 0


@pytest.mark.parametrize(
    ("left", "right", "differ"),
    [
        ("Иванов Иван, 1970", "Иванов Иван, 1970-05-12", False),
        ("Иванов Иван, 1970-05", "Иванов Иван, 12.05.1970", False),
        ("Иванов Иван, 1970-05", "Иванов Иван, 1970-06", True),
        ("Иванов Иван, 1970", "Иванов Иван, 1971-05-12", True),
        ("Иванов Иван, 1970", "Иванов Иван", False),
    ],
)
def test_birth_dates_at_any_precision_are_compatible_or_contradict(left: str, right: str, differ: bool) -> None:
    verdict = alike_persons(left, right)
    assert (verdict.score < THRESHOLD) is differ
    assert ("the birth dates differ" in verdict.reasons) is differ


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("left,right,kind,same\nA,B,firm,true\n", "line 2: the kind 'firm' is not person or organisation"),
        (
            "left,right,kind,same\nA,B,person,true\nA,C,person,maybe\n",
            "line 3: 'maybe' in the column 'same' is not true",
        ),
        ("left,right,kind\nA,B,person\n", "the header has no column 'same'"),
        ("left,right,kind,same\n", "there are no labels under the header"),
        ("left,right,kind,same\nA,B,person\n", "line 2: 3 values under 4 headings"),
    ],
)
def test_labels_that_cannot_be_used_are_named_with_their_line(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "pairs.csv").write_text(text, "utf-8")
    with pytest.raises(LabelsError, match=says):
        read_labelled_pairs(tmp_path / "pairs.csv")


def test_a_back_test_names_the_pairs_that_it_tells_wrong() -> None:
    told = [
        LabelledPair(2, "ТОО Альфа", "Альфа ЖШС", "organisation", True),
        LabelledPair(3, "ТОО Альфа", "ТОО Бета", "organisation", True),
        LabelledPair(4, "Иванов Иван", "Ivanov Ivan", "person", False),
    ]
    found = backtest(told)
    assert (found["pairs"], found["precision"], found["recall"], found["f1"]) == (3, 0.5, 0.5, 0.5)
    assert [one["line"] for one in found["wrong"]] == [3, 4]
    assert found["kinds"]["person"]["recall"] is None


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("ТОО «Ақ Жол Құрылыс»", "Aq Jol Qurylys LLP", True),
        ("АҚ «Жол Құрылыс»", "ТОО «Жол Құрылыс»", False),
        ("ИП Ахметова Г.С.", 'ИП "Ахметова Гульнара Сериковна"', True),
        ("ИП Ахметова Г.С.", "ИП Ахметов Г.С.", False),
        ("КГУ «Школа №3» г. Тараз", "КГУ «Школа №3» города Тараз", True),
        ("ГККП «Ясли-сад №45»", "ГККП «Детский сад №45»", True),
        ('ТОО "Жол Сервис+"', 'ТОО "Жол Сервис плюс"', True),
        ('ТОО "Жол Сервис+"', 'ТОО "Жол Сервис"', False),
    ],
)  # fmt: skip
def test_short_words_are_forms_initials_or_towns_by_where_they_stand(left: str, right: str, same: bool) -> None:
    assert (alike_organisations(left, right).score >= THRESHOLD) is same


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("Байжанов Асхат", "Байжанов Асқат", True),
        ("Хан Виктор", "Кан Виктор", False),
        ("Қожабаев Нұр", "Хожабаев Нур", True),
    ],
)  # fmt: skip
def test_a_kazakh_q_is_written_k_or_kh(left: str, right: str, same: bool) -> None:
    assert (alike_persons(left, right).score >= THRESHOLD) is same


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("ТОО «Самұрық Қызмет»", "ТОО «Самрук Кызмет»", True),
        ("ТОО «Сәтбаев Құрылыс»", "Satpayev Kurylys LLP", True),
        ("ТОО «Марат Сервис»", "ТОО «Мурат Сервис»", False),
        ("ТОО «Қан»", "ТОО «Хан»", False),
    ],
)  # fmt: skip
def test_letters_are_one_only_where_another_alphabet_writes_them_so(left: str, right: str, same: bool) -> None:
    assert (alike_organisations(left, right).score >= THRESHOLD) is same


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("ТОО «СтройДеталь»", "ТОО «СтройМеталл»", False),
        ("ТОО «Монтажспецстрой»", "ТОО «Монтажспцестрой»", True),
        ("ТОО «Нұралы»", "ТОО «Нұрғали»", False),
    ],
)  # fmt: skip
def test_a_word_that_exists_is_no_slip_for_another(left: str, right: str, same: bool) -> None:
    assert (alike_organisations(left, right).score >= THRESHOLD) is same


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("ТОО «Ырысты Дән», г. Абай", "ТОО «Ырысты Дән»", True),
        ("ТОО «Ырысты Дән», г. Абай", "ТОО «Ырысты Дән», г. Шу", False),
        ("КГУ «Школа №4» г. Абай", "КГУ «Школа №4»", False),
        ("КГУ «Школа №4» г. Алтайск", "КГУ «Школа №4» города Алтайска", True),
        ("Больница города Ормансу", "Больница города Ормансай", False),
    ],
)  # fmt: skip
def test_a_town_may_be_left_out_where_the_name_says_enough_without_it(left: str, right: str, same: bool) -> None:
    assert (alike_organisations(left, right).score >= THRESHOLD) is same


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("Медколледж «Үміт»", "Медицинский колледж «Үміт»", True),
        ("ТОО «РМЗ Ертіс»", "ТОО «Ремонтно-механический завод Ертіс»", True),
        ("ТОО «РМЗ Ертіс»", "ТОО «Рыбоводческий завод Ертіс»", False),
        ("ТОО «Мед. центр Үміт»", "ТОО «Медицинский центр Үміт»", True),
    ],
)  # fmt: skip
def test_words_put_together_or_shortened_are_those_they_stand_for(left: str, right: str, same: bool) -> None:
    assert (alike_organisations(left, right).score >= THRESHOLD) is same
