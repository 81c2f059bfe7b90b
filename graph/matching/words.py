"""Words that names of organisations share: one idea in Kazakh, Russian and English, and words that say little.

The official names of public bodies are translations of each other; brands are spelled by sound alone. So only general
words are translated (:mod:`graph.matching.vocabulary`), and English words of trade are read as Cyrillic spells them.
"""

import re
from functools import lru_cache

from graph.matching.sound import sound
from graph.matching.vocabulary import GROUPS, IDEA, IDEAS, PHRASES, PLACE, rows

_WEAK = """и в на по с для из of the and for in de және ме мен пен бен компания firm фирма предприятие имени атындағы
атында named after ltd лтд город города қаласы қала"""

_GENITIVE = re.compile(r"(?:нин|дин|тин)$")
_ADJECTIVE = re.compile(r"(?<=[снк])(?:аиа|ои|ое|ого|ому|ом|и|им|их)$")
_OF_PLACE = re.compile(r"(?:ин)?ск[ау]?$")
_SOFT_PLACE = re.compile(r"цк$")
"""What is heard of -тск (Жаркентская)."""
_CASES = ("а", "и", "е")
_SHORTEST, _SHORTEST_PLACE = 7, 4
"""Shorter words keep their endings: too little of them would be left."""
_SPELLED = {sound(row["written"]): sound(row["cyrillic"]) for row in rows("loans.csv")}
"""English words and other spellings, each with the one that stands for it."""


def loan(heard: str) -> str:
    """An English word's sound as Cyrillic spells it; another word's own."""
    return _SPELLED.get(heard, heard)


def ideas_of(key: str) -> frozenset[str]:
    """The ideas that :func:`common` gave for a word; none for a word that has none."""
    return frozenset(key.split("/")) if key.startswith((IDEA, PLACE)) else frozenset()


def one_for_several(words: tuple[str, ...]) -> tuple[str, ...]:
    """Words with each phrase as the idea that it says.

    >>> one_for_several(("Денсаулық", "сақтау", "басқармасы"))
    ('=здравохранене', 'басқармасы')
    """
    heard = [sound(word) for word in words]
    found: list[str] = []
    at = 0
    while at < len(words):
        for phrase, idea in PHRASES.get(heard[at], ()):
            if len(heard) - at >= len(phrase) and all(heard[at + place] in forms for place, forms in enumerate(phrase)):
                found.append(idea)
                at += len(phrase)
                break
        else:
            found.append(words[at])
            at += 1
    return tuple(found)


def place(word: str) -> str:
    """A place's name without the endings that its case, or an adjective of it, adds in Russian.

    >>> place(common("Талгарской")) == place(common("Талғар")), place(common("Риги"))
    (True, 'риги')
    """
    stem = _OF_PLACE.sub("", _SOFT_PLACE.sub("т", word))
    bare = stem[:-1] if stem.endswith(_CASES) else stem  # never more: Шубарсу and Шубарсай are two
    return bare if len(bare) >= _SHORTEST_PLACE else stem


@lru_cache(maxsize=65_536)
def common(word: str) -> str:
    """The word that stands for one of a name: its ideas (a sign before each, ``/`` between), a loan word's spelling, or
    its sound without an adjective's or a genitive's ending.

    >>> common("мектебі") == common("школа") == common("School")
    True
    >>> common("Trade"), common("Талгарской")
    ('треид', 'талгарск')
    """
    if word.startswith(IDEA):
        return word
    heard = sound(word)
    for spelled in (heard, loan(heard)):
        if spelled in IDEAS:
            return "/".join(sorted(IDEAS[spelled]))
    heard = loan(heard)
    stem = _OF_PLACE.sub("", _SOFT_PLACE.sub("т", _ADJECTIVE.sub("", heard)))
    if stem != heard and any(idea.startswith(PLACE) for idea in IDEAS.get(stem, ())):
        return "/".join(sorted(IDEAS[stem]))
    return _ADJECTIVE.sub("", _GENITIVE.sub("", heard)) if len(heard) >= _SHORTEST else heard


WEAK = frozenset(common(word) for word in _WEAK.split())
"""Words whose absence does not make another firm."""


def standing() -> dict[str, str]:
    """The one word that stands for each that has another spelling or language, by sound: for whole tables of words."""
    spelled = {heard: common(heard) for heard in _SPELLED}
    return spelled | {heard: min(GROUPS[idea] for idea in ideas) for heard, ideas in IDEAS.items()}
