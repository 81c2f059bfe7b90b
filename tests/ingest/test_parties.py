"""Who a cell means."""

import pytest

from ingest.errors import BadRecord
from ingest.mapping import Column, Mapping
from ingest.parties import Namespace

BIN, IIN = "070340007367", "900101300017"


def space(source: str | None = None, **constants: str) -> Namespace:
    return Namespace.of(source, Mapping("bids", {"tender": Column("t")}, constants, "publisher"))


def test_bare_numbers_of_two_sources_are_never_the_same() -> None:
    assert space("one").party("17")[0] == "one:17"
    assert space("two").party("17")[0] == "two:17"
    assert Namespace.of(None, None).party("17")[0] == "local:17"


def test_a_source_that_is_a_scheme_gives_it_to_bare_numbers() -> None:
    assert space("GB-COH").party("2987170")[0] == "GB-COH-02987170"
    assert space("register", scheme="GB-COH").party("2987170")[0] == "GB-COH-02987170"


def test_a_full_number_says_by_itself_what_it_is() -> None:
    assert space("GB-COH").party(f"KZ-BIN-{BIN}")[0] == f"KZ-BIN-{BIN}"


def test_kazakh_numbers_are_told_apart_by_their_digits() -> None:
    assert space("egov", country="KZ").party(BIN)[0] == f"KZ-BIN-{BIN}"
    assert space("egov", country="KZ").party(IIN)[0] == f"KZ-IIN-{IIN}"
    assert space("KZ-BIN").party(IIN)[0] == f"KZ-IIN-{IIN}"
    assert space("egov", country="KZ").party(BIN.lstrip("0"))[0] == f"KZ-BIN-{BIN}"


def test_a_person_does_not_take_a_register_of_companies_scheme() -> None:
    assert space("GB-COH").person("17")[0] == "GB-COH:17"
    assert space("KZ-BIN").person("p17")[0] == "KZ-BIN:p17"
    assert space("KZ-BIN").person(IIN)[0] == f"KZ-IIN-{IIN}"
    assert space("any").person(f"KZ-IIN-{IIN}")[0] == f"KZ-IIN-{IIN}"


@pytest.mark.parametrize("source", ["KZ-BIN", "egov"])
def test_a_wrong_check_digit_is_no_usable_number(source: str) -> None:
    here = space(source, country="KZ")
    wrong = BIN[:-1] + "0"
    for key, shown, found in (here.party(wrong), here.person(wrong)):
        assert key
        with pytest.raises(BadRecord, match="check digit of this"):
            here.usable(shown.removeprefix("KZ-BIN-"), found)


def test_a_party_known_by_name_is_the_same_however_it_is_punctuated() -> None:
    assert space("one").named('ТОО "Жол"')[0] == space("one").named("тоо жол")[0] == "one:name:тоо жол"
