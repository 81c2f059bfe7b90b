"""The words that the explorer's module says are those that its page passes to it."""

import re
from pathlib import Path

from viz.explorer_data import keys
from viz.words import ENGLISH

SOURCES = Path(__file__).parents[2] / "viz" / "explorer" / "src"
_SAID = re.compile(r'(?:say|known)\(\s*(?:[^()"`]*\? )?"([a-z_]+)"(?: : "([a-z_]+)")?')
_COUNTED = re.compile(r'counted\([^"]*"([a-z]+)"\)')
_KEYS = re.compile(r'(?:words|said): "(x_[a-z_]+)"')


def test_every_word_of_the_module_is_passed_to_it() -> None:
    text = "\n".join(file.read_text("utf-8") for file in sorted(SOURCES.glob("*.ts")))
    said = {key for found in _SAID.findall(text) for key in found if key} | set(_KEYS.findall(text))
    said |= {f"count_{thing}" for thing in _COUNTED.findall(text)}
    assert len(said) > 100
    assert said - set(keys(ENGLISH)) == set()
