"""The house: imports flow one way, the packages are ours alone, and the papers agree with the code."""

import ast
import re
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import click
import pytest

from api.cli import cli
from api.house import PACKAGES, foreign_packages
from graph.rules import Rules

ROOT = Path(__file__).parents[1]
FILES = [file for package in PACKAGES for file in sorted((ROOT / package).rglob("*.py"))]
ONLY_IN = {
    "fastapi": ("api",),
    "uvicorn": ("api",),
    "click": ("api",),
    "sqlalchemy": ("api",),
    "alembic": ("api",),
    "psycopg": ("api",),
    "authlib": ("api",),
    "joserfc": ("api",),
    "rapidfuzz": ("graph",),
    "pyvis": ("viz",),
    "typst": ("viz",),
    "networkx": ("graph", "viz"),
    "igraph": ("graph", "viz"),
    "ladybug": ("graph",),
    "neo4j": ("graph",),
    "graphdatascience": ("graph",),
    "ocdsmerge": ("ingest",),
}


def imported(file: Path) -> set[str]:
    """The top-level packages that a file imports, anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name.partition(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").partition(".")[0] if not node.level else "")
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_a_file_imports_its_own_package_and_those_before_it(file: Path) -> None:
    own = file.relative_to(ROOT).parts[0]
    later = set(PACKAGES[PACKAGES.index(own) + 1 :])
    found = imported(file)
    assert not found & (later | {"tests"})
    assert "" not in found, "relative imports hide where a name comes from"
    assert [name for name in found if own not in ONLY_IN.get(name, (own,))] == []


def test_only_the_settings_read_the_environment() -> None:
    reading = {str(file.relative_to(ROOT)) for file in FILES if re.search(r"os\.(environ|getenv)", file.read_text())}
    assert reading == {"api/commands/common.py"}


def test_no_other_distribution_ships_packages_of_these_names() -> None:
    assert foreign_packages() == []
    assert foreign_packages({**packages_distributions(), "viz": ["bidring", "other"]}) != []


def test_the_wheel_ships_exactly_the_four_packages() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"] == ["ingest", "graph", "api", "viz"]
    assert project["project"]["scripts"] == {"bidring": "api.cli:main"}


def test_no_file_outgrows_a_reader() -> None:
    long = {str(file.relative_to(ROOT)): n for file in FILES if (n := len(file.read_text("utf-8").splitlines())) > 330}
    assert long == {}


def test_the_readme_names_every_command_and_every_rule() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    commands = [name for name, command in cli.commands.items() if not isinstance(command, click.Group)]
    assert [name for name in commands if f"`bidring {name}" not in readme and f"bidring {name}" not in readme] == []
    assert [rule.code for rule in Rules().all if rule.code not in readme] == []


def test_the_locks_pin_every_dependency_with_hashes_and_no_address() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = {"requirements.lock": project["dependencies"]}
    asked["requirements-dev.lock"] = project["dependencies"] + project["optional-dependencies"]["dev"]
    for name, dependencies in asked.items():
        text = (ROOT / name).read_text("utf-8")
        pinned = set(re.findall(r"^([a-z0-9._-]+)(?:\[\w+\])?==", text, re.MULTILINE))
        wanted = {re.split(r"[\[<>=]", one)[0].strip().lower().replace("_", "-") for one in dependencies}
        assert wanted <= pinned
        assert text.count("--hash=sha256:") > len(pinned)
        assert "://" not in text
        assert "--index-url" not in text
        assert "--find-links" not in text
