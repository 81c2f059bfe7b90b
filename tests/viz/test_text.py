"""Texts of records."""

import json
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from viz.text import as_json, as_text, label, plain, shown


@pytest.mark.parametrize("code", [0x00, 0x07, 0x1B, 0x7F, 0x85, 0x202E, 0x2066, 0xD800, 0xDFFF, 0xFFFE, 0xFFFF])
def test_what_no_page_can_show_is_marked(code: int) -> None:
    assert plain(f"a{chr(code)}b") == "a\ufffdb"


@pytest.mark.parametrize("end", ["\r\n", "\r", "\u2028", "\u2029", "\n"])
def test_every_line_break_is_one_line_feed(end: str) -> None:
    assert plain(f"a{end}b") == "a\nb"


def test_letters_and_tabs_stay() -> None:
    assert plain("Әкім\tҰлан <b>") == "Әкім\tҰлан <b>"


def test_a_label_has_two_lines_at_most() -> None:
    assert label("ГУ «Отдел жилищно-коммунального хозяйства и дорог, Актобе»") == "ГУ «Отдел\nжилищно-коммунального…"
    assert label("x" * 50) == "x" * 21 + "…"


def test_days_and_times_are_texts_and_what_is_no_number_is_none() -> None:
    assert as_text(date(2024, 5, 7)) == "2024-05-07"
    assert as_text(datetime(2024, 5, 7, 12, tzinfo=UTC)) == as_text(datetime(2024, 5, 7, 12)) == "2024-05-07T12:00:00Z"
    assert as_text(datetime(2024, 5, 7, 12, tzinfo=timezone(timedelta(hours=5)))) == "2024-05-07T07:00:00Z"
    assert shown({"a": [float("nan"), float("inf"), 1.5]}) == {"a": [None, None, 1.5]}


def test_json_keeps_every_character() -> None:
    document = {"a": "\ud800 \u2028 </script> ә \x00"}
    assert json.loads(as_json(document)) == document
    as_json(document).decode("utf-8")
