"""Cases keep their ids from one detection to the next."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.cases.case import Case, first_id
from graph.cases.identity import Known, with_ids


def cases(*cores: str) -> list[Case]:
    """A case for each core, a letter being a party."""
    return [Case(tuple(sorted(core)), tuple(sorted(core)), (), 0.5) for core in cores]


def known(*olds: tuple[str, str, int]) -> list[Known]:
    return [Known(own, tuple(sorted(core)), opened) for own, core, opened in olds]


def fresh(core: str) -> str:
    return first_id(tuple(sorted(core)))


@pytest.mark.parametrize(
    ("old", "new", "ids"),
    [
        # the same parties
        ([("one", "abcd", 1)], ["abcd"], ["one"]),
        # more came, even if they are the most
        ([("one", "ab", 1)], ["abcdefgh"], ["one"]),
        # half of them stayed
        ([("one", "abcd", 1)], ["abxyz"], ["one"]),
        # less than half of them stayed
        ([("one", "abcd", 1)], ["axyz"], [fresh("axyz")]),
        # nothing known
        ([], ["ab", "cd"], [fresh("ab"), fresh("cd")]),
        # two keep apart
        ([("one", "ab", 1), ("two", "cd", 1)], ["cd", "ab"], ["two", "one"]),
        # split: the larger part keeps the id
        ([("one", "abcde", 1)], ["ab", "cde"], [fresh("ab"), "one"]),
        # split in equal parts: the first in the alphabet keeps it
        ([("one", "abcd", 1)], ["cd", "ab"], [fresh("cd"), "one"]),
        # split in equal parts, one of which grew
        ([("one", "abcd", 1)], ["ab", "cdx"], [fresh("ab"), "one"]),
        # split in three: nobody has half
        ([("one", "abcdef", 1)], ["ab", "cd", "ef"], [fresh("ab"), fresh("cd"), fresh("ef")]),
        # merge: the older keeps its id
        ([("late", "ab", 2), ("early", "cd", 1)], ["abcd"], ["early"]),
        # merge: the older one's id may come later in the alphabet
        ([("a", "ab", 2), ("b", "cd", 1)], ["abcd"], ["b"]),
        # merge of the same age: the first id keeps it
        ([("b", "ab", 1), ("a", "cd", 1)], ["abcd"], ["a"]),
        # gone
        ([("one", "ab", 1)], [], []),
    ],
)
def test_ids_go_to(old: list[tuple[str, str, int]], new: list[str], ids: list[str]) -> None:
    assert [case.id for case in with_ids(cases(*new), known(*old), 3)] == ids


def test_a_kept_case_keeps_its_age_and_a_new_one_has_todays() -> None:
    kept, new = with_ids(cases("abc", "xyz"), known(("one", "abc", 1)), 4)
    assert (kept.opened, new.opened) == (1, 4)


def test_a_split_links_the_new_case_to_the_old() -> None:
    part, rest = with_ids(cases("ab", "cde"), known(("one", "abcde", 1)), 2)
    assert (part.split_from, part.opened) == ("one", 2)
    assert (rest.id, rest.split_from) == ("one", None)


def test_a_part_that_is_mostly_strangers_is_no_split() -> None:
    part, _ = with_ids(cases("axyz", "bcde"), known(("one", "abcde", 1)), 2)
    assert part.split_from is None


def test_a_part_of_which_half_are_strangers_is_a_split() -> None:
    part, _ = with_ids(cases("ax", "bcde"), known(("one", "abcde", 1)), 2)
    assert part.split_from == "one"


def test_a_merge_links_the_cases_that_went_in_with_what_they_had_taken_in() -> None:
    old = [
        Known("old", ("a", "b"), 1, merged=("older",)),
        Known("young", ("c", "d"), 2, merged=("younger",), split_from="other"),
    ]
    (one,) = with_ids(cases("abcd"), old, 3)
    assert (one.id, one.opened, one.merged, one.split_from) == ("old", 1, ("older", "young", "younger"), None)


def test_what_a_case_was_goes_on_with_it() -> None:
    (one,) = with_ids(cases("ab"), [Known("one", ("a", "b"), 1, ("gone",), "origin")], 5)
    assert (one.merged, one.split_from) == (("gone",), "origin")


def test_a_merged_case_that_parts_again_gets_a_new_id() -> None:
    """Its own one means the case that it went into."""
    first = with_ids(cases("abc", "xy"), [], 1)
    merged = with_ids(cases("abcxy"), [Known(one.id, one.core, one.opened) for one in first], 2)
    (whole,) = merged
    again = with_ids(cases("abc", "xy"), [Known(whole.id, whole.core, whole.opened, whole.merged)], 3)
    assert again[0].id == whole.id
    assert again[1].id not in {one.id for one in (*first, *merged)}
    assert again[1].split_from == whole.id


def test_a_core_of_a_living_case_does_not_take_its_id() -> None:
    """A case may have drifted away from the core that its id was made of."""
    old = known((fresh("ab"), "abcd", 1))
    part, rest = with_ids(cases("ab", "cdx"), old, 2)
    assert rest.id == fresh("ab")
    assert part.id != rest.id
    assert part.split_from == rest.id


CORES = st.lists(st.sets(st.sampled_from("abcdefgh"), min_size=1, max_size=5), max_size=5, unique_by=frozenset)


@given(CORES, CORES, CORES)
def test_ids_are_unique_stable_and_independent_of_the_order_known(
    one: list[set[str]], two: list[set[str]], three: list[set[str]]
) -> None:
    before: list[Known] = []
    for generation, cores in enumerate((one, two, three, three), 1):
        made = with_ids(cases(*map("".join, cores)), before, generation)
        assert made == with_ids(cases(*map("".join, cores)), before[::-1], generation)
        ids = [case.id for case in made]
        assert len(set(ids)) == len(ids)
        assert all(case.id not in case.merged for case in made)
        assert [replace(case, id="", opened=0, merged=(), split_from=None) for case in made] == cases(
            *map("".join, cores)
        )
        previous = before
        before = [Known(case.id, case.core, case.opened, case.merged, case.split_from) for case in made]
    # The same cores twice, each of them apart from the others: nothing changes hands.
    if len({party for core in three for party in core}) == sum(map(len, three)):
        assert [one.id for one in before] == [one.id for one in previous]


def test_a_restricted_case_keeps_its_own_id_and_never_takes_an_open_ones() -> None:
    private = Case(("p-1",), ("p-1",), (), 0.8, restricted=True)
    [first] = with_ids([private], [], 1)
    [again] = with_ids([private], [Known(first.id, first.core, 1, restricted=True)], 2)
    [open_] = with_ids([Case(("p-1",), ("p-1",), (), 0.8)], [], 1)
    assert first.id == again.id != open_.id
