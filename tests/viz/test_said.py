"""Sentences that were made in English, told in Russian and Kazakh."""

import inspect
import re
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest

from graph.answers import Answers
from graph.answers.view import EVERYTHING
from graph.detect import skipped
from graph.generation import Generation
from graph.indicators import INDICATORS
from graph.indicators.rule import Indicator
from graph.rings.ring import INNOCENT, REFUTED_BY
from graph.rules import Rules
from tests.conftest import Demo
from viz.words import words

OTHERS = ("ru", "kk")
WORDS = {
    "kinds": ["address", "address, email, phone"],
    "how": ["left the buyer's office for", "came to the buyer's office from"],
    "whose": ["the buyer's", "an official's of the buyer"],
    "lists": ["a list; another one"], "method": ["open", "selective"],
    "planned": ["open"], "used": ["direct"], "currency": ["KZT"], "submitted": ["2024-03-01 10:00"],
    "closes": ["2024-02-29 18:00"], "year": [2024],
}  # fmt: skip
"""What stands in the blanks of sentences that are no numbers."""


@pytest.fixture(scope="module")
def generation(demo: Demo) -> Iterator[Generation]:
    """What was found in the demo country."""
    with demo.workspace.generation() as found:
        yield found


def rows(rule: Indicator) -> Iterator[dict[str, Any]]:
    """Every way in which a sentence of the rule may be filled in, with one thing and with several."""
    names = sorted(set(re.findall(r"{(\w+)", rule.text)))
    for values in product(*(WORDS.get(name, [1.0, 1234.5]) for name in names)):
        yield dict(zip(names, values, strict=True))


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("rule", INDICATORS, ids=lambda rule: str(rule.code))
def test_every_sentence_of_every_rule_is_told(rule: Indicator, language: str) -> None:
    for row in rows(rule):
        english = rule.sentence(row)
        told = words(language).told(english)
        assert not set(re.findall("[a-z]{4,}", told)) & set(re.findall("[a-z]{4,}", rule.text)), told
        plain = [re.sub(r"(?<=\d)[,\u202f](?=\d{3})", "", text) for text in (told, english)]
        assert sorted(re.findall(r"\d+", plain[0])) == sorted(re.findall(r"\d+", plain[1])), told


@pytest.mark.parametrize("language", OTHERS)
def test_every_unit_title_and_explanation_is_told(language: str) -> None:
    said = words(language)
    for text in {*(rule.unit for rule in Rules().all), *INNOCENT.values(), *REFUTED_BY.values(), *INNOCENT}:
        assert said.told(text) != text


@pytest.mark.parametrize("language", OTHERS)
def test_whatever_the_records_cannot_support_is_told(language: str) -> None:
    sentences = re.findall(r'"((?:No|The) [^"]+ skipped\.)"', inspect.getsource(skipped))
    assert len(sentences) > 15
    assert [one for one in sentences if words(language).told(one) == one] == []


@pytest.mark.parametrize("language", OTHERS)
def test_whatever_was_found_in_a_country_is_told(generation: Generation, language: str) -> None:
    """Sentences, titles and evidence of a whole country, with none left in English."""
    answers, said = Answers(generation, EVERYTHING), words(language)
    texts = {one["text"] for one in answers.findings()} | {one["title"] for one in answers.cases()}
    texts |= {one["text"] for ring in answers.rings(everything=True) for one in ring["evidence"]}
    texts |= {one["text"] for one in answers.links()}
    assert len(texts) > 100
    left = [
        text
        for text in texts
        if said.told(text) == text or re.search(r"\b(the|of|that|was|bid|won)\b", said.told(text))
    ]
    assert not left


@pytest.mark.parametrize("language", OTHERS)
def test_what_no_form_fits_stays_as_it_is(language: str) -> None:
    said = words(language)
    for text in (
        "",
        "Nobody wrote a form for this.",
        "Only one firm bid in this open procedure. And something else.",
        "{n}",
    ):
        assert said.told(text) == text
    assert words("en").told("Only one firm bid in this open procedure.") == "Only one firm bid in this open procedure."


@pytest.mark.parametrize("language", OTHERS)
def test_names_are_never_told_in_another_language(language: str) -> None:
    title = "An official of address, phone and the supplier {n} open, direct"
    told = words(language).told(title)
    assert "address, phone" in told
    assert told.endswith("{n} open, direct")


def test_numbers_are_grouped_and_agree() -> None:
    said = words("ru")
    assert said.told("Two firms with the same phone bid against each other in 3 tenders.").endswith("(3 закупки).")
    assert "1\u202f234.50" in said.told("1,234.50 KZT were paid under a contract for 1,000.00 (23.5% more).")
