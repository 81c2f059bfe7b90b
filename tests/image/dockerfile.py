"""Reads the part of the Dockerfile language that our Dockerfile uses, and the .dockerignore beside it."""

import json
import re
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import PurePosixPath
from typing import Any


class UnusableDockerfile(Exception):
    """A line that this reader does not know; the message names it."""


_NAMES = ("FROM", "RUN", "COPY", "ENV", "WORKDIR", "USER", "LABEL", "VOLUME", "EXPOSE", "HEALTHCHECK")
_LAST = ("ENTRYPOINT", "CMD")
_FLAGS = {"COPY": {"from", "chown"}, "HEALTHCHECK": {"interval", "timeout", "start-period", "retries"}}
_LISTS = ("VOLUME", "ENTRYPOINT", "CMD")


@dataclass(frozen=True, slots=True)
class Step:
    """One instruction: its name, its ``--flags``, its words, and the line it begins on.

    The words of RUN are its one shell line; those of ENV and LABEL are ``NAME=value``.
    """

    name: str
    flags: Mapping[str, str]
    words: tuple[str, ...]
    line: int

    def __str__(self) -> str:
        flags = (f"--{name}={value}" for name, value in self.flags.items())
        return re.sub(r"\s+", " ", " ".join([self.name, *flags, *self.words]))


@dataclass(frozen=True, slots=True)
class Stage:
    """One FROM: the base it starts from, its name (its number where it has none), and its steps in order."""

    base: str
    name: str
    steps: tuple[Step, ...]

    def last(self, name: str) -> Step | None:
        """The instruction of this name that counts: the last one."""
        return next((step for step in reversed(self.steps) if step.name == name), None)


def read_dockerfile(text: str) -> list[Stage]:
    """The stages of a Dockerfile, in order; the last one is the image.

    Raises :class:`UnusableDockerfile` for an instruction, a flag or a form that is not known here: a step that cannot
    be run by hand must not pass unseen.
    """
    stages: list[Stage] = []
    for number, line in _logical_lines(text):
        step = _step(number, line)
        if step.name == "FROM":
            stages.append(_stage(step, str(len(stages))))
        elif not stages:
            raise UnusableDockerfile(f"line {number}: {step.name} before any FROM")
        else:
            before = stages[-1]
            stages[-1] = Stage(before.base, before.name, (*before.steps, step))
    if not stages:
        raise UnusableDockerfile("there is no FROM")
    return stages


def _logical_lines(text: str) -> Iterable[tuple[int, str]]:
    """Lines with their continuations joined, comments and blank lines dropped, each with its number."""
    first, held = 0, ""
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith("#") or not (line.strip() or held):
            continue
        first = first if held else number
        held += line
        if held.endswith("\\"):
            held = held[:-1]
            continue
        yield first, held.strip()
        held = ""
    if held:
        raise UnusableDockerfile(f"line {first}: ends with a backslash")


def _step(number: int, line: str) -> Step:
    word, _, rest = line.partition(" ")
    name, flags, rest = word.upper(), {}, rest.strip()
    if name not in (*_NAMES, *_LAST):
        raise UnusableDockerfile(f"line {number}: unknown instruction {word}")
    while found := re.match(r"--([a-z-]+)(?:=(\S*))?\s+", rest):
        if found[1] not in _FLAGS.get(name, ()):
            raise UnusableDockerfile(f"line {number}: unknown flag --{found[1]} of {name}")
        flags[found[1]] = found[2] or ""
        rest = rest[found.end() :]
    try:
        return Step(name, flags, _words(name, rest), number)
    except ValueError as error:
        raise UnusableDockerfile(f"line {number}: {name} {rest}: {error}") from None


def _words(name: str, rest: str) -> tuple[str, ...]:
    if not rest:
        raise ValueError("nothing follows")
    if name == "RUN":
        if rest.startswith(("[", "<<")):
            raise ValueError("only one line for the shell is known")
        return (rest,)
    if name == "HEALTHCHECK":
        command, _, rest = rest.partition(" ")
        if command != "CMD":
            raise ValueError("only CMD is known")
    if name in _LISTS or name == "HEALTHCHECK":
        found: Any = json.loads(rest)
        if not isinstance(found, list) or not all(isinstance(one, str) for one in found) or not found:
            raise ValueError("not a list of words")
        return tuple(found)
    words = tuple(shlex.split(rest))
    if name in ("ENV", "LABEL") and not all("=" in word for word in words):
        raise ValueError("not NAME=value")
    return words


def _stage(step: Step, number: str) -> Stage:
    match step.words:
        case [base]:
            return Stage(base, number, ())
        case [base, "AS" | "as", name]:
            return Stage(base, name, ())
    raise UnusableDockerfile(f"line {step.line}: not FROM BASE [AS NAME]")


def ignored(path: PurePosixPath, patterns: Iterable[str]) -> bool:
    """Whether a .dockerignore of these lines keeps a file out.

    Of the patterns that fit it, or a folder above it, the last one counts; ``!`` lets in again.
    """
    answer = False
    above = [str(folder) for folder in (path, *path.parents)][:-1]
    for line in patterns:
        pattern = line.strip()
        if not pattern or pattern.startswith("#"):
            continue
        keeps = pattern.startswith("!")
        matcher = _matcher(pattern.removeprefix("!").strip("/"))
        if any(matcher.fullmatch(one) for one in above):
            answer = not keeps
    return answer


@cache
def _matcher(pattern: str) -> re.Pattern[str]:
    parts = re.split(r"(\*\*/|\*\*|\*|\?)", pattern)
    meaning = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return re.compile("".join(meaning.get(part) or re.escape(part) for part in parts))
