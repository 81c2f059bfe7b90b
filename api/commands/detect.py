"""``detect``."""

from pathlib import Path

import click

from api.commands.common import Call, json_option, pass_call
from api.terminal import Column, Terminal


@click.command()
@click.option("--rules", "rules_file", metavar="RULES.toml", help="Settings of rules: a table per code.")
@click.option("--seed", type=int, default=0, show_default=True, help="Of the community detection.")
@json_option
@pass_call
def detect(call: Call, terminal: Terminal, rules_file: str | None, seed: int) -> None:
    """Build the graph and find communities, links, flags, rings and cases. Safe to repeat."""
    from graph.detect import STEPS  # noqa: PLC0415
    from graph.rules import read_rules  # noqa: PLC0415

    rules = read_rules(Path(rules_file) if rules_file else None)
    with terminal.progress("Detecting", len(STEPS)) as bar:
        facts = call.workspace.detect(
            rules, seed=seed, progress=lambda step: bar.show(step, STEPS.index(step), len(STEPS))
        )
    published = facts.pop("rules")
    if terminal.json_only:
        terminal.document(facts)
        return
    titles = {rule["code"]: rule["title"] for rule in published}
    rows = [[code, titles[code], count] for code, count in facts["findings"].items()]
    if rows:
        terminal.table(["rule", "", Column("findings", number=True)], rows)
    for sentence in facts["skipped"]:
        terminal.line(f"note: {sentence}")
    for pair, reason in facts["pairs"]["left_out"].items():
        terminal.line(f"note: the accepted pair {pair} is left out: {reason}")
    slots = facts["suppliers"]
    terminal.line(
        f"{facts['cases']:,} cases · {facts['rings']:,} rings · {facts['links']:,} ties of officials · "
        f"{slots['owned']:,} of {slots['slots']:,} supplier slots joined to an owned company · "
        f"{sum(facts['seconds'].values()):.1f} s"
    )
    closed = facts["restricted"]["cases"]
    if closed:
        terminal.line(
            f"{closed:,} restricted cases about private life: `bidring enriched`, `bidring cases --restricted`."
        )
    if facts["cases"]:
        terminal.line("`bidring cases` lists them, `bidring serve` shows them.")
