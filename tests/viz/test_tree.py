"""The tree of owners: boxes and lines in place, and the same owners as the list."""

from typing import Any

import pytest

from viz.tree import BOX, HIGH, MOST_BOXES, everybody, role_of, share_of, tree

Document = dict[str, Any]


def interest(least: float | None = 0.5, most: float | None = 0.5, **more: Any) -> Document:
    told = {"interest": "shareholding", "share_min": least, "share_max": most, "direct": True, "problem": None}
    return {**told, "beneficial": None, "since": None, "until": None, "source": "d", **more}


def party(own: str, *owners: Document, **more: Any) -> Document:
    told = {"id": own, "node": own, "name": own, "kind": "organisation", "entity_type": None, "reason": None}
    return {**told, "problem": None, "interests": [interest()], "owners": list(owners), "again": None, **more}


def found(*owners: Document) -> Document:
    return {"company": party("firm"), "owners": list(owners)}


def test_owners_stand_right_of_what_they_own_and_no_box_covers_another() -> None:
    drawn = tree(found(party("a", party("b"), party("c")), party("d", party("e", party("f")))), "?")
    boxes = {one.name: one for one in drawn.boxes}
    for owner, owned in (("a", "firm"), ("b", "a"), ("f", "e")):
        assert boxes[owner].x >= boxes[owned].x + BOX
    for one in drawn.boxes:
        for other in drawn.boxes:
            apart = abs(one.x - other.x) >= BOX or abs(one.y - other.y) >= HIGH
            assert one is other or apart, (one.name, other.name)
    assert all(0 <= one.x <= drawn.width - BOX and 0 <= one.y <= drawn.height - HIGH for one in drawn.boxes)


def test_the_picture_has_the_owners_of_the_list_each_with_its_line() -> None:
    document = found(party("a", party("b")), party("c", again="above"))
    drawn = tree(document, "?")
    assert {one.place for one in drawn.boxes} == {0, 1, 2, 3}
    assert [one.name for one in drawn.boxes][1:] == [one["name"] for one in everybody(document["owners"])]
    assert {(one.owner, one.owned) for one in drawn.lines} == {(1, 0), (2, 1), (3, 0)}
    assert drawn.left_out == 0


@pytest.mark.parametrize(
    ("rows", "share", "kinds", "indirect"),
    [
        ([interest(0.25, 0.5)], "25–50%", (), False),
        ([interest(None, None, interest="trustee")], "", ("trustee",), False),
        ([interest(0.1, 0.1), interest(0.4, None, interest="voting-rights")], "40–100%", ("voting-rights",), False),
        ([interest(direct=False)], "50%", (), True),
        ([interest(direct=False), interest()], "50%", (), False),
        ([interest(0.0, 0.0)], "0%", (), False),
    ],
)
def test_a_line_says_the_greatest_share_with_its_range_or_what_controls_without_one(
    rows: list[Document], share: str, kinds: tuple[str, ...], indirect: bool
) -> None:
    drawn = tree(found(party("a", interests=rows)), "?")
    [line], [_firm, box] = drawn.lines, drawn.boxes
    assert (line.share, box.kinds, line.indirect) == (share, kinds, indirect)


@pytest.mark.parametrize(
    ("more", "role"),
    [
        ({"kind": "person"}, "person"),
        ({"kind": "unknown person", "name": None}, "unknown"),
        ({"kind": "person", "reason": "subject-exempt"}, "unknown"),
        ({"entity_type": "unknownEntity"}, "unknown"),
        ({"entity_type": "state"}, "firm"),
    ],
)
def test_who_is_not_named_is_drawn_as_unknown(more: Document, role: str) -> None:
    assert role_of(party("a", **more)) == role


def test_who_is_not_named_is_called_so() -> None:
    [_firm, box] = tree(found(party("p-1", kind="unknown person", name=None)), "nobody is named").boxes
    assert box.lines == ("nobody is named",)


def test_a_crowd_is_drawn_in_part_and_the_rest_counted() -> None:
    drawn = tree(found(*(party(f"o-{n}") for n in range(MOST_BOXES + 50))), "?")
    assert len(drawn.boxes) + drawn.left_out == MOST_BOXES + 51
    assert len(drawn.boxes) == MOST_BOXES


def test_open_ends_of_shares_are_nothing_and_everything() -> None:
    assert [share_of(interest(*ends)) for ends in ((None, 0.5), (0.75, None), (None, None))] == ["0–50%", "75–100%", ""]
