"""A real Chromium for the pages; installed where this may be done, a loud skip where not."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from playwright.sync_api import Browser, sync_playwright

SWITCHES = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
_INSTALL = ("apt-get update -qq", "apt-get install -y -qq chromium")


def browser_path() -> str | None:
    """Where a Chromium is; None where there is none."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser without a window, one for each worker."""
    with FileLock(Path(tmp_path_factory.getbasetemp()).parent / "chromium.lock"):
        if browser_path() is None and os.geteuid() == 0 and shutil.which("apt-get"):
            for command in _INSTALL:
                subprocess.run(command.split(), check=False, capture_output=True)
    path = browser_path()
    if path is None:
        pytest.skip("no Chromium: install it as root with `apt-get install chromium`")
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=path, args=SWITCHES)
        yield browser
        browser.close()
