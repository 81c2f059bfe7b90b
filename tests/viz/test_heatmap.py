"""How cells of a heat map are written and shaded."""

from typing import Any

import pytest

from viz.heatmap import FEW, STEPS, Measure, scale_of, value_of


def _cell(
    tenders: int = 0, flagged: int | None = 0, amount: str | None = None, cases: int | None = 0
) -> dict[str, Any]:
    awarded = None if amount is None else {"amount": amount, "currency": "KZT"}
    return {"tenders": tenders, "flagged": flagged, "awarded": awarded, "cases": cases}


def test_one_flagged_tender_of_one_is_marked_and_not_shaded() -> None:
    scale = scale_of(Measure.RISK, [])
    one, enough = scale.shade(_cell(1, 1)), scale.shade(_cell(FEW, FEW))
    assert (one.text, one.step, one.few) == ("100%", 0, True)
    assert (enough.text, enough.step, enough.few) == ("100%", STEPS, False)


@pytest.mark.parametrize(
    ("flagged", "text", "step"), [(0, "0%", 0), (1, "< 1%", 1), (49, "5%", 1), (50, "5%", 2), (500, "50%", 6)]
)
def test_shades_of_a_share_begin_at_the_same_shares_on_every_page(flagged: int, text: str, step: int) -> None:
    shade = scale_of(Measure.RISK, [_cell(1000, 1000)]).shade(_cell(1000 if flagged != 1 else 1001, flagged))
    assert (shade.text, shade.step) == (text, step)


def test_what_may_not_be_seen_has_no_value_and_no_shade() -> None:
    hidden = _cell(10, None, None, None)
    for measure in (Measure.RISK, Measure.MONEY, Measure.CASES):
        assert value_of(hidden, measure) is None
        assert scale_of(measure, [hidden]).shade(hidden).step == 0
    assert scale_of(Measure.TENDERS, [hidden]).shade(None).text == ""


def test_money_is_written_in_one_unit_that_keeps_it_short() -> None:
    cells = [_cell(1, amount=amount) for amount in ("12345678901.23", "999", "0", "450000000")]
    scale = scale_of(Measure.MONEY, cells)
    assert scale.unit == 9
    assert [scale.shade(one).text for one in cells] == ["12", "< 0.1", "0", "0.5"]
    assert scale_of(Measure.MONEY, [_cell(1, amount="9999.4")]).unit == 0


def test_shades_grow_with_the_number_and_the_legend_tells_every_shade() -> None:
    cells = [_cell(number) for number in (0, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144)]
    scale = scale_of(Measure.TENDERS, cells)
    steps = [scale.shade(one).step for one in cells]
    assert steps == sorted(steps)
    assert set(steps) == set(range(STEPS + 1))
    assert [step for step, _said in scale.legend] == list(range(1, STEPS + 1))
    assert scale.legend[0][1].startswith("< ")
    assert scale.legend[-1][1].startswith("≥ ")


@pytest.mark.parametrize("cells", [[], [_cell(3)], [_cell(3), _cell(3)], [_cell(1), _cell(2)]])
def test_a_scale_of_few_values_does_not_fail(cells: list[dict[str, Any]]) -> None:
    scale = scale_of(Measure.TENDERS, cells)
    assert all(1 <= scale.shade(one).step <= STEPS for one in cells)
