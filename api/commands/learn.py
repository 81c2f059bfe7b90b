"""``learn``: what a user's own labels teach, on firms that were not learnt from."""

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from api.commands.common import Call, json_option, pass_call
from api.errors import UnusableCall
from api.terminal import Column, Terminal

if TYPE_CHECKING:
    from graph.evaluation.supervised import Learned

Document = dict[str, Any]
COLUMNS = ("id", "label", "fold", "probability", "why")
MEANINGS = {
    "labelled": "what the file says something of",
    "used": "of these, tested: the measures are over them",
    "positives": "of these, labelled 1",
    "folds": "models that were tested, each on firms that it had not learnt from",
    "roc_auc": "chance that a positive is rated above a negative; 0.5 is a guess",
    "average_precision": "mean precision down the list; positives / used is a guess",
    "balanced_accuracy": "mean of the shares of positives and of negatives on their side of a probability of 0.5",
    "brier": "mean squared error of the probability; lower is better",
    "unsupervised_roc_auc": "roc_auc of the score of `bidring detect` on the same ids, without any label",
}
"""What each number means to a reader, in the order in which they are shown."""
LEFT_OUT = {
    "no_features": "that are no tender with two priced bids or no firm that bids, or whose id stands for several",
    "no_bidders": "without a named bidder",
    "no_fold": "whose firms meet so many others that too little is left to learn from",
}
RINGS = "Firms of one ring may stand on both sides of a test: labels of one or two rings flatter these numbers."


@click.command()
@click.argument("labels", metavar="LABELS.csv", type=click.Path(path_type=Path))
@click.option("--unit", type=click.Choice(["tender", "firm"]), required=True, help="What the labels are of.")
@click.option("--out", metavar="SCORES.csv", type=click.Path(path_type=Path), help="A new file for the probabilities.")
@json_option
@pass_call
def learn(call: Call, terminal: Terminal, labels: Path, unit: str, out: Path | None) -> None:
    """Learn from labels of your own which tenders or firms are like known cases.

    LABELS.csv has the columns id and label (1 or 0); an id is the source's own. Only firm-disjoint numbers are given:
    no firm of a test stands among those learnt from. The model is fitted anew by each call and kept nowhere.

    A probability indicates; a person decides.
    """
    from graph.evaluation.labels import read_labels  # noqa: PLC0415 - scikit-learn loads here alone

    if out is not None and out.exists():
        raise UnusableCall(f"{out} exists already: --out writes a new file")
    found = _learned(call, unit, read_labels(labels, unit).positive)
    if out is not None:
        _write(out, found.scores)
    if terminal.json_only:
        terminal.document(found.document)
        return
    _show(terminal, found.document)
    if out is not None:
        terminal.line(f"{len(found.scores):,} probabilities with their reasons are in {out}.")


def _learned(call: Call, unit: str, positive: Mapping[str, bool]) -> "Learned":
    from graph.evaluation.features import firm_features, tender_features  # noqa: PLC0415
    from graph.evaluation.supervised import bidders_of_tenders, learn_firms, learn_tenders  # noqa: PLC0415

    with call.workspace.generation() as generation:
        if unit == "firm":
            return learn_firms(firm_features(generation), positive)
        features = tender_features(generation)
        with call.workspace.graph(generation.number) as graph:
            bidders = bidders_of_tenders(graph, features.nodes)
    return learn_tenders(features, positive, bidders)


def _write(out: Path, scores: Iterable[Document]) -> None:
    """The scores as CSV; UnusableCall where the file cannot be made."""
    try:
        with out.open("x", encoding="utf-8", newline="") as handle:
            rows = csv.DictWriter(handle, COLUMNS, lineterminator="\n")
            rows.writeheader()
            rows.writerows({**one, "label": None if one["label"] is None else int(one["label"])} for one in scores)
    except OSError as error:
        raise UnusableCall(f"{out}: {(error.strerror or 'cannot be written').lower()}") from None


def _show(terminal: Terminal, found: Document) -> None:
    rows = [(name, found[name], meaning) for name, meaning in MEANINGS.items()]
    terminal.table(["measure", Column("value", number=True), "meaning"], rows)
    terminal.line()
    numbers = [Column("coefficient", number=True), Column("auc_lost", number=True)]
    terminal.table(
        ["feature", *numbers, "direction"],
        [[one[name] for name in ("feature", "coefficient", "auc_lost", "direction")] for one in found["features"]],
    )
    for reason, count in found["left_out"].items():
        if count:
            terminal.line(f"Left out: {count} of {found['labelled']} labelled {LEFT_OUT[reason]}.")
    if found["unit"] == "firm":
        terminal.line(RINGS)
    terminal.line("A probability indicates; a person decides.")
