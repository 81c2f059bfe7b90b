"""Registration numbers in normal form."""

import doctest

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from idnumbers.nationalid.kaz.business_id import BusinessIDNumber
from idnumbers.nationalid.kaz.util import checksum

import ingest.identifiers
from ingest.identifiers import fold, identifier, is_scheme, kz_check_digit, kz_scheme, org_id

DIGITS = st.text("0123456789", min_size=1, max_size=14)
SCHEMES = st.from_regex(r"[A-Z]{2,3}-[A-Z0-9_]{2,12}", fullmatch=True)
NUMBERS = st.text("0123456789 -abAB/", min_size=1, max_size=14) | st.text(min_size=1, max_size=10)


def test_the_examples_in_the_documentation_are_true() -> None:
    assert doctest.testmod(ingest.identifiers).failed == 0


@pytest.mark.parametrize(
    "written",
    ["2987170", "02987170", " 0298 7170 ", "0-298-7170", "GB-COH-2987170", "gb-coh-02987170", "GB-COH- 2987170"],
)
def test_leading_zeros_spaces_and_case_do_not_part_a_number(written: str) -> None:
    found = identifier("gb-coh", written)
    assert found is not None
    assert found.key == "GB-COH-02987170"


def test_letters_keep_a_number_as_it_is() -> None:
    found = identifier("GB-COH", "sc 177530")
    assert found is not None
    assert found.key == "GB-COH-SC177530"


@pytest.mark.parametrize(("written", "number"), [("007", "7"), ("0", "0"), ("12 34", "1234"), ("12-34", "12-34")])
def test_a_scheme_of_unknown_width_has_no_leading_zeros(written: str, number: str) -> None:
    found = identifier("XX-REG", written)
    assert found is not None
    assert found.number == number


@pytest.mark.parametrize(("scheme", "number"), [("GB-COH", ""), ("GB-COH", "  "), ("", "1"), ("GB-", "1")])
def test_nothing_is_no_identifier(scheme: str, number: str) -> None:
    assert identifier(scheme, number) is None


@given(SCHEMES, NUMBERS)
def test_the_normal_form_of_a_normal_form_is_itself(scheme: str, number: str) -> None:
    found = identifier(scheme, number)
    assume(found is not None)
    assert found is not None
    again = identifier(found.scheme, found.number)
    assert again == found
    assert org_id(found.key) == found or not is_scheme(found.scheme)


@given(SCHEMES, NUMBERS, st.sampled_from(["", " ", "\u00a0"]))
def test_case_and_space_never_make_another_number(scheme: str, number: str, space: str) -> None:
    assume(number.isascii())
    assert identifier(scheme, number) == identifier(scheme.lower(), space + number.lower() + space)


@given(SCHEMES, SCHEMES, NUMBERS, NUMBERS)
def test_two_schemes_never_make_one_key(one: str, other: str, left: str, right: str) -> None:
    assume(one != other)
    first, second = identifier(one, left), identifier(other, right)
    assume(first is not None and second is not None)
    assert first is not None
    assert second is not None
    assert first.key != second.key


@pytest.mark.parametrize("written", ["KZ-BIN-070340007367", " kz-bin-070340007367 ", "KZ-BIN-70340007367"])
def test_an_org_id_is_taken_apart(written: str) -> None:
    found = org_id(written)
    assert found is not None
    assert (found.scheme, found.number, found.problem) == ("KZ-BIN", "070340007367", None)


@pytest.mark.parametrize("written", ["070340007367", "KZ", "KZ-BIN-", "a note", "KZ-B-1", ""])
def test_other_text_is_no_org_id(written: str) -> None:
    assert org_id(written) is None


@given(st.text("0123456789", min_size=11, max_size=11))
def test_check_digits_agree_with_another_implementation(stem: str) -> None:
    assert kz_check_digit(stem) == checksum(f"{stem}0")


@given(st.from_regex(r"[0-9]{2}(0[1-9]|1[0-2])[4-6][0-3][0-9]{6}", fullmatch=True))
def test_a_bin_is_good_where_another_implementation_finds_it_good(number: str) -> None:
    found = identifier("KZ-BIN", number)
    assert found is not None
    assert (found.problem is None) == BusinessIDNumber.validate(number)


def test_a_number_whose_check_digit_cannot_exist_is_never_good() -> None:
    stem = next(f"{n:011}" for n in range(10**6) if kz_check_digit(f"{n:011}") is None)
    assert checksum(f"{stem}0") is None
    assert all(kz_scheme(f"{stem}{last}") is None for last in range(10))


@pytest.mark.parametrize(
    ("scheme", "number", "problem"),
    [
        ("KZ-BIN", "070340007367", None),
        ("KZ-BIN", "070340007368", "the check digit of this KZ-BIN is wrong"),
        ("KZ-BIN", "12345", "the check digit of this KZ-BIN is wrong"),
        ("KZ-BIN", "0703400073671", "a KZ-BIN has 12 digits"),
        ("KZ-BIN", "07034000736A", "a KZ-BIN has 12 digits"),
        ("KZ-IIN", "070340007367", "this number is a KZ-BIN, not a KZ-IIN"),
        ("GB-COH", "1", None),
    ],
)
def test_a_number_of_kazakhstan_says_what_is_wrong_with_it(scheme: str, number: str, problem: str | None) -> None:
    found = identifier(scheme, number)
    assert found is not None
    assert found.problem == problem


@pytest.mark.parametrize(
    ("number", "scheme"),
    [("070340007367", "KZ-BIN"), ("70340007367", "KZ-BIN"), ("070340007368", None), ("7", None), ("²" * 12, None)],
)
def test_a_bare_number_of_kazakhstan_is_known_by_its_check_digit(number: str, scheme: str | None) -> None:
    assert kz_scheme(number) == scheme


def test_names_fold_to_letters_and_digits() -> None:
    assert fold('  ТОО "Ак-Жол"  №5 ') == "тоо ак жол no5"
    assert fold("ＡＢＣ Ltd.") == fold("abc ltd")


@given(st.text())
def test_folding_twice_changes_nothing(name: str) -> None:
    assert fold(fold(name)) == fold(name)
