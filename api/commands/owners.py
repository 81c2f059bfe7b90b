"""``owners``."""

from datetime import UTC, date, datetime
from typing import Any

import click
from rich.text import Text
from rich.tree import Tree

from api.commands.common import Call, json_option, pass_call
from api.errors import UnusableCall
from api.terminal import Terminal

Document = dict[str, Any]


@click.command()
@click.argument("company", metavar="ID")
@click.option("--at", metavar="DATE", help="The day, as 2024-03-01; today where none is given.")
@click.option(
    "--share",
    type=click.FloatRange(0, 1, min_open=True),
    help="From this share on a person counts as beneficial owner; 0.25 by default.",
)
@json_option
@pass_call
def owners(call: Call, terminal: Terminal, company: str, at: str | None, share: float | None) -> None:
    """A company's owners on a day as a tree, up to the persons at the ends of the chains.

    ID is the company's number with its scheme (GB-COH-02987170), its bare number, or a source's own id.
    """
    from graph.answers.owners import owners as found_owners  # noqa: PLC0415
    from graph.links.control import BENEFICIAL  # noqa: PLC0415
    from graph.market import Market  # noqa: PLC0415

    day = _day(at)
    with call.workspace.records() as records:
        found = found_owners(
            Market(records, call.workspace.decisions()), company, day, share=BENEFICIAL if share is None else share
        )
    if terminal.json_only:
        terminal.document(found)
        return
    tree = Tree(_named(found["company"]))
    _grow(tree, found["owners"])
    terminal.line(f"Owners on {day}")
    terminal.out.print(tree)
    _ends(terminal, found)


def _day(written: str | None) -> date:
    if written is None:
        return datetime.now(UTC).date()
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise UnusableCall(f"--at {written}: not a day such as 2024-03-01") from None


def _grow(tree: Tree, found: list[Document]) -> None:
    for owner in found:
        label = _named(owner)
        for line in _interests(owner["interests"]):
            label.append(f"\n{line}")
        if owner["again"]:
            again = {"circle": "a circle: it stands below itself", "above": "its owners are shown above"}
            label.append(f"\n({again[owner['again']]})")
        _grow(tree.add(label), owner["owners"])


def _named(who: Document) -> Text:
    """Name and id, what kind of party it is where it is no plain one, and what is wrong with it."""
    label = Text(who["name"] or ("(nobody is named)" if who["reason"] else "(no name)"), style="bold")
    label.append(f"  [{who['id']}]", style="not bold")
    what = [who["entity_type"], None if who["kind"] in ("organisation", "person") else who["kind"], who["reason"]]
    for told in filter(None, what):
        label.append(f"  {told}", style="not bold italic")
    if who["problem"]:
        label.append(f"\n! {who['problem']}", style="not bold")
    return label


def _interests(rows: list[Document]) -> list[str]:
    """One line for the interests that one source record gives for the same days."""
    lines: dict[tuple[Any, ...], list[str]] = {}
    for row in rows:
        lines.setdefault((row["since"], row["until"], row["source"]), []).append(_interest(row))
    told = [
        f"{', '.join(said)}; {_span(since, until)}record {source}" for (since, until, source), said in lines.items()
    ]
    return told + [f"! {problem}" for problem in dict.fromkeys(row["problem"] for row in rows) if problem]


def _interest(row: Document) -> str:
    kind = row["interest"] or "interest"
    share = share_text(row["share_min"], row["share_max"])
    return f"{kind} {share}" + (", indirect" if row["direct"] is False else "")


def share_text(least: float | None, most: float | None) -> str:
    """A range of shares as people read it.

    >>> share_text(0.75, 1.0), share_text(0.4, 0.4), share_text(None, None)
    ('75–100 %', '40 %', '(no share stated)')
    """
    if least is None and most is None:
        return "(no share stated)"
    low, high = f"{100 * (least or 0.0):.4g}", f"{100 * (1.0 if most is None else most):.4g}"
    return f"{low} %" if low == high else f"{low}–{high} %"


def _span(since: date | None, until: date | None) -> str:
    told = (f"since {since}" if since else "", f"until {until}" if until else "")
    return "".join(f"{part}; " for part in told if part)


def _ends(terminal: Terminal, found: Document) -> None:
    for note in found["notes"]:
        terminal.line(note)
    persons = [one for one in found["ends"] if one["beneficial"] in ("yes", "possibly")]
    others = [one for one in found["ends"] if one["beneficial"] is None]
    rows = [[one["name"] or one["kind"], one["id"], _share(one), one["beneficial"]] for one in persons]
    if rows:
        terminal.table(["beneficial owner", "id", "share of the whole", f"{found['share']:.0%} or more"], rows)
    else:
        terminal.line(f"No person is known to have {found['share']:.0%} or more.")
    if others:
        rows = [[one["name"] or one["reason"] or one["kind"], one["id"], _share(one)] for one in others]
        terminal.table(["chains end in", "id", "share of the whole"], rows)


def _share(end: Document) -> str:
    stated = (end["least"], end["most"]) != (0.0, 1.0)
    share = share_text(end["least"], end["most"]) if stated else "not stated"
    if not end["without_share"]:
        return share
    controlled = f"{share_text(end['control'], end['control'])} through control without a share"
    return controlled + (f"; shares {share}" if end["most"] else "")
