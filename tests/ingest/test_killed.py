"""A load whose process is killed leaves the store as it was, nothing running, and can be repeated."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from intake import counts, intake_in, release

_LOADING = """
import sys, time
from contextlib import closing
from ingest.load import LoadOptions, load
from ingest.store import open_record_store

def show(label, done, total):
    if label == "last.json":
        print("writing", flush=True)
        time.sleep(300)

if __name__ == "__main__":
    with closing(open_record_store(sys.argv[1], write=True)) as store:
        load(store, sys.argv[2:], LoadOptions(), show)
"""


def alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="looks for the process's children in /proc")
def test_a_load_killed_half_way_is_as_if_it_had_never_begun(tmp_path: Path) -> None:
    with intake_in(tmp_path / "home") as intake:
        intake.give(release("ocds-aaaaaa-1", tender={"title": "before"}), "before.json")
        before = intake.contents()
        # Enough bytes for several batches to be written, and enough releases for other processes to read them.
        fat = "\n".join(
            json.dumps(release(f"ocds-aaaaaa-{n}", date="2024-02-01T00:00:00Z", fat="x" * 3500)) for n in range(6_500)
        )
        paths = [intake.write("first.jsonl", fat), intake.write("last.json", release("ocds-bbbbbb-1"))]
    script = tmp_path / "loading.py"
    script.write_text(_LOADING, "utf-8")
    url = f"duckdb:///{tmp_path}/home/records.duckdb"
    loading = subprocess.Popen(
        [sys.executable, str(script), url, *map(str, paths)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert loading.stdout is not None
    with loading.stdout:
        try:
            assert loading.stdout.readline() == "writing\n"
            children = [
                int(one) for one in Path(f"/proc/{loading.pid}/task/{loading.pid}/children").read_text("utf-8").split()
            ]
            assert len(children) >= 2
        finally:
            loading.send_signal(signal.SIGKILL)
            loading.wait()
    for _ in range(200):
        if not any(map(alive, children)):
            break
        time.sleep(0.1)
    assert not any(map(alive, children)), "a killed load leaves processes behind"
    with intake_in(tmp_path / "home") as intake:
        assert intake.contents() == before
        assert counts(intake.load(*paths)) == (6_501, 6_501, 0, 0)
        again = intake.store.table("tenders").select("key", "title", "document").to_pyarrow().sort_by("key")
    with intake_in(tmp_path / "undisturbed") as other:
        other.load(tmp_path / "home" / "before.json", *paths)
        assert other.store.table("tenders").select("key", "title", "document").to_pyarrow().sort_by("key").equals(again)
