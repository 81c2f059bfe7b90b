"""Birth dates of persons taken out of source records before they leave the house."""

import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping

from ibis import _

from graph.generation import Generation, listed, rows_of

MARK = "[birth date withheld]"
_DAY = re.compile(r"(?<![0-9])(?:[0-9]{4}([-./]?)[0-9]{2}\1[0-9]{2}|[0-9]{1,2}([-./])[0-9]{1,2}\2[0-9]{4})(?![0-9])")
_STRING = re.compile(r'"((?:[^"\\]|\\.)*+)(?:"(\s*:\s*)?|\\?\Z)', re.DOTALL)
"""Each string once, whole, with the colon that makes it a field's name; one without an end goes to the end."""
_BIRTH = re.compile(r"birth|born|рожд|туған|туылған|^d\.?o\.?b\.?$", re.IGNORECASE)
_MAY_HOLD = re.compile(r"birth|born|рожд|туған|туылған|d\.?o\.?b|\\u", re.IGNORECASE)
_ESCAPED, _WORD = re.compile(r"\\u([0-9a-fA-F]{4})"), re.compile(r"[^\W_]{3,}")
_JSON = json.JSONDecoder()


def births_in(generation: Generation, texts: Iterable[str]) -> dict[str, frozenset[str]]:
    """Days, as these texts write them, on which somebody in this generation was born: with the words that they are
    known by, those of their names and of their numbers."""
    written = {found.group() for text in texts for found in _DAY.finditer(text)}
    forms = {day: set(_forms(day)) for day in written}
    parties = generation.table("parties")
    if "birth_date" not in parties.columns:
        return {}
    wanted = listed({form for of in forms.values() for form in of})
    born = parties.mutate(day=_.birth_date.left(10)).filter(_.day.isin(wanted)).select("day", "name", "own_id")
    known: dict[str, set[str]] = defaultdict(set)
    for row in rows_of(born):
        known[row["day"]] |= _words(f"{row['name']} {row['own_id']}")
    found = {day: frozenset[str]().union(*(known.get(form, ()) for form in of)) for day, of in forms.items()}
    return {day: words for day, words in found.items() if words}


def withhold_births(text: str, born: Mapping[str, Collection[str]]) -> str:
    """The text with :data:`MARK` for the value of every JSON field that is named as a birth date, and for those of
    these days on which somebody was born whom the text names.

    What stands behind such a field's name and is no JSON is taken out up to the end.

    >>> withhold_births('{"birthDate": "1985", "who": "Asel", "since": "1976-05-30"}', {"1976-05-30": {"asel"}})
    '{"birthDate": "[birth date withheld]", "who": "Asel", "since": "[birth date withheld]"}'
    """
    words = _words(text) if born else frozenset()
    hidden = {day for day, whose in born.items() if not words.isdisjoint(whose)}
    return _DAY.sub(lambda found: MARK if found.group() in hidden else found.group(), _without_fields(text))


def _words(text: str) -> frozenset[str]:
    """The words of three letters or digits and more, in small letters; letters written as their numbers are read."""
    plain = _ESCAPED.sub(lambda found: chr(int(found.group(1), 16)), text)
    return frozenset(word.casefold() for word in _WORD.findall(plain))


def _forms(day: str) -> Iterator[str]:
    """How the same day may be written elsewhere.

    >>> {"1976-05-30", "19760530", "05/30/1976"} <= set(_forms("30.05.1976"))
    True
    """
    parts = re.split("[-./]", day) if not day.isdigit() else [day[:4], day[4:6], day[6:]]
    year, month, date = parts if len(parts[0]) == 4 else (parts[2], parts[1], parts[0])
    for one, other in ((month, date), (date, month)):  # 5/30/1976 and 30/5/1976 are told apart by nobody
        for between in ("-", ".", "/", ""):
            yield between.join((year, one.zfill(2), other.zfill(2)))
            yield between.join((other.zfill(2), one.zfill(2), year))
    yield day


def _without_fields(text: str) -> str:
    if not _MAY_HOLD.search(text):
        return text
    made, done = [], 0
    for key in _STRING.finditer(text):
        if key.start() < done or not key.group(2) or not _BIRTH.search(_read(key.group(1))):
            continue
        try:
            value, end = _JSON.raw_decode(text, key.end())
        except (ValueError, RecursionError):
            value, end = text, len(text)
        if value not in (None, "", [], {}):
            made += [text[done : key.end()], f'"{MARK}"']
            done = end
    return "".join([*made, text[done:]])


def _read(key: str) -> str:
    try:
        return str(json.loads(f'"{key}"')) if "\\" in key else key
    except ValueError:
        return key
