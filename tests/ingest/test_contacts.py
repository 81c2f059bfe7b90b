"""Addresses, phones and emails in comparable form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.contacts import contact


def normal(kind: str, value: str | None) -> str | None:
    found = contact("party", kind, value)
    return found.normal if found else None


def test_a_contact_keeps_what_was_written() -> None:
    found = contact("KZ-BIN-1", "phone", "+7 (727) 123-45-67")
    assert found is not None
    assert (found.party, found.kind, found.value, found.normal) == (
        "KZ-BIN-1",
        "phone",
        "+7 (727) 123-45-67",
        "7271234567",
    )


def test_phones_compare_by_their_last_ten_digits() -> None:
    assert normal("phone", "8 727 123 45 67") == normal("phone", "+7(727)1234567") == "7271234567"


@pytest.mark.parametrize("value", ["12345", "0000000", "1111111", "77777777777", "no phone", "-"])
def test_a_phone_that_could_be_anybodys_is_left_out(value: str) -> None:
    assert normal("phone", value) is None


def test_emails_compare_without_case_and_what_stands_around_them() -> None:
    assert normal("email", "Mail to: Info@Firm.KZ; other") == "info@firm.kz"
    assert normal("email", "info at firm") is None


def test_addresses_compare_without_case_and_punctuation() -> None:
    assert normal("address", "Abay Ave., 12") == normal("address", "ABAY AVE 12") == "abay ave 12"


@pytest.mark.parametrize("value", ["Almaty", "Abay Avenue", "050000", "12 Abay", None, "", "N/A", "нет", "-"])
def test_an_address_that_names_no_door_is_left_out(value: str | None) -> None:
    assert normal("address", value) is None


@given(st.sampled_from(["phone", "email", "address"]), st.text())
def test_a_normal_form_never_depends_on_case_or_on_being_normal_already(kind: str, value: str) -> None:
    found = normal(kind, value)
    if found is not None:
        assert normal(kind, found) == found
