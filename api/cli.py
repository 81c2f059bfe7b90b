"""The command ``bidring``."""

import sys
from collections.abc import Sequence

import click

from api.commands.backup import backup, restore
from api.commands.case import case, cases
from api.commands.common import Call
from api.commands.demo import demo
from api.commands.detect import detect
from api.commands.enriched import enriched
from api.commands.evaluate import evaluate
from api.commands.fetch import fetch
from api.commands.graph import graph
from api.commands.learn import learn
from api.commands.lists import findings, firms, links, pairs, rings, rules, tenders
from api.commands.load import load, quarantine
from api.commands.match import match
from api.commands.owners import owners
from api.commands.system import doctor, serve
from api.errors import UNUSABLE, ApiError
from graph.errors import GraphError
from ingest.errors import IngestError


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="bidring")
@click.option("--home", metavar="DIR", help="The folder that everything is kept under (BIDRING_HOME, ./bidring-data).")
@click.option("--debug", is_flag=True, help="Show where an unexpected failure happened.")
@click.pass_context
def cli(context: click.Context, home: str | None, debug: bool) -> None:
    """Find bidding rings, and officials tied to winning suppliers, in public procurement records.

    A flag indicates; a person decides.
    """
    context.obj = Call(home, debug)


for _command in (
    demo, fetch, load, quarantine, match, detect, cases, case, rings, links, owners, enriched, findings, firms, pairs,
    tenders, rules, evaluate, learn, serve, graph, doctor, backup, restore,
):  # fmt: skip
    cli.add_command(_command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command and end the process: 0 done, 1 the run failed, 2 the call or its input cannot be used."""
    sys.exit(run(list(sys.argv[1:] if arguments is None else arguments)))


def run(arguments: list[str]) -> int:
    """Run a command; says the exit status. Every failure is one plain line on standard error, never a traceback."""
    try:
        cli.main(arguments, prog_name="bidring", standalone_mode=False)
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except click.UsageError as error:
        where = f" (see `{error.ctx.command_path} --help`)" if error.ctx else ""
        return _failed(error.format_message().replace("\n", " ") + where, 2)
    except click.ClickException as error:
        return _failed(error.format_message(), error.exit_code)
    except UNUSABLE as error:
        return _failed(str(error), 2)
    except (IngestError, GraphError, ApiError) as error:
        return _failed(str(error), 1)
    except (KeyboardInterrupt, click.Abort):
        return _failed("stopped; nothing was left half done", 1)
    except BrokenPipeError:
        sys.stderr.close()  # whoever read the answer has gone
        return 1
    except Exception as error:  # the edge of the process: an unforeseen failure is a line as well
        if "--debug" in arguments:
            raise
        return _unforeseen(error)
    return 0


def _unforeseen(error: Exception) -> int:
    if isinstance(error, OSError) and error.filename:
        return _failed(f"{error.filename}: {(error.strerror or 'cannot be used').lower()}", 2)
    return _failed(f"failed unexpectedly ({type(error).__name__}); --debug shows where", 1)


def _failed(message: str, status: int) -> int:
    print(f"bidring: {' '.join(message.split())}", file=sys.stderr)
    return status
