"""What the commands share: the home, the terminal, the ``--json`` option."""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from api.errors import DeskUnusable, Unrecorded
from api.settings import Settings, read_settings
from api.terminal import Terminal

if TYPE_CHECKING:
    from api.workspace import Workspace
    from graph.answers import Answers


@dataclass(slots=True)
class Call:
    """One call of the command line."""

    home: str | None = None
    debug: bool = False

    @property
    def settings(self) -> Settings:
        """What the environment and the command line set."""
        return read_settings(os.environ, self.home)

    @property
    def workspace(self) -> "Workspace":
        """The home folder."""
        from api.workspace import Workspace  # noqa: PLC0415 - engines load when a command needs them

        return Workspace(self.settings)

    @contextmanager
    def answers(self, *, restricted: bool = False) -> "Iterator[Answers]":
        """What the published generation answers, numbers of persons included: whoever has the home has the records.

        What is found about private life only where ``restricted`` asks for it.
        """
        from graph.answers import Answers  # noqa: PLC0415
        from graph.answers.view import View  # noqa: PLC0415

        with self.workspace.generation() as generation:
            yield Answers(generation, View(numbers=True, private=None if restricted else frozenset()))

    def look(self, action: str, about: str, subjects: Iterable[str]) -> None:
        """Keep in the desk that the command line shows what is restricted, before it does; Unrecorded where it cannot.

        ``subjects`` are the node ids of the parties shown.
        """
        from api.access.looks import Looks  # noqa: PLC0415
        from api.access.policy import Caller, Role  # noqa: PLC0415

        whoever = Caller(Role.ADMINISTRATOR, None, "command line", "command")
        try:
            with self.workspace.desk() as desk:
                Looks(desk).note(whoever, action, about, subjects)
        except (DeskUnusable, OSError) as error:
            place = self.settings.desk_address.shown
            why = f"{place}: {error.strerror}" if isinstance(error, OSError) else error
            raise Unrecorded(f"what is restricted is not shown, for the look cannot be kept: {why}") from None

    def standing(self, answers: "Answers", found: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Cases as a list shows them, with where people moved them; as they are where there is no desk yet."""
        if not found or not self.workspace.settings.desk_address.exists:
            return found
        from api.access.policy import PUBLIC  # noqa: PLC0415
        from api.cases.shown import Shown  # noqa: PLC0415

        with self.workspace.desk() as desk:
            return Shown(desk, PUBLIC, answers, self.workspace.number()).heads(found)


pass_call = click.make_pass_decorator(Call)


restricted_option = click.option(
    "--restricted", is_flag=True, help="Also what is found about private life: keep it to those who may see it."
)


def json_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """The option ``--json``, given to the command as a terminal that prints in that way."""

    def terminal(_context: click.Context, _parameter: click.Parameter, value: bool) -> Terminal:
        return Terminal(json_only=value)

    return click.option(
        "--json", "terminal", is_flag=True, callback=terminal, help="One JSON document on standard output."
    )(command)
