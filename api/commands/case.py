"""``cases``, ``case`` and its exports."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from api.commands.common import Call, json_option, pass_call, restricted_option
from api.commands.lists import period
from api.errors import UnusableCall
from api.terminal import MOST_ROWS, Column, Terminal

if TYPE_CHECKING:  # engines load when a command needs them
    from api.cases.handover import Handover

Document = dict[str, Any]


@click.command()
@restricted_option
@json_option
@pass_call
def cases(call: Call, terminal: Terminal, restricted: bool) -> None:
    """Cases, most suspicious first; restricted ones last."""
    with call.answers(restricted=restricted) as answers:
        listed = answers.cases()
        if private := [one["id"] for one in listed if one["restricted"]]:
            call.look("list of cases", " ".join(private), answers.parties_of(private))
        found = call.standing(answers, listed)
    if terminal.json_only:
        terminal.document(found)
    elif not found:
        terminal.line("There is no case. `bidring detect` says what the records could not support.")
    else:
        rows = [
            [one["id"], one["score"], one["title"], period(one["period"]), one["codes"], one["state"]]
            for one in found[:MOST_ROWS]
        ]
        terminal.table(["case", Column("score", number=True), "what it is about", "period", "rules", "state"], rows)
        terminal.more(MOST_ROWS, len(found), "bidring cases --json")
        terminal.line("`bidring case ID` opens one. Flags indicate; a person decides.")


@click.command()
@click.argument("case_id", metavar="ID")
@click.option("--html", metavar="FILE", help="A page with picture and evidence that opens without a network.")
@click.option("--pdf", metavar="FILE", help="A printable report.")
@click.option("--graphml", metavar="FILE", help="The case's graph for Gephi or yEd.")
@click.option("--csv", metavar="FILE", help="The case's findings as a table.")
@click.option("--tables", metavar="FILE", help="All of the case's tables as CSV files in a zip.")
@click.option("--ftm", metavar="FILE", help="The case as FollowTheMoney entities, a JSON line each, for Aleph.")
@click.option("--bundle", metavar="FILE", help="Everything in one zip with hashes, and a script that checks them.")
@click.option(
    "--language",
    type=click.Choice(["en", "ru", "kk"]),
    default="en",
    show_default=True,
    help="The language of page and report, and of whose spreadsheets the tables are for.",
)
@restricted_option
@json_option
@pass_call
def case(call: Call, /, terminal: Terminal, case_id: str, restricted: bool, language: str, **files: str | None) -> None:
    """One case, down to its source records; written to files where they are named."""
    wanted = {kind: Path(file) for kind, file in files.items() if file}
    if len(set(wanted.values())) < len(wanted):
        raise UnusableCall("one file cannot take more than one format")
    for file in wanted.values():
        if not file.absolute().parent.is_dir():
            raise UnusableCall(f"{file}: no such folder")
        if file.is_dir():
            raise UnusableCall(f"{file}: is a folder")
    with call.answers(restricted=True) as answers:
        row = answers.case_row(case_id)
        if row.get("restricted") and not restricted:
            raise UnusableCall(f"{case_id} is restricted, for it is about private life: --restricted opens it")
        document = {}
        if terminal.json_only or not wanted:
            [document] = call.standing(answers, [answers.case(case_id)])
    handed = _handover(call, case_id) if wanted else None
    if row.get("restricted"):
        action = f"case as {', '.join(wanted)}" if wanted else "case"
        call.look(action, case_id, {*row["parties"], *(handed.parties if handed else ())})
    if handed:
        _write(handed, wanted, language)
    if terminal.json_only:
        terminal.document(document)
    elif wanted:
        for file in wanted.values():
            terminal.line(f"{file} ({file.stat().st_size:,} bytes)")
    else:
        _print(terminal, document)


def _handover(call: Call, case_id: str) -> "Handover":
    from api.cases.handover import handover  # noqa: PLC0415
    from graph.answers import Answers  # noqa: PLC0415
    from graph.answers.view import View  # noqa: PLC0415

    with call.workspace.generation() as generation:
        view = View(private=None)
        answers = Answers(generation, view)
        return handover(call.workspace, generation, view, case_id, lambda found: call.standing(answers, [*found]))


def _write(handed: "Handover", wanted: dict[str, Path], language: str) -> None:
    from viz.exports import export  # noqa: PLC0415

    made = {file: export(kind, handed.document, handed.picture, language=language) for kind, file in wanted.items()}
    for file, written in made.items():
        file.write_bytes(written)


def _print(terminal: Terminal, document: Document) -> None:
    terminal.line(f"{document['id']}  score {document['score']:.2f}  {period(document['period'])}")
    terminal.line(document["title"])
    terminal.line()
    columns = ["party", "name", "kind", "core"]
    terminal.table(
        columns, [[one["id"], one["name"], one["kind"], one["core"]] for one in document["parties"][:MOST_ROWS]]
    )
    terminal.more(MOST_ROWS, len(document["parties"]), "--json")
    last = None
    for finding in document["findings"][:MOST_ROWS]:
        if finding["code"] != last:
            terminal.line(f"\n{finding['code']} {finding['title']}. It may be innocent: {finding['innocent']}")
            last = finding["code"]
        terminal.line(f"  {finding['text']}  [{period(finding['period'])}]")
    terminal.more(MOST_ROWS, len(document["findings"]), "--json")
    terminal.line(
        f"\n{len(document['evidence'])} source records; `bidring case {document['id']} --html case.html` shows them."
    )
    terminal.line("Flags indicate; a person decides.")
