"""Where configuration and secrets live. Names only: no value was asked for, and none is kept."""

from __future__ import annotations

from collections import defaultdict

from steadyhand.rhythm.core import words
from steadyhand.rhythm.core.figures import counted
from steadyhand.rhythm.first.facts import DataStore, FirstFacts
from steadyhand.rhythm.first.parts import Row, Rows, cut, named

MOST = 7
LAMBDA = "Environment of Lambda"
READS = ("ssm:DescribeParameters", "secretsmanager:ListSecrets", "lambda:ListFunctions")


def names_of(first: FirstFacts) -> Rows:
    """By place, those that look most like a secret in the open first."""
    groups: dict[tuple[str, str, str], list[DataStore]] = defaultdict(list)
    for one in first.seen.kept:
        of = "" if one.where == LAMBDA else one.of
        groups[one.where, of, one.region].append(one)
    rows = []
    for (where, of, region), kept in sorted(groups.items(), key=lambda p: (p[0][0], -len(p[1]))):
        place = f"{where} {words.clean(of, words.NAME)}".strip()
        ids = [one.id for one in kept]
        secret = sum(one.looks_secret for one in kept)
        if where == LAMBDA:
            functions = len({one.of for one in kept})
            variables = named(sorted({one.name for one in kept}))
            said = f"{variables} in {words.plural(functions, 'function')}; by the name a secret, "
            said += "and readable in the console"
        elif where == "Secrets Manager":
            said = named(one.name for one in kept)
        else:
            said = f"{secret:,} encrypted, {len(kept) - secret:,} plain"
        row = Row(
            name=place,
            note=(f"{region}: {said}",),
            value=counted(f"names.{where}.{region}.{of}", ids, "name"),
        )
        rows.append((row, ids))
    blind = first.seen.missed(*READS)
    unread = "Not every place could be read." if blind else ""
    none = "No parameter, no secret, and no variable that looks like one."
    made = cut("names", rows, most=MOST, none="" if blind else none)
    return Rows(rows=made.rows, folded=made.folded, none=made.none, unread=unread)
