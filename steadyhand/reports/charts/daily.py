"""The chart of daily cost, as SVG: bars from zero, one dashed line, labels on the marks.

Drawn for the phone: 420 units wide, text of 13. It has its own ground, so it survives clients that
recolour the page. Nothing in it is a name out of the account: the bundled font knows few letters.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from xml.sax.saxutils import escape, quoteattr

from steadyhand.reports.charts.colours import Theme
from steadyhand.rhythm.core import words
from steadyhand.rhythm.core.money import spelled
from steadyhand.rhythm.cost.comparison import Daily

WIDTH, HEIGHT = 420, 236
LEFT, RIGHT, TOP, BOTTOM = 44, 2, 30, 28
SIZE = 13
STEPS = (1, 2, 2.5, 5, 10)
MOST_GUIDES = 4
LETTER = 7.2
"""How wide a letter is, about."""
GAP, DASHES = 12, 22
"""Between two words on one line, and for the dashes that stand before a reference."""


def daily_svg(daily: Daily, theme: Theme) -> str:
    """The days of a bill."""
    top = max(*daily.usd, daily.before or 0)
    step = guide(top)
    plot = Plot(daily, theme, step * max(1, -(-top // step)))
    marks = [*plot.guides(step), *plot.bars(), *plot.days(), *plot.reference(), *plot.label()]
    ground = rect(0, 0, WIDTH, HEIGHT, theme["paper"])
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}"'
    return f'{head} viewBox="0 0 {WIDTH} {HEIGHT}">{ground}{"".join(marks)}</svg>'


def guide(top: float) -> float:
    """A round distance between guide lines, so that there are at most four above zero."""
    size = 10.0 ** (len(str(int(max(1, top)))) - 2)
    while True:
        for step in STEPS:
            if top / (step * size) <= MOST_GUIDES:
                return step * size
        size *= 10


class Plot:
    """Where things are: days from left to right, dollars from bottom to top."""

    def __init__(self, daily: Daily, theme: Theme, top: float) -> None:
        self.daily, self.theme, self.top = daily, theme, top
        self.slot = (WIDTH - LEFT - RIGHT) / len(daily.usd)

    def x(self, day: float) -> float:
        return LEFT + day * self.slot

    def y(self, usd: float) -> float:
        return TOP + (HEIGHT - TOP - BOTTOM) * (1 - usd / self.top)

    def guides(self, step: float) -> Iterator[str]:
        """Lines at round dollars."""
        for number in range(round(self.top / step) + 1):
            y = self.y(number * step)
            yield line(LEFT, y, WIDTH - RIGHT, y, self.theme["line"])
            said = spelled(number * step, 0 if step >= 1 else 2, self.daily.currency)
            yield text(LEFT - 8, y + 4.5, said, self.theme["muted"], anchor="end")

    def bars(self) -> Iterator[str]:
        """One a day; those of the high run stand out."""
        gap = min(2.0, self.slot * 0.2)
        for day, usd in enumerate(self.daily.usd):
            colour = self.theme["act" if self.is_high(day) else "quiet"]
            y = self.y(max(0, usd))
            yield rect(self.x(day) + gap / 2, y, self.slot - gap, self.y(0) - y, colour)

    def days(self) -> Iterator[str]:
        """The first day with its month, then every seventh, and the last."""
        count = len(self.daily.usd)
        last = count - 1
        for day in sorted({0, last, *(d for d in range(7, count, 7) if last - d >= 4)}):
            on = self.daily.first + timedelta(days=day)
            said = words.short_day(on) if day == 0 else f"{on.day}"
            x = LEFT if day == 0 else self.x(day + 0.5)
            anchor = "start" if day == 0 else "middle" if day < last else "end"
            x = WIDTH - RIGHT if anchor == "end" else x
            yield text(x, HEIGHT - 8, said, self.theme["muted"], anchor=anchor)

    def reference(self) -> Iterator[str]:
        """What a day cost before, on average; its words stand where no bar is behind them.

        Where they would run into the label, the month is shortened; a line without words is not
        drawn.
        """
        usd = self.daily.before
        if usd is None:
            return
        y = self.y(usd)
        dashes = line(LEFT, y, WIDTH - RIGHT, y, self.theme["ink"], dash="3 3")
        said = f"{self.daily.unit} {words.money(usd, self.daily.currency)} a day"
        covered = int(len(said) * LETTER / self.slot) + 1
        if max(self.daily.usd[-covered:]) < usd:
            yield dashes
            yield text(WIDTH - RIGHT, y - 6, said, self.theme["ink"], anchor="end")
            return
        places = [(one, self.beside_label(len(one) * LETTER)) for one in (said, shorter(said))]
        said, x = next((found for found in places if found[1] is not None), ("", None))
        if x is None:
            return
        yield dashes
        yield line(x - 22, 11, x - 5, 11, self.theme["ink"], dash="3 3")
        yield text(x, 15.5, said, self.theme["ink"])

    def beside_label(self, wide: float) -> float | None:
        """Where on the label's line so many units of words fit, with their dashes before them."""
        left, right = self.label_ends()
        if left >= right or right + GAP + DASHES + wide <= WIDTH - RIGHT:
            return WIDTH - RIGHT - wide
        return LEFT + DASHES if LEFT + DASHES + wide + GAP <= left else None

    def label_ends(self) -> tuple[float, float]:
        """From where to where the label reaches; nowhere without one."""
        high = self.daily.high
        if high is None:
            return 0, 0
        wide = len(f"{high.days} {high.excess}") * LETTER * 1.05
        left = min(max(self.x(high.first), LEFT), WIDTH - RIGHT - wide)
        return left, left + wide

    def label(self) -> Iterator[str]:
        """The days that ran high, above them."""
        high = self.daily.high
        if high is None:
            return
        said, x = f"{high.days} {high.excess}", self.label_ends()[0]
        yield text(x, 15.5, said, self.theme["act"], weight=600)

    def is_high(self, day: int) -> bool:
        high = self.daily.high
        return high is not None and high.first <= day <= high.last


def shorter(said: str) -> str:
    """With its month in three letters."""
    month, _, rest = said.partition(" ")
    return f"{month[:3]} {rest}" if month in words.MONTHS else said


def rect(x: float, y: float, width: float, height: float, colour: str) -> str:
    """A filled box."""
    where = f'x="{x:.2f}" y="{y:.2f}" width="{width:.2f}" height="{height:.2f}"'
    return f"<rect {where} fill={quoteattr(colour)}/>"


def line(x1: float, y1: float, x2: float, y2: float, colour: str, *, dash: str = "") -> str:
    """A thin line."""
    where = f'x1="{x1:.2f}" y1="{y1:.2f}" x2="{x2:.2f}" y2="{y2:.2f}"'
    dashed = f" stroke-dasharray={quoteattr(dash)}" if dash else ""
    return f'<line {where} stroke={quoteattr(colour)} stroke-width="1"{dashed}/>'


def text(
    x: float, y: float, said: str, colour: str, *, weight: int = 400, anchor: str = "start"
) -> str:
    """Words."""
    look = f'font-family="Inter" font-size="{SIZE}" font-weight="{weight}"'
    where = f'x="{x:.2f}" y="{y:.2f}" text-anchor="{anchor}"'
    return f"<text {where} {look} fill={quoteattr(colour)}>{escape(said)}</text>"
