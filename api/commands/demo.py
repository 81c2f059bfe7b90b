"""``demo``."""

import json
import shutil
import time
from typing import TYPE_CHECKING, Any

import click

from api.commands.common import Call, json_option, pass_call
from api.commands.system import announce_first
from api.errors import UnusableCall
from api.terminal import Column, Terminal

if TYPE_CHECKING:
    from api.demo.planted import Planted
    from api.workspace import Workspace


@click.command()
@click.option("--tenders", type=click.IntRange(200, 200_000), default=4000, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--no-serve", "serve", is_flag=True, flag_value=False, default=True, help="Stop after the table.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
@json_option
@pass_call
def demo(call: Call, terminal: Terminal, tenders: int, seed: int, serve: bool, port: int) -> None:
    """Generate a country with planted rings, ties and wealth, load it, detect, compare, serve."""
    from api.demo.score import compare  # noqa: PLC0415

    workspace = call.workspace
    seconds: dict[str, float] = {}
    planted = _load(workspace, terminal, tenders, seed, seconds)
    facts = _detect(workspace, terminal, seconds)
    with call.answers(restricted=True) as answers:
        found = compare(planted, answers.rings(), answers.links(), answers.enriched())
    found |= {"cases": facts["cases"], "findings": facts["findings"]}
    answer: dict[str, Any] = {"planted": planted.as_document(), "found": found, "seconds": seconds, "url": None}

    def show(url: str | None) -> None:
        answer["url"] = url
        if not terminal.json_only:
            _print(terminal, found, seconds)
        if url:
            announce_first(workspace)
        if terminal.json_only:
            terminal.document(answer)
        elif url:
            terminal.line(f"Serving {url} (stop with Ctrl-C)")

    if not serve:
        show(None)
        return
    from api.service import run  # noqa: PLC0415

    run(workspace, host="127.0.0.1", port=port, announce=show)


def _load(workspace: "Workspace", terminal: Terminal, tenders: int, seed: int, seconds: dict[str, float]) -> "Planted":
    from api.demo import generate, sources  # noqa: PLC0415
    from ingest.load import LoadOptions, load  # noqa: PLC0415
    from ingest.mapping import read_mapping  # noqa: PLC0415

    home = workspace.settings.home
    _make_room(workspace)
    with terminal.progress("Generating a country"), _timed(seconds, "generate"):
        planted = generate(home / "demo", tenders=tenders, seed=seed)
    workspace.demo_mark.write_text(json.dumps({"tenders": tenders, "seed": seed}), "utf-8")
    with (
        _timed(seconds, "load"),
        workspace.writing(),
        workspace.records(write=True) as store,
        terminal.progress("Loading") as bar,
    ):
        for paths, mapping in sources(home / "demo"):
            options = LoadOptions(mapping=read_mapping(str(mapping)) if mapping else None, strict=True)
            load(store, [str(path) for path in paths], options, bar.show)
    return planted


def _make_room(workspace: "Workspace") -> None:
    """Empty a home that a demo made; refuse one that somebody else did."""
    home = workspace.settings.home
    if not home.exists() or not any(home.iterdir()):
        home.mkdir(parents=True, exist_ok=True)
        return
    if not workspace.demo_mark.exists():
        raise UnusableCall(f"{home} is in use: give the demo a home of its own with --home DIR")
    for inside in home.iterdir():
        if inside.is_dir():
            shutil.rmtree(inside)
        elif inside != workspace.demo_mark:
            inside.unlink()


def _detect(workspace: "Workspace", terminal: Terminal, seconds: dict[str, float]) -> dict[str, Any]:
    from graph.detect import STEPS  # noqa: PLC0415
    from graph.rules import Rules  # noqa: PLC0415

    with _timed(seconds, "detect"), terminal.progress("Detecting", len(STEPS)) as bar:
        return workspace.detect(Rules(), progress=lambda step: bar.show(step, STEPS.index(step), len(STEPS)))


class _timed:  # noqa: N801 - reads as a word in a with statement
    """Adds the seconds spent inside to a table."""

    def __init__(self, seconds: dict[str, float], name: str) -> None:
        self._seconds, self._name = seconds, name

    def __enter__(self) -> None:
        self._started = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        self._seconds[self._name] = round(time.perf_counter() - self._started, 2)


def _print(terminal: Terminal, found: dict[str, Any], seconds: dict[str, float]) -> None:
    rows: list[list[object]] = []
    for what, name in (("rings", "ring"), ("ties", "tie"), ("enriched", "enrichment")):
        part = found[what]
        for kind, counts in part["by_kind"].items():
            rows.append(
                [f"{name}: {kind}", counts["planted"], counts["found"], counts["found"] / counts["planted"], None]
            )
        rows.append([f"all {what}", part["planted"], part["matched"], part["recall"], part["precision"]])
    numbers = (Column(name, number=True) for name in ("planted", "found", "recall", "precision"))
    columns: list[Column | str] = ["what", *numbers]
    terminal.table(columns, rows)
    terminal.line(
        f"{found['rings']['reported']} rings, {found['ties']['reported']} ties and {found['enriched']['reported']} "
        f"enriched officials reported, {found['cases']} cases."
    )
    terminal.line(" · ".join(f"{name} {value:.1f} s" for name, value in seconds.items()))
