"""Places of charts: what stands where, and that a chart and its table say the same."""

from datetime import date, timedelta
from typing import Any

import pytest

from viz.charts.matrix import OTHERS, matrix
from viz.charts.scale import Days, Numbers
from viz.charts.spread import spread
from viz.charts.timeline import Interval, timeline

Document = dict[str, Any]


def a_ring(tenders: int = 30, *, firms: int = 3, days: bool = True, cut: int | None = None) -> Document:
    """Firms win in turns; an outsider bids in every fifth tender, and wins every tenth; prices spread after ``cut``."""
    members = [{"node": f"o-{n}", "id": f"F{n}", "name": f"Firm {n}"} for n in range(firms)]
    meetings, bids = [], []
    for number in range(tenders):
        wide = cut is not None and number >= cut
        day = date(2024, 1, 1) + timedelta(days=number) if days else None
        outside = number % 10 == 9
        shares = [0.9 - 0.1 * place if wide else 0.97 + 0.005 * place for place in range(firms)]
        winner = number % firms
        bids += [
            _bid(number, f"o-{place}", shares[(place - winner) % firms], won=place == winner and not outside)
            for place in range(firms)
        ]
        if number % 5 == 4:
            bids.append(_bid(number, "o-x", 0.6 if outside else 0.999, member=False, won=outside))
        meetings.append(
            {
                "id": f"T{number}", "node": f"t-{number}", "title": None, "day": day, "low": min(shares), "lots": 1,
                "high": max(shares), "median": sorted(shares)[firms // 2], "winning": shares[0],
                "spread": 0.05 if wide else 0.01,
            }
        )  # fmt: skip
    at = date(2024, 1, 1) + timedelta(days=cut - 1) if cut else None
    evidence = [{"kind": "break", "at": at, "speaks": "for"}]
    return {"members": members, "meetings": meetings, "bids": bids, "evidence": evidence, "basis": "estimate"}


def _bid(number: int, firm: str, share: float, *, member: bool = True, won: bool = False) -> Document:
    return {
        "tender_node": f"t-{number}", "tender": f"T{number}", "bidder_node": firm, "member": member, "share": share,
        "won": won, "valid": True,
    }  # fmt: skip


def numbers(ring: Document) -> dict[str, int]:
    return {one["node"]: number for number, one in enumerate(ring["members"], 1)}


def test_every_bid_of_the_page_is_one_mark_and_no_other_is() -> None:
    ring = a_ring()
    drawn = matrix(ring, numbers(ring), 10, 12, "others")
    wanted = {
        (int(one["tender_node"][2:]) + 1, numbers(ring).get(one["bidder_node"], OTHERS), "won" if one["won"] else "bid")
        for one in ring["bids"]
        if 10 <= int(one["tender_node"][2:]) < 22
    }
    assert {(cell.tender, cell.member, cell.sign) for cell in drawn.cells} == wanted
    assert [column.number for column in drawn.columns] == list(range(11, 23))


def test_turns_run_down_as_a_stair() -> None:
    ring = a_ring(9)
    drawn = matrix(ring, numbers(ring), 0, 3, "others")
    stair = sorted((cell.x, cell.y) for cell in drawn.cells if cell.sign == "won")
    assert [y for _x, y in stair] == sorted(y for _x, y in stair)


def test_members_without_a_bid_in_the_page_are_counted() -> None:
    ring = a_ring(4)
    ring["members"].append({"node": "o-9", "id": "F9", "name": None})
    drawn = matrix(ring, numbers(ring), 0, 40, "others")
    assert (drawn.silent, len(drawn.rows)) == (1, 3)


def test_a_break_stands_between_the_last_tender_before_it_and_the_first_after_it() -> None:
    ring = a_ring(30, cut=12)
    drawn = matrix(ring, numbers(ring), 0, 40, "others")
    [(x, day)] = drawn.breaks
    assert day == "2024-01-12"
    assert drawn.columns[11].x < x <= drawn.columns[12].x
    assert matrix(ring, numbers(ring), 12, 10, "others").breaks == ()
    chart = spread(ring)
    assert chart is not None
    [cut] = chart.cuts
    before, after = (one.x for one in chart.ranges[11:13])
    assert before < cut.x < after


def test_each_tender_is_one_range_from_its_lowest_to_its_highest_bid() -> None:
    ring = a_ring(30, cut=12)
    chart = spread(ring)
    assert chart is not None
    assert [one.number for one in chart.ranges] == list(range(1, 31))
    assert all(one.top < one.bottom for one in chart.ranges)
    assert all(len(one.ticks) == 3 for one in chart.ranges)
    assert [one.inside for one in chart.ranges] == [number % 10 != 9 for number in range(30)]
    assert {one.winner for one in chart.ranges if one.inside and one.number <= 12} == {chart.ranges[0].bottom}


def test_medians_change_at_the_break() -> None:
    chart = spread(a_ring(30, cut=12))
    assert chart is not None
    assert [one.text for one in chart.medians] == ["0.975", "0.800"]
    assert [one.text for one in chart.spreads] == ["1%", "5%"]
    assert chart.medians[0].x2 == chart.medians[1].x1 == chart.cuts[0].x


def test_tenders_of_one_day_stand_side_by_side_before_the_next_days() -> None:
    ring = a_ring(20)
    for number, one in enumerate(ring["meetings"]):
        one["day"] = date(1980 + number // 10, 1, 1)
    chart = spread(ring)
    assert chart is not None
    places = [one.x for one in chart.ranges]
    assert places == sorted(places)
    assert len(set(places)) == 20
    assert max(places) <= chart.right


def test_nothing_is_drawn_without_days_or_sums() -> None:
    assert spread(a_ring(days=False)) is None
    ring = a_ring(3)
    ring["meetings"][1].update(low=None, high=None, median=None)
    chart = spread(ring)
    assert chart is not None
    assert (chart.left_out, [one.number for one in chart.ranges]) == (1, [1, 3])


def test_a_strange_bid_stands_at_the_rim_and_hides_no_pattern() -> None:
    ring = a_ring(20)
    ring["meetings"][3]["high"] = 40.0
    chart = spread(ring)
    assert chart is not None
    assert chart.clipped == 1
    assert min(one.bottom - one.top for one in chart.ranges) > 2
    assert all(one.top >= chart.upper[0] for one in chart.ranges)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2024, 1, 1), date(2024, 1, 1)),
        (date(1950, 1, 1), date(2024, 1, 1)),
        (date(2024, 1, 5), date(2024, 9, 2)),
    ],
)
def test_ticks_of_days_are_few_and_inside(first: date, last: date) -> None:
    ticks = Days(first, last, 10.0, 100.0).ticks()
    assert len(ticks) <= 10
    assert all(10 <= one.at <= 110 for one in ticks)
    assert len({one.text for one in ticks}) == len(ticks)


@pytest.mark.parametrize(("low", "high"), [(0.9, 1.1), (0.0, 3.7), (0.995, 1.0), (1.0, 1.0)])
def test_ticks_of_numbers_are_round_few_and_inside(low: float, high: float) -> None:
    ticks = Numbers(low, high, 0.0, 100.0).ticks()
    assert len(ticks) <= 8
    assert all(0 <= one.at <= 100 for one in ticks)
    assert len({one.text for one in ticks}) == len(ticks)


AWARDS = [{"day": date(2022, 3, 1)}, {"day": date(2023, 3, 1)}, {"day": None}]


def test_bars_and_awards_stand_on_one_axis() -> None:
    held = Interval("post", "Head", date(2022, 1, 1), date(2022, 12, 31), "2022")
    drawn = timeline([held, Interval("kin", "1. spouse", None, None, "no dates")], AWARDS)
    assert drawn is not None
    post, tie = drawn.bars
    first, second = drawn.marks
    assert post.x < first.x < post.x + post.width < second.x
    assert tie.x <= first.x
    assert second.x <= tie.x + tie.width
    assert (post.early, post.late, tie.early, tie.late) == (False, False, True, True)
    assert [one.number for one in drawn.marks] == [1, 2]


def test_what_began_decades_before_does_not_squeeze_the_awards() -> None:
    drawn = timeline([Interval("kin", "1. son", date(1970, 1, 1), None, "")], AWARDS)
    assert drawn is not None
    assert drawn.bars[0].early
    assert drawn.marks[1].x - drawn.marks[0].x > drawn.width / 4


def test_without_a_day_of_an_award_there_is_no_timeline() -> None:
    assert timeline([Interval("kin", "1. son", date(1970, 1, 1), None, "")], AWARDS[2:]) is None
