"""Whether the four packages are ours alone.

A foreign wheel that ships a folder named ``graph`` overwrites files of ours without a word.
"""

from collections.abc import Mapping, Sequence
from importlib.metadata import packages_distributions

from api.errors import UnusableCall

PACKAGES = ("ingest", "graph", "viz", "api")
OURS = "bidring"


def foreign_packages(distributions: Mapping[str, Sequence[str]] | None = None) -> list[str]:
    """A sentence for each other installed distribution that ships a package of our names, in order of the names.

    >>> foreign_packages({"graph": ["bidring", "graph-tools"], "api": ["bidring"]})
    ['graph-tools is installed and ships a package named graph: remove it, or give bidring an environment of its own']
    """
    found = packages_distributions() if distributions is None else distributions
    return [
        f"{other} is installed and ships a package named {package}: "
        "remove it, or give bidring an environment of its own"
        for package in PACKAGES
        for other in sorted(set(found.get(package, ())) - {OURS})
    ]


def ensure_ours() -> None:
    """Raise :class:`UnusableCall` where another distribution ships a package of our names."""
    for sentence in foreign_packages():
        raise UnusableCall(sentence)
