"""Scripts that complete commands, options, checks and categories; made from the commands themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from steadyhand.catalogue import discovery as catalogue
from steadyhand.cli.app import load, names, summary

AFTER = ("--check", "--category")


def words() -> Mapping[str, Sequence[str]]:
    """The options of each command, as its help lists them."""
    return {
        name: sorted({opt for one in load(name).params for opt in one.opts if opt.startswith("--")})
        for name in names()
    }


def values() -> Mapping[str, Sequence[str]]:
    """What may follow an option."""
    places = catalogue.places()
    kinds = sorted({place.partition(".")[0] for place in places.values()})
    return {"--check": sorted(places), "--category": kinds}


def script(shell: str) -> str:
    """The script of one shell."""
    return {"bash": bash, "zsh": zsh, "fish": fish}[shell]()


def bash() -> str:
    """For bash 3.2 and later: one function and `complete -F`."""
    options = "\n".join(
        f'    {name}) words="{" ".join(opts)}" ;;' for name, opts in words().items()
    )
    follow = "\n".join(f'    {opt}) words="{" ".join(said)}" ;;' for opt, said in values().items())
    return f"""\
_steadyhand() {{
  local words="" here="${{COMP_WORDS[COMP_CWORD]}}" before="${{COMP_WORDS[COMP_CWORD-1]}}"
  case "$before" in
{follow}
  esac
  if [ -z "$words" ]; then
    if [ "$COMP_CWORD" -eq 1 ]; then words="{" ".join(names())}"; else
    case "${{COMP_WORDS[1]}}" in
{options}
    esac; fi
  fi
  COMPREPLY=($(compgen -W "$words" -- "$here"))
}}
complete -o default -F _steadyhand steadyhand
"""


def zsh() -> str:
    """For zsh, which runs bash's scripts."""
    return f"autoload -U +X bashcompinit && bashcompinit\n{bash()}"


def fish() -> str:
    """For fish."""
    lines = ["complete -c steadyhand -f"]
    for name in names():
        about = summary(name).replace("'", "\\'")
        lines.append(f"complete -c steadyhand -n __fish_use_subcommand -a {name} -d '{about}'")
        seen = f"'__fish_seen_subcommand_from {name}'"
        lines += [f"complete -c steadyhand -n {seen} -l {opt[2:]}" for opt in words()[name]]
    for opt, said in values().items():
        lines.append(f"complete -c steadyhand -l {opt[2:]} -xa '{' '.join(said)}'")
    return "\n".join(lines) + "\n"
