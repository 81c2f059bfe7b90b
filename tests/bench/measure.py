"""Runs a command and says how long it took and how much memory it held."""

import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import psutil
from rich.console import Console
from rich.table import Table

BIDRING = (Path(sys.executable).with_name("bidring"),)
_PAUSE = 0.5


@dataclass(frozen=True, slots=True)
class Run:
    """What a command took: wall seconds, and the most memory that its processes held together, in MiB."""

    seconds: float
    memory: float
    output: str


def run(*command: str | Path) -> Run:
    """Run a command to its end; RuntimeError where it fails.

    Memory is that of the process and all its children, sampled twice a second; a page that they share is counted once
    (proportional set size).
    """
    started = time.perf_counter()
    process = subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE, text=True)
    most = [0.0]
    watcher = threading.Thread(target=_watch, args=(process.pid, most), daemon=True)
    watcher.start()
    output, _ = process.communicate()
    seconds = time.perf_counter() - started
    watcher.join()
    if process.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))} ended with {process.returncode}")
    return Run(seconds, most[0], output)


def bidring(home: Path, *arguments: str | Path) -> Run:
    """Run a command of bidring on a home."""
    return run(*BIDRING, "--home", home, *arguments)


def table(title: str, columns: list[str], rows: list[list[object]]) -> None:
    """Print figures, numbers to the right."""
    made = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for number, column in enumerate(columns):
        made.add_column(column, justify="left" if number == 0 else "right")
    for row in rows:
        made.add_row(*(f"{value:,.1f}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int)
                       else str(value) for value in row))  # fmt: skip
    Console(width=140).print(made)


def _watch(pid: int, most: list[float]) -> None:
    try:
        root = psutil.Process(pid)
        while root.is_running() and root.status() != psutil.STATUS_ZOMBIE:
            held = 0
            for process in (root, *root.children(recursive=True)):
                try:
                    held += process.memory_full_info().pss
                except (psutil.NoSuchProcess, psutil.AccessDenied):
                    continue
            most[0] = max(most[0], held / 2**20)
            time.sleep(_PAUSE)
    except psutil.NoSuchProcess:
        return
