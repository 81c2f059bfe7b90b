"""Planted officials' ties against those reported: recall 1, and at most 5 % that were not planted, are asked for.

``python -m tests.bench.ties 200 300`` measures countries of these sizes; 600 tenders where none is given.
"""

import sys
import tempfile
from collections import Counter
from pathlib import Path

from api.demo import generate, sources
from api.demo.planted import Planted
from api.settings import read_settings
from api.workspace import Workspace
from graph.answers import Answers
from graph.answers.view import View
from graph.rules import Rules
from ingest.load import LoadOptions, load
from ingest.mapping import read_mapping
from tests.bench.measure import table

SEEDS = range(1, 21)
TENDERS = (600,)
FLAGS = ("L01", "L02", "L03", "L04")
PROVEN = {"direct": {"owns", "officer"}, "kin": {"kin"}, "holding": {"owns"}}
"""The kinds of edges by which a planted tie is held, one of which its path must have."""
Pair = frozenset[str]


def main() -> None:
    """Print recall by kind, and what each flag reports, over all seeds, for each size."""
    for tenders in map(int, sys.argv[1:]) if sys.argv[1:] else TENDERS:
        _measure(tenders)


def _measure(tenders: int) -> None:
    planted: Counter[str] = Counter()
    found: Counter[str] = Counter()
    reported: Counter[str] = Counter()
    true: Counter[str] = Counter()
    for seed in SEEDS:
        with tempfile.TemporaryDirectory() as folder:
            there, links, flags = _detected(Path(folder) / "home", tenders, seed)
        paths = {frozenset((one["official"], one["supplier"])): {step["kind"] for step in one["path"]} for one in links}
        known = {frozenset((tie.official, tie.supplier)) for tie in there.ties}
        for tie in there.ties:
            planted[tie.kind] += 1
            walked = paths.get(frozenset((tie.official, tie.supplier)), set())
            found[tie.kind] += bool(walked & PROVEN[tie.kind])
        for name, pairs in {"links": set(paths), **flags}.items():
            reported[name] += len(pairs)
            true[name] += len(pairs & known)
    rows: list[list[object]] = [
        [kind, planted[kind], found[kind], _share(found[kind], planted[kind])] for kind in planted
    ]
    table(f"planted ties, {len(SEEDS)} seeds of {tenders} tenders", ["kind", "planted", "found", "recall"], rows)
    rows = [[name, reported[name], true[name], _share(true[name], reported[name])] for name in ("links", *FLAGS)]
    table("reported pairs of official and supplier", ["reported as", "pairs", "planted", "precision"], rows)


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.3f}" if whole else "-"


def _detected(home: Path, tenders: int, seed: int) -> tuple[Planted, list[dict[str, object]], dict[str, set[Pair]]]:
    planted = generate(home / "demo", tenders=tenders, seed=seed)
    workspace = Workspace(read_settings({}, str(home)))
    with workspace.writing(), workspace.records(write=True) as store:
        for paths, mapping in sources(home / "demo"):
            options = LoadOptions(mapping=read_mapping(str(mapping)) if mapping else None, strict=True)
            load(store, [str(path) for path in paths], options)
    workspace.detect(Rules())
    with workspace.generation() as generation:
        answers = Answers(generation, View(numbers=True))
        flags = {code: {frozenset(one["parties"]) for one in answers.findings(code=code)} for code in FLAGS}
        return planted, answers.links(), flags


if __name__ == "__main__":
    main()
