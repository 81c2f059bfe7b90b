"""``evaluate``: a back-test against known cases."""

from pathlib import Path
from typing import Any

import click

from api.commands.common import Call, json_option, pass_call
from api.terminal import Column, Terminal

Document = dict[str, Any]
MEANINGS = {
    "labelled": "what the file says something of",
    "known": "of these, in the records",
    "scored": "of these, with a score: the measures are over them",
    "positives": "of these, labelled 1",
    "roc_auc": "chance that a positive scores above a negative; 0.5 is a guess",
    "average_precision": "mean precision down the list; positives / scored is a guess",
    "balanced_accuracy": "mean of the shares of positives at or above the threshold and of negatives below it",
    "threshold": "the score from which something counts as suspicious",
    "precision_at_10": "share of positives among the first 10 of the list",
    "precision_at_20": "share of positives among the first 20 of the list",
    "labelled_rings": "rings that the file names",
    "known_rings": "of these, with a bidder in the records",
    "reported_rings": "rings that the detection reported",
    "found": "known rings that a reported one comes close to: F1 of 0.5, a third of the firms of both in common",
    "exact": "known rings that a reported one equals",
    "ring_recall": "found / known rings",
    "ring_precision": "share of reported rings that come as close to a known one",
    "ari": "adjusted Rand index between known and reported rings; 0 is a guess, 1 is equal",
    "best_ring_f1": "of the candidate ring closest to the known: 1 has exactly the same firms",
    "best_ring_precision": "share of that ring's labelled firms that are positive",
    "best_ring_recall": "share of the positives that are in that ring",
    "best_ring_rank": "its place among all candidate rings",
}
"""What each number means to a reader, in the order in which they are shown."""


@click.command()
@click.argument("labels", metavar="LABELS.csv", type=click.Path(path_type=Path))
@click.option(
    "--unit", type=click.Choice(["tender", "firm", "pair", "ring"]), required=True, help="What the labels are of."
)
@json_option
@pass_call
def evaluate(call: Call, terminal: Terminal, labels: Path, unit: str) -> None:
    """A back-test of the published generation against known cases.

    LABELS.csv has the columns id,label (tender, firm), a,b,label (pair) or id,ring (ring: empty for firms in none); a
    label is 1 or 0, an id the source's own.
    """
    from graph.evaluation.labels import read_labels  # noqa: PLC0415
    from graph.evaluation.metrics import evaluate as measure  # noqa: PLC0415 - scikit-learn loads here alone

    known = read_labels(labels, unit)
    with call.workspace.generation() as generation:
        found = measure(generation, known)
    if terminal.json_only:
        terminal.document(found)
        return
    if found.get("rings"):
        numbers = (Column(name, number=True) for name in ("firms", "f1", "precision", "recall", "rank"))
        columns: list[Column | str] = ["ring", *numbers, "reported", "id"]
        terminal.table(columns, [[one[c if isinstance(c, str) else c.name] for c in columns] for one in found["rings"]])
        terminal.line()
    _show(terminal, found)


def _show(terminal: Terminal, found: Document) -> None:
    """The numbers with their meanings, and what they leave out."""
    rows = [
        (name, "not defined" if found[name] is None else found[name], meaning)
        for name, meaning in MEANINGS.items()
        if name in found
    ]
    terminal.table(["measure", Column("value", number=True), "meaning"], rows)
    if found["unknown"]:
        terminal.line(f"Left out: {found['unknown']} of {found['labelled']} labelled that are not in the records.")
    if found["unscored"]:
        why = "no lot with two bids or only regulated prices" if found["unit"] == "tender" else "they never bid"
        terminal.line(f"Left out: {found['unscored']} that are in the records without a score ({why}).")
    if found["unit"] in ("firm", "ring"):
        terminal.line("Of a ring, only labelled firms count.")
