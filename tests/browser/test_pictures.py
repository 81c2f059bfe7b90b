"""The pictures of the README are those of pages that there are."""

import re
import struct
from pathlib import Path

from playwright.sync_api import Browser

from tests.browser.pictures import DOCS, HEIGHT, WIDTH, take
from tests.conftest import Demo
from tests.people import with_own_desk

README = (DOCS.parent / "README.md").read_text("utf-8")


def size(picture: Path) -> tuple[int, int]:
    """Width and height that a PNG says of itself."""
    width, height = struct.unpack(">II", picture.read_bytes()[16:24])
    return width, height


def test_every_picture_of_the_readme_can_be_taken_again(chromium: Browser, demo: Demo, tmp_path: Path) -> None:
    """Where fonts differ pictures do; that each shows a page, and is a picture of one, is what can be asked."""
    desk = tmp_path / "desk"
    desk.mkdir()
    made = take(chromium, with_own_desk(demo.home, desk), tmp_path)
    for one in made:
        assert size(one) == (WIDTH, HEIGHT)
        assert one.stat().st_size > 20_000, f"{one.name} is nearly blank"
        assert f"docs/{one.name}" in README
        assert size(DOCS / one.name) == (WIDTH, HEIGHT)


def test_every_picture_in_the_readme_is_there() -> None:
    named = re.findall(r"\(docs/([\w.-]+)\)", README)
    assert named
    assert {one for one in named if not (DOCS / one).is_file()} == set()
