"""Lists of what was found: ``tenders``, ``pairs``, ``firms``, ``rings``, ``links``, ``findings``, ``rules``."""

from collections.abc import Callable, Sequence
from typing import Any

import click

from api.commands.common import Call, json_option, pass_call, restricted_option
from api.errors import UnusableCall
from api.terminal import MOST_ROWS, Column, Terminal

Document = dict[str, Any]


def _show(
    terminal: Terminal,
    found: list[Document],
    columns: Sequence[Column | str],
    row: Callable[[Document], Sequence[object]],
) -> None:
    if terminal.json_only:
        terminal.document(found)
        return
    if not found:
        terminal.line("None.")
        return
    terminal.table(columns, [row(one) for one in found[:MOST_ROWS]])
    terminal.more(MOST_ROWS, len(found), "--json gives all of them")


top_option = click.option("--top", type=click.IntRange(min=1), help="So many of them.")


@click.command()
@json_option
@pass_call
def tenders(call: Call, terminal: Terminal) -> None:
    """Tender scores with their screens and flags, most suspicious first."""
    with call.answers() as answers:
        found = answers.tenders()
    shown = ("CV", "RD", "SKEW", "price")
    columns: list[Column | str] = ["tender", *(Column(name, number=True) for name in ("score", *shown)), "flags"]
    _show(
        terminal,
        found,
        columns,
        lambda one: [one["tender"], one["score"], *(one["screens"].get(n) for n in shown), one["flags"]],
    )


@click.command()
@top_option
@json_option
@pass_call
def pairs(call: Call, terminal: Terminal, top: int | None) -> None:
    """Firm pairs that met in tenders, most suspicious first."""
    with call.answers() as answers:
        found = answers.pairs(limit=top)
    _show(
        terminal,
        found,
        ["a", "b", Column("score", number=True), "reasons"],
        lambda one: [one["a"], one["b"], one["score"], "; ".join(one["reasons"])],
    )


@click.command()
@top_option
@json_option
@pass_call
def firms(call: Call, terminal: Terminal, top: int | None) -> None:
    """Every bidder, most suspicious first."""
    with call.answers() as answers:
        found = answers.firms(limit=top)
    numbers = (Column(name, number=True) for name in ("score", "bids", "won"))
    columns: list[Column | str] = ["firm", "name", *numbers, "rings"]
    _show(
        terminal,
        found,
        columns,
        lambda one: [one["firm"], one["name"], one["score"], one["bids"], one["won"], one["rings"]],
    )


@click.command()
@top_option
@click.option("--all", "everything", is_flag=True, help="Also the candidates below the threshold.")
@json_option
@pass_call
def rings(call: Call, terminal: Terminal, top: int | None, everything: bool) -> None:
    """Rings with their evidence by kind, most suspicious first."""
    with call.answers() as answers:
        found = answers.rings(everything=everything, limit=top)
    if terminal.json_only:
        terminal.document(found)
        return
    if not found:
        terminal.line("No ring reaches the threshold; --all shows the candidates below it.")
    for ring in found[:_MOST_RINGS]:
        names = [f"{member['name'] or ''} [{member['id']}]".strip() for member in ring["members"]]
        terminal.line(
            f"{ring['rank']:>3}. {ring['id']}  score {ring['score']:.2f}  {len(names)} firms  "
            f"{len(ring['tenders'])} tenders  {period(ring['period'])}"
        )
        terminal.line(f"     in {', '.join(ring['markets']) or 'one market'}")
        terminal.line(f"     {'; '.join(names[:_MOST_NAMES])}{' ...' if len(names) > _MOST_NAMES else ''}")
        for evidence in ring["evidence"]:
            chance = "" if evidence["p"] is None else f" ({chance_text(evidence['p'])})"
            terminal.line(f"     {evidence['kind']}: {evidence['text']}{chance}")
        for innocent in ring["innocent"]:
            terminal.line(f"     it may be innocent: {innocent}")
    terminal.more(_MOST_RINGS, len(found), "--json gives all of them")


_MOST_RINGS, _MOST_NAMES = 10, 8


def chance_text(p: float) -> str:
    """A p-value as people read it."""
    return "p < 0.001" if p < 0.001 else f"p {p:.2g}"


def period(found: Document) -> str:
    """Two days as one text, what is unknown left open."""
    return f"{found['since'] or ''} – {found['until'] or ''}".strip(" –") or "undated"


@click.command()
@click.option("--official", metavar="ID")
@click.option("--supplier", metavar="ID")
@click.option("--buyer", metavar="ID", help="Officials of this body, and of those above it.")
@click.option("--max-hops", type=click.IntRange(1, 4), default=4, show_default=True)
@json_option
@pass_call
def links(
    call: Call, terminal: Terminal, official: str | None, supplier: str | None, buyer: str | None, max_hops: int
) -> None:
    """Paths from officials to the winners of their buyers' tenders, strongest first."""
    with call.answers() as answers:
        found = answers.links(official=official, supplier=supplier, buyer=buyer, most_hops=max_hops)
    if terminal.json_only:
        terminal.document(found)
        return
    if not found:
        terminal.line("No official is tied to a winner.")
    for link in found[:MOST_ROWS]:
        terminal.line(
            f"{link['score']:.2f}  {link['official_name'] or link['official']} → "
            f"{link['supplier_name'] or link['supplier']}"
        )
        post = link["post"]
        above = "" if post["body"] == link["buyer"] else f", which is above {link['buyer_name'] or link['buyer']}"
        terminal.line(
            f"      {post['position'] or 'office'} at {post['body_name'] or post['body']}{above}, "
            f"{period(link['period'])}"
        )
        terminal.line(f"      {link['text']}")
        for step in link["path"]:
            told = f"{step['kind']} {step['detail'] or ''}".strip()
            terminal.line(f"      {told}, {period(step)}: record {step['source']}")
        terminal.line(f"      office, {period(post)}: record {post['source']}")
    terminal.more(MOST_ROWS, len(found), "--json gives all of them")


@click.command()
@click.option("--code", metavar="CODE", help="Of one rule only.")
@restricted_option
@json_option
@pass_call
def findings(call: Call, terminal: Terminal, code: str | None, restricted: bool) -> None:
    """Red flags, each with its number, threshold and evidence."""
    with call.answers(restricted=restricted) as answers:
        found = answers.findings(code=code)
        if restricted:
            private, parties = answers.restricted_among(one["id"] for one in found)
            if private:
                call.look("list of flags", " ".join(private), parties)
    columns: list[Column | str] = ["id", "parties", Column("value", number=True), "text"]
    _show(terminal, found, columns, lambda one: [one["id"], one["parties"][:3], one["value"], one["text"]])


@click.command()
@click.argument("code", required=False)
@json_option
@pass_call
def rules(call: Call, terminal: Terminal, code: str | None) -> None:
    """The published rules: what each says, its threshold, its source, its innocent explanation."""
    from graph.rules import Rules  # noqa: PLC0415

    found = [rule.as_document() for rule in Rules().all if code in (None, rule.code)]
    if not found:
        raise UnusableCall(f"no rule has the code {code!r}")
    if terminal.json_only:
        terminal.document(found)
    elif code is None:
        columns: list[Column | str] = ["code", "title", Column("threshold", number=True), "unit", "version"]
        terminal.table(
            columns,
            [[one["code"], one["title"], f"{one['threshold']:g}", one["unit"], one["version"]] for one in found],
        )
    else:
        for name, value in found[0].items():
            terminal.line(f"{name:>10}  {value}")
