"""Slips of the pen: two words that differ as mistyped ones do, and not as two words of the language do."""

from rapidfuzz.distance import OSA, Postfix, Prefix

from graph.matching.sound import VOWELS
from graph.matching.vocabulary import KNOWN, exists

_ONE_KNOWN = 8
"""Where one of two words exists and the other does not, a changed consonant is a slip from so many letters on."""


def slip(left: str, right: str, *, shortest: int = 6, vowels: int = 7, consonants: int = 10) -> bool:
    """Whether one word of sounds is the other with one letter left out, added, changed or two letters swapped.

    Never in the first letter, never in a figure, never in words shorter than ``shortest``. A changed vowel counts from
    ``vowels`` letters on, a changed consonant from ``consonants`` on, because shorter words that differ in one are
    mostly two words (Гүлнар, Гүлнұр; Ерлан, Ержан); so does a vowel that only one of them ends with (Айнур, Айнура).
    Equal words are no slip. Distance: optimal string alignment, as RapidFuzz computes it.

    >>> slip("казстроисервис", "казстроисевис"), slip("ерлан", "ержан"), slip("сму 11", "сму 12")
    (True, False, False)
    """
    least = min(len(left), len(right))
    if least < shortest or OSA.distance(left, right, score_cutoff=1) != 1:
        return False
    start = Prefix.similarity(left, right)
    changed = left[start : start + 1] + right[start : start + 1]
    if not start or any(letter.isdigit() for letter in changed):
        return False
    if len(left) == len(right):
        ours, theirs = left[start], right[start]
        swapped = left[start + 1 :] != right[start + 1 :]
        inside = ours in VOWELS and theirs in VOWELS and start < least - 1
        return swapped or least >= (vowels if inside else consonants)
    longer = max(left, right, key=len)
    at_end = start == least
    return not (at_end and longer[-1] in VOWELS) or least >= consonants


def mistyped(left: str, right: str) -> bool:
    """Whether a word is a slip of the pen for another: never where both exist, or end or begin as words put together
    of one that they share and one that exists (стройдеталь, стройметалл).

    >>> mistyped("монтажник", "монтаржник"), mistyped("строидетал", "строиметал"), mistyped("нурали", "нургали")
    (True, False, False)
    """
    both, one = exists(left) and exists(right), exists(left) != exists(right)
    if both or not slip(left, right, consonants=_ONE_KNOWN if one else 10):
        return False
    starts = range(2, Prefix.similarity(left, right) + 1)
    if any(left[:at] in KNOWN and exists(left[at:]) and exists(right[at:]) for at in starts):
        return False
    ends = range(2, Postfix.similarity(left, right) + 1)
    return not any(left[-at:] in KNOWN and exists(left[:-at]) and exists(right[:-at]) for at in ends)
