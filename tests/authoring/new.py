"""Writes a check that compiles, its test, its event and what the demo plants: `make new CHECK=jobs/my_check`."""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = Path(__file__).parent / "templates"
WORDS = r"[a-z][a-z0-9]*(_[a-z0-9]+)*"
CATEGORY = '''"""TODO: say in a sentence what the checks of this category are about."""

WORK = "scale and cost"
"""Or "stability", "security", "dated": stability once its date is near."""

HOURS = (0.25, 1.0)
"""What it takes a person to do by hand what one of its fixes does; our estimate."""
'''


class Wrong(Exception):
    """It cannot be written so."""


def parts(check: str) -> tuple[str, str]:
    """Category and name of "jobs/my_check"."""
    found = re.fullmatch(rf"({WORDS})/({WORDS})", check)
    if not found:
        raise Wrong(
            f"CHECK={check}: say a category and a name, in small letters: CHECK=jobs/my_check"
        )
    return found[1], found[3]


def files(category: str, name: str) -> dict[Path, str]:
    """What is written, by file; a new category gets its packages."""
    said = {
        "category": category,
        "name": name,
        "class_name": "".join(word.capitalize() for word in name.split("_")),
        "title": name.replace("_", " ").capitalize(),
    }
    made = {
        Path("steadyhand/checks") / category / f"{name}.py": written("check.py.txt", said),
        Path("tests/checks") / category / f"test_{name}.py": written("test.py.txt", said),
    }
    for folder, text in (("steadyhand/checks", CATEGORY), ("tests/checks", "")):
        if not (package := Path(folder) / category / "__init__.py").exists():
            made[package] = text
    return made


def written(template: str, said: dict[str, str]) -> str:
    """A template with its words filled in."""
    return (TEMPLATES / template).read_text("utf-8").format(**said)


def write(check: str) -> list[str]:
    """Write them all, and the event; the names of the files. `Wrong` where the check is there already."""
    category, name = parts(check)
    for old in Path("steadyhand/checks").glob(f"*/{name}.py"):
        raise Wrong(f"{old} is there already: give it another name")
    made = files(category, name)
    for file, text in made.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    from tests.authoring.event import record

    return [*(str(file) for file in sorted(made)), str(record(category, name))]


def main(check: str) -> int:
    """Write, and say what to do next."""
    try:
        made = write(check)
    except Wrong as wrong:
        sys.stderr.write(f"{wrong}\n")
        return 2
    sys.stdout.write("\n".join([*made, f"Next: make one CHECK={check}", ""]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
