"""Where to look: the options that every command has, said before the command or after it."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from typer import Context, Option


@dataclass(frozen=True, slots=True, kw_only=True)
class Here:
    """Which account, which regions, by whose word. Empty: as AWS's own settings say."""

    profile: str | None = None
    regions: tuple[str, ...] = ()
    endpoint: str | None = None
    settings: Path | None = None
    debug: bool = False

    def over(self, other: Here) -> Here:
        """What was said here, else what was said there."""
        return Here(
            profile=self.profile or other.profile,
            regions=self.regions or other.regions,
            endpoint=self.endpoint or other.endpoint,
            settings=self.settings or other.settings,
            debug=self.debug or other.debug,
        )


def said(
    profile: Annotated[
        str | None, Option("--profile", metavar="NAME", help="The AWS profile. [AWS_PROFILE]")
    ] = None,
    region: Annotated[
        list[str] | None,
        Option(
            "--region", metavar="NAME", help="The region; scan takes several, or all. [AWS_REGION]"
        ),
    ] = None,
    endpoint_url: Annotated[
        str | None,
        Option("--endpoint-url", metavar="URL", help="Another AWS than AWS. [AWS_ENDPOINT_URL]"),
    ] = None,
    settings: Annotated[
        Path | None,
        Option("--settings", metavar="FILE", help="Your decisions. [./steadyhand.toml]"),
    ] = None,
    debug: Annotated[
        bool, Option("--debug", help="Show the traceback of what goes wrong.")
    ] = False,
) -> Here:
    """What the options say, as one value."""
    return Here(
        profile=profile,
        regions=tuple(region or ()),
        endpoint=endpoint_url,
        settings=settings,
        debug=debug,
    )


OPTIONS = inspect.signature(said, eval_str=True).parameters


def placed(command: Callable[..., Any]) -> Callable[..., Any]:
    """A command whose first parameter is `Here`, with the options that make it up."""
    signature = inspect.signature(command, eval_str=True)
    _, *own = signature.parameters.values()
    context = inspect.Parameter("ctx", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=Context)

    @functools.wraps(command)
    def run(ctx: Context, **named: Any) -> Any:
        there = ctx.find_object(Here) or Here()
        here = said(**{name: named.pop(name) for name in OPTIONS}).over(there)
        ctx.find_root().obj = here
        return command(here, **named)

    run.__signature__ = signature.replace(  # type: ignore[attr-defined]  # what Typer reads
        parameters=_ordered([context, *own, *OPTIONS.values()])
    )
    return run


def _ordered(parameters: Sequence[inspect.Parameter]) -> list[inspect.Parameter]:
    """Those without a default first, as a signature wants them."""
    return sorted(parameters, key=lambda one: one.default is not inspect.Parameter.empty)
