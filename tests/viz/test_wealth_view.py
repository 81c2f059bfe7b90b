"""A household's income and purchases on a case's page and in its report."""

import json
from datetime import date

import pytest

from graph.model import Subgraph
from tests.viz.conftest import HOSTILE, OFFICIAL, OWNER, Document, replaced
from viz.case_page import case_page
from viz.report import case_pdf, inputs
from viz.view import case_view


def line(year: int, side: str, value: float | None, **more: object) -> Document:
    return {
        "year": year, "side": side, "kind": "asset" if side == "purchase" else "income", "description": "house",
        "amount": value, "currency": "KZT", "day": None, "value": value, "owner": OWNER, "owner_name": "Асанов Ұлан",
        "source": "none", **more,
    }  # fmt: skip


@pytest.fixture
def rich(case: Document) -> Document:
    household = {
        "official": OFFICIAL, "official_name": "Асанова Дана", "body": "KZ-BIN-3", "body_name": "ГУ «Отдел дорог»",
        "position": "Руководитель", "first": 2020, "last": 2022, "years": 3, "income": 300.0, "assets": 5000.0,
        "ratio": 16.6667, "currency": "KZT", "prices": None, "text": "...", "evidence": [],
        "incomplete": ["Incomplete: there is no rate to KZT for purchases in USD of 2021 (1 not counted)."],
        "lines": [
            line(2020, "income", 100.0), line(2020, "income", 200.0, kind="gift"),
            line(2022, "purchase", 5000.0, day=date(2022, 3, 4), source=case["evidence"][0]["id"]),
            line(2021, "purchase", None, currency="USD", amount=9.0),
        ],
    }  # fmt: skip
    return {**case, "wealth": [household]}


def test_years_add_up_and_what_is_not_counted_is_told(rich: Document, picture: Subgraph) -> None:
    [view] = case_view(rich, picture).wealth
    assert [(row.year, row.income, row.bought) for row in view.years] == [
        ("2020", "300.00", "—"), ("2021", "—", "—"), ("2022", "—", "5\u202f000.00"),
    ]  # fmt: skip
    assert (view.income, view.bought, view.ratio) == ("300.00\u00a0KZT", "5\u202f000.00\u00a0KZT", "16.7 times")
    assert [(one.kind, one.what, one.value, one.record) for one in view.lines][1:3] == [
        ("gift", "house", "200.00", None), ("bought", "house, 2022-03-04", "5\u202f000.00", 1),
    ]  # fmt: skip
    assert "income that was not declared here" in case_view(rich, picture).question


def test_page_and_report_show_it_and_an_infinite_ratio_is_said_in_words(rich: Document, picture: Subgraph) -> None:
    page = case_page(rich, picture)
    for text in ("Declared income and purchases", "16.7 times", "no rate to KZT", "2022-03-04", "Асанов Ұлан"):
        assert text in page
    assert case_pdf(rich, picture) == case_pdf(rich, picture)
    rich["wealth"][0]["ratio"] = None
    assert "more than any income declared" in case_page(rich, picture)
    rich["findings"][0]["value"] = None
    assert case_pdf(rich, picture).startswith(b"%PDF")


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_texts_of_declarations_stay_texts(rich: Document, picture: Subgraph, text: str) -> None:
    free = {"description", "owner_name", "official_name", "position", "currency"}
    written = replaced(rich, lambda name, old: text if name in free else old)
    assert "<script>alert" not in case_page(written, picture)
    assert case_pdf(written, picture).startswith(b"%PDF")
    json.loads(inputs(case_view(written, picture))["case"])
