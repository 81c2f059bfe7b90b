"""``enriched``."""

from pathlib import Path
from typing import Any

import click

from api.commands.common import Call, json_option, pass_call, restricted_option
from api.terminal import MOST_ROWS, Column, Terminal

Document = dict[str, Any]


@click.command()
@click.option("--ratio", type=click.FloatRange(min=0, min_open=True), help="So many times the income; 10 by default.")
@click.option("--years", type=click.IntRange(min=1, max=100), help="Within so many years; 5 by default.")
@click.option("--rules", "rules_file", metavar="RULES.toml", help="Settings of rules: W01 is this one.")
@restricted_option
@json_option
@pass_call
def enriched(
    call: Call, terminal: Terminal, ratio: float | None, years: int | None, rules_file: str | None, restricted: bool
) -> None:
    """Officials whose household bought far more than its declared income explains.

    Looks at the records as they are loaded, whatever was detected. Names and single lines only with --restricted.
    """
    from graph.answers.wealth import enriched_documents, enriched_row, parties_of  # noqa: PLC0415
    from graph.market import Market  # noqa: PLC0415
    from graph.rules import read_rules  # noqa: PLC0415
    from graph.wealth.find import find_enriched  # noqa: PLC0415

    given = {"threshold": ratio, "years": years}
    rule = read_rules(Path(rules_file) if rules_file else None).wealth
    rule = rule.configured({name: value for name, value in given.items() if value is not None})
    with call.workspace.records() as records:
        market = Market(records, call.workspace.decisions())
        households = find_enriched(market.records, rule.settings)
        found = enriched_documents(market, households, restricted=restricted)
    if restricted and households:
        call.look("list of households", "", {own for one in households for own in parties_of(enriched_row(one))})
    if terminal.json_only:
        terminal.document(found)
    elif not found:
        terminal.line(
            f"No household of an official bought {rule.settings.threshold:g} times its declared income "
            f"within {rule.settings.years} years."
        )
    else:
        _print(terminal, found)
        terminal.line(f"It may be innocent: {rule.innocent}")
        terminal.line("Flags indicate; a person decides.")


def _print(terminal: Terminal, found: list[Document]) -> None:
    numbers = (Column(name, number=True) for name in ("income", "bought", "ratio"))
    named = any("official_name" in one for one in found)
    columns: list[Column | str] = [
        "official",
        *(["name"] if named else []),
        "years",
        *numbers,
        "currency",
        "incomplete",
    ]
    rows = [
        [
            one["official"],
            *([one["official_name"]] if named else []),
            f"{one['first']}–{one['last']}",
            f"{one['income']:,.0f}",
            f"{one['assets']:,.0f}",
            "no income declared" if one["ratio"] is None else f"{one['ratio']:,.1f}",
            one["currency"],
            "yes" if one["incomplete"] else "",
        ]
        for one in found[:MOST_ROWS]
    ]
    terminal.table(columns, rows)
    terminal.more(MOST_ROWS, len(found), "--json gives all of them")
    for one in found[:MOST_ROWS]:
        for sentence in one["incomplete"]:
            terminal.line(f"{one['official']}: {sentence}")
