"""Whether two names are names of one person."""

import re
from itertools import product

from graph.matching.person_name import Part, Patronymic, Reading, readings
from graph.matching.slips import slip
from graph.matching.sound import VOWELS, sound
from graph.matching.spelling import spelled_alike
from graph.matching.verdict import Verdict
from graph.matching.vocabulary import exists

WHOLE = 0.9
"""Surname, given name and patronymic equal: namesakes exist, so never more by the name alone."""
_VARIANTS = {
    sound(variant): sound(words.split()[0])
    for words in (
        "александр alexander alexandr", "михаил michael", "пётр peter", "павел paul", "андрей andrew",
        "николай nicholas",
        "юлия julia yulia", "екатерина catherine katherine", "елена helen helena", "мария mary", "иван john ivan",
        "мұхаммед мухамед мухаммад магомед магомет muhammad mohammed mohamed mukhamed", "гүлнар гульнара",
        "ксения оксана", "данила даниил данил", "яков jacob", "иосиф joseph", "григорий gregory", "евгений eugene",
        "ахмет ахмед ahmed", "юрий juri jurij", "бақыт бахыт",
    )
    for variant in words.split()
}  # fmt: skip
"""Given names that one person bears in several languages or papers."""
_DATED = re.compile(
    r"[,;(\s]*(?:\b(?:рожд\w*|born|туған|д\.?\s?р\.?|dob)\b[\s.:]*)?"
    r"(?:(\d{4})(?:-(\d\d)(?:-(\d\d))?)?|(\d\d)\.(\d\d)\.(\d{4}))\b\s*(?:г\.?\s?р\.?|г\.?\s?рожд\w*\.?|ж\.?\s?т\.?|г\.)?\)?\s*$",
    re.IGNORECASE,
)
_SHORTEST_FATHER = 4
"""In a shorter father's name every letter counts."""
_LONG_SURNAME = 7
_NEVER = 99
"""No word is so long."""
Heard = tuple[float, str]


def alike_persons(left: str, right: str) -> Verdict:
    """How alike two names of persons are: a score in 0..1 and the reasons, the same in either order.

    A birth date at the end of a name (1970, 1970-05, 1970-05-12, 12.05.1970) counts as one. Score:
    0.9 x surname x given name x patronymic, each 1 where equal, 0 where they contradict, between where one is missing,
    an initial, or a slip of the pen; the best over all orders that the names may be meant in.

    >>> alike_persons("Ахметов Е.С.", "Ерлан Серікұлы Ахметов").reasons
    ('the same surname', 'an initial for the given name', 'an initial for the patronymic')
    >>> alike_persons("Ахметов Ерлан Серикович", "Ахметов Ержан Серикович").score
    0.0
    """
    (left, born), (right, other) = undated(left), undated(right)
    ours, theirs = readings(left), readings(right)
    if not ours or not theirs:
        return Verdict(0.0, ("a name says nothing of its own",))
    # Equal scores of two orders go to the order of the alphabet, so that both sides give the same reasons.
    verdict = max((_compare(*sides) for sides in product(ours, theirs)), key=lambda one: (one.score, one.reasons))
    return with_births(verdict, born, other)


def undated(name: str) -> tuple[str, str | None]:
    """A name and the birth date at its end, to its own precision.

    >>> undated("Ахметов Ерлан, 12.05.1970 г.р.")
    ('Ахметов Ерлан', '1970-05-12')
    """
    found = _DATED.search(name)
    if not found or not found.start():
        return name, None
    year, month, day, last, middle, first = found.groups()
    return name[: found.start()], "-".join(filter(None, (year or first, month or middle, day or last)))


def with_births(verdict: Verdict, left: str | None, right: str | None) -> Verdict:
    """The verdict with two birth dates at any precision: compatible where one begins with the other."""
    if not left or not right:
        return verdict
    if not left.startswith(right) and not right.startswith(left):
        return verdict.times(0.1, "the birth dates differ")
    known = min(len(left), len(right))
    share, what = {4: (0.15, "year"), 7: (0.3, "month")}.get(known, (0.6, "date"))
    return verdict.towards_one(share, f"the same birth {what}") if verdict.score >= 0.5 else verdict


def _compare(ours: Reading, theirs: Reading) -> Verdict:
    patronymic = _patronymics(ours.patronymic, theirs.patronymic)
    told = ours.patronymic is not None and theirs.patronymic is not None
    certain = patronymic[0] == 1 and told
    surname = _surnames(ours.surname, theirs.surname, certain=certain)
    if not surname[0] and patronymic[0] and told and ours.surname and theirs.surname:
        surname = _unstressed(ours.surname.heard, theirs.surname.heard)
    given = _given(ours.given, theirs.given, certain=certain)
    genders = {gender for gender in (_gender(ours), _gender(theirs)) if gender}
    initials = not ours.given or not theirs.given or ours.given.initial or theirs.given.initial
    sexes = (0.0 if initials else 0.8, "one is a man's surname, the other a woman's") if len(genders) > 1 else (1.0, "")
    parts = (surname, given, patronymic, sexes)
    reasons = tuple(reason for _score, reason in parts if reason)
    if not all(score for score, _reason in parts):
        return Verdict(0.0, tuple(reason for score, reason in parts if not score))
    score = WHOLE * surname[0] * given[0] * patronymic[0] * sexes[0]
    if ours.patronymic is None and theirs.patronymic is None:
        score *= 0.93
    return Verdict(round(score, 3), reasons)


def _surnames(ours: Part | None, theirs: Part | None, *, certain: bool) -> Heard:
    """Surnames; what two of them may have in common by chance counts where the patronymic makes the rest certain."""
    if not ours and not theirs:
        return 0.9, "no surnames"
    if not ours or not theirs:
        return 0.7, "one name has no surname"
    left, right = ours.heard, theirs.heard
    if left == right or left.replace("-", "") == right.replace("-", ""):
        return 1.0, "the same surname"
    if _stem(left) == _stem(right):
        return 0.95, "the same surname but for the gender of its ending"
    if _soft(left) == _soft(right) or spelled_alike(ours.written, theirs.written):
        return 0.95, "the same surname in another spelling"
    if set(left.split("-")) & set(right.split("-")):
        return 0.85, "one surname is part of the other"
    if _same_father(_base(left), _base(right)) and min(len(_base(left)), len(_base(right))) >= 4:
        return 0.85 if certain else 0.8, "the same surname with another ending"
    if slip(_stem(left), _stem(right)) and (certain or _vowel_left_out(left, right)):
        return 0.88, "a slip of the pen in the surname"
    return 0.0, "the surnames differ"


def _unstressed(left: str, right: str) -> Heard:
    """Surnames that differ in one unstressed о and а, which sound alike in Russian (Пономаренко, Понамаренко)."""
    open_ = left.replace("о", "а") == right.replace("о", "а") and min(len(left), len(right)) >= _LONG_SURNAME
    return (0.88, "a slip of the pen in the surname") if open_ else (0.0, "the surnames differ")


def _given(ours: Part | None, theirs: Part | None, *, certain: bool) -> Heard:
    """Given names; a slip of the pen counts only where the patronymic makes the rest certain."""
    if not ours or not theirs:
        return 0.65, "one name has no given name"
    left, right = ours.heard, theirs.heard
    if ours.initial or theirs.initial:
        fits = left.startswith(right) if theirs.initial else right.startswith(left)
        fits = fits or (ours.initial and theirs.initial and right.startswith(left))
        both = ours.initial and theirs.initial
        return (0.87, "initials for the given name" if both else "an initial for the given name") if fits else (
            0.0, "the initials differ")  # fmt: skip
    if left == right:
        return 1.0, "the same given name"
    if _soft(left) == _soft(right) or _VARIANTS.get(left, left) == _VARIANTS.get(right, right):
        return 0.95, "the same given name in another form"
    if spelled_alike(ours.written, theirs.written) and not (exists(left) and exists(right)):
        return 0.95, "the same given name in another alphabet's letters"
    if certain and slip(left, right, vowels=8, consonants=_NEVER):
        return 0.88, "a slip of the pen in the given name"
    return 0.0, "the given names differ"


def _patronymics(ours: Patronymic | None, theirs: Patronymic | None) -> Heard:
    if not ours or not theirs:
        return (1.0, "") if not ours and not theirs else (0.92, "one name has no patronymic")
    if ours.child and theirs.child and ours.child != theirs.child:
        return 0.0, "one is a son, the other a daughter"
    left, right = ours.father, theirs.father
    if ours.initial or theirs.initial:
        fits = left.startswith(right) if theirs.initial else right.startswith(left)
        return (0.95, "an initial for the patronymic") if fits else (0.0, "the patronymics differ")
    if any(_same_father(*pair) for pair in product(_fathers(ours), _fathers(theirs))) or _VARIANTS.get(
        left, left
    ) == _VARIANTS.get(right, right):
        return 1.0, "the same patronymic"
    if spelled_alike(ours.written, theirs.written) and not (exists(left) and exists(right)):
        return 0.98, "the same patronymic in another alphabet's letters"
    left_out = min(len(left), len(right)) >= _SHORTEST_FATHER and _vowel_left_out(left, right)
    mistyped = left_out or ((ours.child is None or theirs.child is None) and slip(ours.heard, theirs.heard))
    if _soft(left) == _soft(right) or slip(left, right, consonants=_NEVER) or mistyped:
        return 0.92, "the same patronymic but for a slip of the pen"
    return 0.0, "the patronymics differ"


def _fathers(child: Patronymic) -> tuple[str, ...]:
    """The father's name; with a к at its end as well, which is heard once before -қызы (Серікқызы)."""
    return (child.father, f"{child.father}к") if child.heard.endswith("кизи") else (child.father,)


def _same_father(left: str, right: str) -> bool:
    """Whether two stems of a father's name are one: equal but for vowels at the end (Серге-евич, Сергей-ұлы)."""
    short, long = sorted((left, right), key=len)
    return long.startswith(short) and all(letter in VOWELS for letter in long[len(short) :])


_FEMALE = re.compile(r"(.{2,}(?:ов|ев|ин))а|(.{2,}[сц]к)аиа")
_MALE = re.compile(r".{2,}(?:ов|ев|ин)|(.{2,}[сц]к)и")
_ENDING = re.compile(r"(?:ов|ев|ин)?а?$|(?:ули|кизи|тег[иe])$")


def _stem(surname: str) -> str:
    """A surname without the ending that tells a woman's from a man's."""
    if found := _FEMALE.fullmatch(surname):
        return found.group(1) or found.group(2)
    found = _MALE.fullmatch(surname)
    return (found.group(1) if found else None) or surname


def _base(surname: str) -> str:
    """A surname without the endings that Russian papers add to a Kazakh one."""
    return _ENDING.sub("", _stem(surname))


def _soft(heard: str) -> str:
    """Ә after л is written я in Russian (Ләззат, Ляззат), but at the end of a word я is a sound of its own; қ is
    written к or х (Асқат, Асхат), which in a short surname are two (Кан, Хан).
    """
    soft = re.sub(r"лиа(?=.)", "ла", heard)
    return soft.replace("х", "к") if len(soft) >= _SHORTEST_FATHER + 1 else soft


def _vowel_left_out(left: str, right: str) -> bool:
    """Whether one word has a vowel more: surnames that differ in another letter are often two (Исаков, Искаков)."""
    bare = ["".join(letter for letter in heard if letter not in VOWELS) for heard in (left, right)]
    return len(left) != len(right) and bare[0] == bare[1]


def _gender(reading: Reading) -> str | None:
    if reading.patronymic and reading.patronymic.child:
        return {"son": "man", "daughter": "woman"}[reading.patronymic.child]
    if not reading.surname:
        return None
    if _FEMALE.fullmatch(reading.surname.heard):
        return "woman"
    return "man" if _MALE.fullmatch(reading.surname.heard) else None
