"""``match``: pairs of parties that may be one, and what people decide of them."""

import getpass
from pathlib import Path
from typing import Any

import click

from api.commands.common import Call, json_option, pass_call
from api.errors import UnusableCall
from api.terminal import MOST_ROWS, Column, Terminal

Document = dict[str, Any]
_AUTHOR = "Who decides (the login name)."


@click.command()
@click.option("--accept", multiple=True, metavar="ID", help="These two are one: the next detection joins them.")
@click.option("--reject", multiple=True, metavar="ID", help="These two are not one: never ask again, never join them.")
@click.option("--undo", multiple=True, metavar="ID", help="Take a decision back: the pair is open again.")
@click.option("--by", metavar="NAME", help=_AUTHOR)
@click.option("--decided", is_flag=True, help="List the pairs that were decided instead of the open ones.")
@click.option("--top", type=click.IntRange(min=1), help="So many of them.")
@click.option(
    "--labels", type=click.Path(path_type=Path), metavar="PAIRS.csv",
    help="Score pairs of names of which it is known: columns left,right,kind,same.",
)  # fmt: skip
@json_option
@pass_call
def match(
    call: Call,
    terminal: Terminal,
    accept: tuple[str, ...],
    reject: tuple[str, ...],
    undo: tuple[str, ...],
    by: str | None,
    decided: bool,
    top: int | None,
    labels: Path | None,
) -> None:
    """Pairs of parties that may be one, most alike first. Names never join anybody: a person decides.

    Without an option the open pairs are listed; --json gives the decided ones as well, after them.
    """
    given = {"accept": accept, "reject": reject, "undo": undo}
    words = [word for word, ids in given.items() if ids]
    if len(words) + bool(labels) > 1:
        raise UnusableCall("--accept, --reject, --undo and --labels are for one call each")
    if labels:
        _backtest(terminal, labels)
    elif words:
        _decide(call, terminal, words[0], list(given[words[0]]), by)
    else:
        _list(call, terminal, decided=decided, top=top)


def _list(call: Call, terminal: Terminal, *, decided: bool, top: int | None) -> None:
    from api.matching import pairs  # noqa: PLC0415 - what it needs loads when it is needed

    with terminal.progress("Matching") as bar:
        found, remarks = pairs(call.workspace, lambda done, total: bar.show("", done, total))
    if terminal.json_only:
        shown = [one for one in found if one["decision"]] if decided else found
        terminal.document(shown[:top] if top else shown)
        return
    shown = [one for one in found if bool(one["decision"]) == decided]
    many = top or MOST_ROWS
    if shown:
        columns: list[Column | str] = ["id", Column("score", number=True), "left", "right", "reasons"]
        columns += ["decision"] if decided else []
        terminal.table(columns, [_row(one, decided=decided) for one in shown[:many]])
        terminal.more(many, len(shown), "--top N or --json gives them")
    else:
        terminal.line("None.")
    for remark in remarks:
        terminal.line(f"note: {remark}")
    others = len(found) - len(shown)
    if others and not decided:
        terminal.line(f"{others:,} decided: `bidring match --decided` lists them.")


def _row(one: Document, *, decided: bool) -> list[object]:
    sides = [f"{one[f'{side}_name'] or ''}\n{one[side]}" for side in ("left", "right")]
    return [one["id"], one["score"], *sides, "; ".join(one["reasons"]), *([one["decision"]] if decided else [])]


def _decide(call: Call, terminal: Terminal, decision: str, ids: list[str], by: str | None) -> None:
    from api.matching import decide_pairs  # noqa: PLC0415

    found = decide_pairs(call.workspace, ids, decision, by if by is not None else _login())
    if terminal.json_only:
        terminal.document(found)
        return
    for one in found:
        word = one["decision"] or "open again"
        word += " as a branch and its head: they are linked, not joined" if one["branch"] else ""
        terminal.line(f"{one['id']}: {word}" if one["changed"] else f"{one['id']}: {word} already")
    if any(one["changed"] for one in found):
        terminal.line("The next `bidring detect` goes by it.")


def _login() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        raise UnusableCall("the login name is not known: give --by NAME") from None


def _backtest(terminal: Terminal, labels: Path) -> None:
    from graph.matching.backtest import backtest, read_labelled_pairs  # noqa: PLC0415

    found = backtest(read_labelled_pairs(labels))
    if terminal.json_only:
        terminal.document(found)
        return
    numbers = ("pairs", "precision", "recall", "f1")
    rows = [[kind, *(measures[name] for name in numbers)] for kind, measures in found["kinds"].items()]
    rows.append(["all", *(found[name] for name in numbers)])
    terminal.table(["kind", *(Column(name, number=True) for name in numbers)], rows)
    terminal.line(f"Names count as one party's from a score of {found['threshold']:g} on.")
    if found["wrong"]:
        terminal.line()
        terminal.table(
            [Column("line", number=True), "left", "right", "same", Column("score", number=True), "reasons"],
            [[one["line"], one["left"], one["right"], one["same"], one["score"], "; ".join(one["reasons"])]
             for one in found["wrong"]],
        )  # fmt: skip
