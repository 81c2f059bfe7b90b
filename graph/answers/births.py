"""Birth dates of persons taken out of source records before they leave the house."""

import json
import re
from collections.abc import Collection, Iterable, Iterator

from ibis import _

from graph.generation import Generation, listed, rows_of

MARK = "[birth date withheld]"
_DAY = re.compile(r"(?<![0-9])(?:[0-9]{4}([-./]?)[0-9]{2}\1[0-9]{2}|[0-9]{1,2}([-./])[0-9]{1,2}\2[0-9]{4})(?![0-9])")
_STRING = re.compile(r'"((?:[^"\\]|\\.)*+)(?:"(\s*:\s*)?|\\?\Z)', re.DOTALL)
"""Each string once, whole, with the colon that makes it a field's name; one without an end goes to the end."""
_BIRTH = re.compile(r"birth|born|рожд|туған|туылған|^d\.?o\.?b\.?$", re.IGNORECASE)
_MAY_HOLD = re.compile(r"birth|born|рожд|туған|туылған|d\.?o\.?b|\\u", re.IGNORECASE)
_JSON = json.JSONDecoder()


def births_in(generation: Generation, texts: Iterable[str]) -> frozenset[str]:
    """Days, as these texts write them, that are the birth date of somebody in this generation, whoever that is."""
    written = {found.group() for text in texts for found in _DAY.finditer(text)}
    forms = {day: set(_forms(day)) for day in written}
    parties = generation.table("parties")
    if "birth_date" not in parties.columns:
        return frozenset()
    wanted = listed({form for of in forms.values() for form in of})
    known = set(rows_of(parties.select(day=_.birth_date.left(10)).filter(_.day.isin(wanted)).distinct().day))
    return frozenset(day for day, of in forms.items() if of & known)


def withhold_births(text: str, born: Collection[str]) -> str:
    """The text with :data:`MARK` for these days, and for the value of every JSON field that is named as a birth date.

    What stands behind such a name and is no JSON is taken out up to the end.

    >>> withhold_births('{"birthDate": "1985", "since": "1976-05-30"}', {"1976-05-30"})
    '{"birthDate": "[birth date withheld]", "since": "[birth date withheld]"}'
    """
    return _DAY.sub(lambda found: MARK if found.group() in born else found.group(), _without_fields(text))


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
