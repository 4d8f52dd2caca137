"""Which commands there are, and how one is run. Only the one that is asked for is imported."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from io import BufferedWriter, FileIO, TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer
from typer.core import TyperGroup
from typer.main import get_command

from steadyhand.cli.errors import CliError, Exit, Misused, from_aws, sentence
from steadyhand.cli.options import Here, placed
from steadyhand.model import ReadFailed
from steadyhand.settings.nearest import unknown

if TYPE_CHECKING:
    from collections.abc import Callable

NAME = "steadyhand"
IDEA = "Finds the time bombs in an AWS account and fixes the safe ones, reversibly."
COMMANDS = Path(__file__).parent / "commands"
PREFIX = "Value error, "
"""What pydantic puts before the sentence of a wrong option."""

FILE = re.compile(r"\S*\.\w")
"""How a sentence begins that names a file first."""

CHAPTERS: Mapping[str, tuple[str, Sequence[str]]] = {
    "Look": ("look", ("demo", "scan", "show", "plan", "react", "drift")),
    "Decide": ("decide", ("fix", "approve", "undo", "exempt")),
    "Know": ("know", ("backlog", "calendar", "checks", "review", "portal", "doctor")),
    "Set up": ("setup", ("init", "policy", "deploy", "complete", "uninstall")),
}
"""The chapters of the front page: the room of each, and its commands in order."""

EPILOG = f"""\
Global options may stand before a command or after it:
  --profile NAME  --region NAME  --endpoint-url URL  --settings FILE  --debug

Exit codes: 0 clean, 1 an error, 2 usage, 3 findings at or above --fail-on,
4 not everything could be read (wins over 3), 5 refused by a guardrail.

{NAME} COMMAND --help says more. Only fix, undo, approve, deploy,
uninstall and react --apply can change an account; demo brings its own.
"""


class Commands(TyperGroup):
    """The commands, each read from its file when it is wanted."""

    def list_commands(self, ctx: Any) -> list[str]:
        del ctx
        return names()

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        return load(cmd_name) if cmd_name in self.list_commands(ctx) else None

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args[0] not in self.list_commands(ctx):
            said = unknown(args[0], self.list_commands(ctx), "command")
            raise Misused(said, f"{NAME} --help")
        return super().resolve_command(ctx, args)

    def get_help(self, ctx: Any) -> str:
        del ctx
        return front_page()


def names() -> list[str]:
    """Every command, as the front page lists them."""
    return [name for _, those in CHAPTERS.values() for name in those]


def front_page() -> str:
    """What `steadyhand --help` says: a chapter for each kind of command."""
    lines = [f"Usage: {NAME} COMMAND [OPTIONS]", "", IDEA]
    for chapter, (_, those) in CHAPTERS.items():
        lines += ["", chapter, *(f"  {name:<10}{summary(name)}" for name in those)]
    return "\n".join([*lines, "", EPILOG])


def room(name: str) -> str:
    """The room of a command in `commands/`."""
    return next(room for room, those in CHAPTERS.values() if name in those)


def summary(name: str) -> str:
    """The first line of a command's docstring, without importing it."""
    with (COMMANDS / room(name) / f"{name}.py").open(encoding="utf-8") as text:
        return text.readline().strip().strip('"')


def load(name: str) -> Any:
    """One command, ready to run."""
    module = import_module(f"steadyhand.cli.commands.{room(name)}.{name}")
    alone = typer.Typer(add_completion=False, rich_markup_mode=None)
    command: Callable[..., Any] = module.command
    alone.command(name, help=module.__doc__)(placed(command))
    return get_command(alone)


def version(wanted: bool) -> None:
    """Say the version, and no more."""
    if wanted:
        from importlib.metadata import version as of  # noqa: PLC0415

        typer.echo(f"{NAME} {of(NAME)}")
        raise typer.Exit


app = typer.Typer(
    cls=Commands,
    name=NAME,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.callback(invoke_without_command=True)
@placed
def everywhere(
    here: Here,
    version: Annotated[bool, typer.Option("--version", is_eager=True, callback=version)] = False,
) -> None:
    """Options that stand before the command."""
    del here, version


def run(argv: Sequence[str]) -> int:
    """Run one command. Whatever goes wrong is one sentence, unless `--debug` asks for more."""
    if not argv:
        argv = ["--help"]
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            spelled(stream)
    try:
        return int(app(args=list(argv), prog_name=NAME, standalone_mode=False) or Exit.CLEAN)
    except CliError as trouble:
        return told(trouble, argv)
    except ReadFailed as failed:
        return told(from_aws(failed), argv)
    except typer.TyperException as error:
        command = getattr(getattr(error, "ctx", None), "command_path", NAME)
        said = sentence(error.format_message()).replace(PREFIX, "")
        return told(Misused(said, f"{command} --help"), argv)
    except typer.Abort:
        return told(CliError("given up; nothing was changed"), argv)
    except Exception as bug:  # noqa: BLE001 - the edge: a bug is told, not thrown at a person
        said = f"this is our mistake, not yours: {type(bug).__name__}: {sentence(bug)}"
        again = "" if "--debug" in argv else f"{NAME} {' '.join(argv)} --debug"
        return told(CliError(said, again), argv)


def spelled(stream: TextIOWrapper) -> None:
    """Files and pipes are UTF-8 whatever the locale; a terminal that lacks a sign shows the words around it."""
    stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="replace")


class Pipe(FileIO):
    """A pipe into which is written on when its reader has closed it (`| head`): to nowhere, as if it were read.

    So a command comes to its own end, and ends with its own code, also while something else than the pipe is at
    stake. https://docs.python.org/3/library/signal.html#note-on-sigpipe
    """

    def write(self, said: Any) -> int:
        try:
            return super().write(said)
        except BrokenPipeError:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.fileno())
            os.close(nowhere)
            return memoryview(said).nbytes


def outlives_reader(stream: TextIO) -> TextIO:
    """The same stream, to which it is no error that nobody reads it any more."""
    if not isinstance(stream, TextIOWrapper) or stream.isatty():
        return stream
    stream.flush()
    pipe = Pipe(stream.fileno(), "w", closefd=False)
    return TextIOWrapper(
        BufferedWriter(pipe),
        encoding=stream.encoding,
        errors=stream.errors,
        line_buffering=stream.line_buffering,
        write_through=stream.write_through,
    )


def told(trouble: CliError, argv: Sequence[str]) -> int:
    """Say what is wrong, and what to do next, on stderr."""
    if "--debug" in argv:
        import traceback  # noqa: PLC0415

        traceback.print_exc()
    said = f"{trouble}."
    if not FILE.match(said):
        said = said[0].upper() + said[1:]
    from steadyhand.formats.words import tame  # noqa: PLC0415 - only who fails needs it

    lines = [*said.splitlines(), *([f"Next: {trouble.then}"] if trouble.then else [])]
    typer.echo("\n".join(map(tame, lines)), err=True)
    return int(trouble.code)
