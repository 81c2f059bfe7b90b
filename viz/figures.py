"""Numbers, money and days as people read them."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from viz.words import ENGLISH, Words
from viz.words.said import THIN

NONE = "—"


def number(value: float | None) -> str:
    """A number with at most three decimals and thin spaces: ``0.886``, ``12``, ``1 234 567``, ``< 0.001``."""
    if value is None:
        return NONE
    if value == int(value):
        return _grouped(f"{int(value):,}")
    if 0 < value < 0.001:
        return "< 0.001"
    return _grouped(f"{value:,.3f}".rstrip("0").rstrip("."))


def statistic(value: float | None) -> str:
    """A test statistic with two decimals and a true minus sign."""
    return NONE if value is None else f"{value:.2f}".replace("-", "−")


def probability(value: float | None) -> str:
    """A p value: ``< 0.001`` where it is smaller, else three decimals; a dash where there is no null model."""
    if value is None:
        return NONE
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def score(value: float | None) -> str:
    """A score in 0..1 with two decimals."""
    return NONE if value is None else f"{value:.2f}"


def share(low: float | None, high: float | None = None) -> str:
    """A share in 0..1 as per cent, as a range where its ends differ; empty where neither is known."""
    known = sorted({f"{one * 100:.3g}" for one in (low, high) if one is not None}, key=float)
    return f"{'–'.join(known)}%" if known else ""


def money(amount: str | Decimal | None, currency: str | None) -> str:
    """A sum with two decimals, thin spaces and its currency: ``13 253 754.35 KZT``."""
    if amount is None:
        return NONE
    try:
        written = _grouped(f"{Decimal(amount):,.2f}")
    except InvalidOperation:
        written = str(amount)
    return f"{written}\u00a0{currency}" if currency else written


def money_of(document: Mapping[str, Any] | None) -> str:
    """A sum as answers give it."""
    return NONE if document is None else money(document["amount"], document["currency"])


def minor(amount: int | None, currency: str | None) -> str:
    """A sum in whole minor units as the graph keeps it."""
    return NONE if amount is None else money(Decimal(amount) / 100, currency)


def day(value: Any) -> str:
    """A day as ISO text; a dash where it is not known."""
    return NONE if value is None else str(value)[:10]


def span(since: Any, until: Any, words: Words = ENGLISH) -> str:
    """From one day to another; one day once; open ends in words."""
    if since is None and until is None:
        return words("span_none")
    if until is None:
        return words("span_since", since=day(since))
    if since is None:
        return words("span_until", until=day(until))
    same = day(since) == day(until)
    return day(since) if same else words("span", since=day(since), until=day(until))


def _grouped(written: str) -> str:
    return written.replace(",", THIN).replace("-", "−")
