"""Small charts over time."""

from viz.heatmap import Measure, scale_of
from viz.trends import HEIGHT, WIDTH, chart

SCALE = scale_of(Measure.TENDERS, [{"tenders": 10}])


def test_bars_stand_on_the_foot_and_the_greatest_reaches_the_head() -> None:
    drawn = chart(SCALE, [5, 10, 0])
    assert [mark.top for mark in drawn.marks] == [HEIGHT / 2, 0, HEIGHT]
    assert [mark.text for mark in drawn.marks] == ["5", "10", "0"]
    assert all(mark.left >= 0 and mark.left + mark.width <= WIDTH for mark in drawn.marks)
    assert drawn.most == "10"


def test_what_is_not_known_leaves_a_gap_in_the_line() -> None:
    drawn = chart(SCALE, [1, 2, None, 3, None, 4, 5])
    assert [len(line.split()) for line in drawn.lines] == [2, 2]
    assert drawn.marks[2].top is None


def test_nothing_at_all_is_no_error() -> None:
    assert chart(SCALE, []).marks == ()
    assert [mark.top for mark in chart(SCALE, [0, None]).marks] == [HEIGHT, None]
