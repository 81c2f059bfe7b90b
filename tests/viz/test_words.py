"""The catalogues of fixed words."""

import re

import pytest

from graph.rules import Rules
from viz.words import ENGLISH, Language, catalogues, read, words


@pytest.mark.parametrize("language", Language)
def test_every_language_has_every_key_with_the_same_blanks(language: Language) -> None:
    found = words(language)
    assert set(found.texts) == set(ENGLISH.texts)
    for key, text in found.texts.items():
        assert set(re.findall(r"{(\w+)}", text)) == set(re.findall(r"{(\w+)}", ENGLISH.texts[key])), key
        assert text.strip() or (key == "language_note" and language is Language.ENGLISH), key


def test_no_key_is_in_two_catalogues() -> None:
    keys = [key for name in catalogues() for key in read(name)]
    assert sorted(keys) == sorted(set(keys))


def test_the_catalogues_name_no_other_language() -> None:
    told = [
        *(texts for name in catalogues() for texts in read(name).values()),
        *(texts for rule in read("rules.toml").values() for texts in rule.values()),
    ]
    assert {language for texts in told for language in texts} == set(Language)


@pytest.mark.parametrize(
    ("language", "many", "said"),
    [
        ("en", 1, "1 firm"), ("en", 0, "0 firms"), ("en", 1234, "1\u202f234 firms"), ("ru", 1, "1 фирма"),
        ("ru", 3, "3 фирмы"), ("ru", 5, "5 фирм"), ("ru", 11, "11 фирм"), ("ru", 21, "21 фирма"),
        ("ru", 112, "112 фирм"), ("kk", 5, "5 фирма"),
    ],
)  # fmt: skip
def test_nouns_agree_with_numbers(language: str, many: int, said: str) -> None:
    assert words(language).counted(many, "firm") == said


def test_values_are_filled_in_and_never_read_as_blanks() -> None:
    assert ENGLISH("span_since", since="{since.__class__}") == "from {since.__class__}"


def test_what_is_told_of_a_rule_is_about_a_published_one_and_whole() -> None:
    codes = {rule.code for rule in Rules().all}
    for rule, told in read("rules.toml").items():
        code, _space, version = rule.partition(" ")
        assert code in codes
        assert re.fullmatch(r"\d+\.\d+\.\d+", version)
        assert {name: set(texts) for name, texts in told.items()} == {
            "title": {"ru", "kk"}, "innocent": {"ru", "kk"}, "rule": {"ru", "kk"},
        }, rule  # fmt: skip
    assert {f"{rule.code} {rule.version}" for rule in Rules().all} <= set(read("rules.toml"))


def test_a_rule_of_another_version_is_told_in_its_own_words() -> None:
    assert words("ru").rule("R018", "99.0.0", "title", "Single bid") == "Single bid"
