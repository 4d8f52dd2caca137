"""The subject, what a phone shows beside it, and the three sentences everybody reads."""

from __future__ import annotations

from steadyhand.rhythm.backlog.decisions import Decision, Decisions
from steadyhand.rhythm.calendar.bombs import Bombs
from steadyhand.rhythm.core.changes import Changes
from steadyhand.rhythm.core.facts import Facts
from steadyhand.rhythm.core.figures import Figure, Line, Named, counted
from steadyhand.rhythm.core.period import Cadence
from steadyhand.rhythm.cost.comparison import Cost
from steadyhand.rhythm.incidents.alarms import Incidents
from steadyhand.rhythm.results.hours_returned import Returned
from steadyhand.rhythm.reviews.mistakes import Mistakes
from steadyhand.rhythm.reviews.verdict import FindingStatus, next_bomb
from steadyhand.rhythm.savings.statement import Savings


def subject_of(
    facts: Facts,
    *,
    status: FindingStatus,
    cost: Cost | None,
    decisions: Decisions,
    bombs: Bombs,
    incidents: Incidents,
) -> Line:
    """The verdict first; only what there is: no bill, no figure; nothing before, no difference."""
    title = f"{facts.period.title} so far" if facts.period.is_running else facts.period.title
    said: list[str | Figure] = [
        f"{title}: {'no sweep yet' if status is FindingStatus.BLANK else status.value}"
    ]
    if status is not FindingStatus.BLANK and not facts.has_history:
        said.append(" · first month" if is_month(facts) else " · first week")
    if is_month(facts) and cost:
        said += [" · ", cost.total]
        said += [" (", cost.delta, ")"] if cost.delta else []
    if not is_month(facts) and incidents.rows:
        said += [" · ", incidents.minutes, " of alarms"]
    if decisions.rows:
        said += [" · ", decisions.count]
    if bomb := next_bomb(bombs, facts.period.year):
        said.append(f" · next bomb: {bomb}")
    return tuple(said)


def preheader_of(
    facts: Facts, incidents: Incidents, changes: Changes, decisions: Decisions, why: Line
) -> Line:
    """What the subject does not say."""
    if facts.is_blank:
        return ("The first review with numbers comes after the first sweep.",)
    if not is_month(facts):
        return why
    said: list[str | Figure] = [incidents.count, ", ", changes.count]
    if decisions.rows:
        said.append(f"; the first answer {wanted(soonest_of(decisions))}")
    return (*said, ".")


def sentences_of(
    facts: Facts,
    *,
    incidents: Incidents,
    changes: Changes,
    mistakes: Mistakes,
    decisions: Decisions,
    cost: Cost | None,
    returned: Returned,
    savings: Savings,
) -> tuple[Line, ...]:
    """What happened, what we did and what that gave you, what we need from you."""
    if facts.is_blank:
        return (
            ("Steadyhand is installed, and its first sweep has not finished.",),
            ("Until it has, there is nothing to say about your account: neither good nor bad.",),
        )
    told = [
        happened(facts, incidents, cost),
        (*did(facts, changes, mistakes), *gave(returned, savings)),
    ]
    return (*(line for line in told if line), need(decisions))


def happened(facts: Facts, incidents: Incidents, cost: Cost | None) -> Line:
    """Alarms and the bill, each with what it was before, if there was a before."""
    line: list[str | Figure] = ["No alarm fired"]
    if incidents.rows:
        line = ["Alarms fired for ", incidents.minutes, " in ", incidents.count]
    if incidents.before:
        line += [f" ({earlier(facts)}: ", incidents.before, ")"]
    if cost is None:
        return (*line, ".")
    line += [", and the bill was ", cost.total]
    if cost.difference:
        line += [", ", cost.difference, f" than {cost.before_title}"]
    return (*line, ".")


def did(facts: Facts, changes: Changes, mistakes: Mistakes) -> Line:
    """What we changed, and what came of it."""
    if not changes.rows:
        seen = [one.finding.id for one in facts.open_at(facts.period.until)]
        found = counted("open", seen, "finding")
        return ("We changed nothing, and watch ", found, ".") if seen else ()
    line: list[str | Figure] = ["We made ", changes.count]
    wrong = (*mistakes.undone.ids, *mistakes.failed.ids)
    if not wrong:
        return (*line, "; none was undone and none failed.")
    went = counted("summary.wrong", wrong, "of them went wrong", "of them went wrong")
    return (*line, "; ", went, ".")


def gave(returned: Returned, savings: Savings) -> Line:
    """Hours and money, each only where there are some."""
    hours: Line = (
        (" That returned ", returned.hours, " to your team by our estimate")
        if returned.hours.ids
        else ()
    )
    usd: Line = (savings.verified, " left the bill") if savings.verified.ids else ()
    if hours:
        return (*hours, *((", and ", *usd) if usd else ()), ".")
    return (" And ", *usd, ".") if usd else ()


def need(decisions: Decisions) -> Line:
    """The answers we wait for."""
    if not decisions.rows:
        return ("We need nothing from you.",)
    answers = counted("answers", decisions.count.ids, "answer")
    first = soonest_of(decisions)
    if first.is_late:
        which = "which" if len(decisions.rows) == 1 else "the first"
        return ("We need ", answers, f", {which} was wanted by ", Named(first.answer_by), ".")
    if len(decisions.rows) == 1:
        return ("We need ", answers, " by ", Named(first.answer_by), ".")
    return ("We need ", answers, ", the first by ", Named(first.answer_by), ".")


def soonest_of(decisions: Decisions) -> Decision:
    """The question whose answer is wanted first."""
    return min(decisions.rows, key=lambda one: one.by)


def wanted(one: Decision) -> str:
    """Until when, also where that day has passed."""
    return f"{'was' if one.is_late else 'is'} wanted by {one.answer_by}"


def earlier(facts: Facts) -> str:
    """What the period before is called."""
    title = facts.previous.title if is_month(facts) else "the week before"
    return f"all of {title}" if facts.period.is_running else title


def is_month(facts: Facts) -> bool:
    """A month, or a week?"""
    return facts.period.cadence is Cadence.MONTHLY
