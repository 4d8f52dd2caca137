"""How money is written: in the bill's own currency, and so that columns add up as they are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor

MINUS = "−"
DOLLARS = "USD"
SYMBOLS = {DOLLARS: "$"}
"""Other currencies are written with their code, since "¥" is two of them and "$" a dozen."""
SMALL = 9.995
"""Below this, hundredths are shown."""

NONE = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
THREE = "BHD IQD JOD KWD LYD OMR TND"
DECIMALS = dict.fromkeys(NONE.split(), 0) | dict.fromkeys(THREE.split(), 3)
"""Minor units that are not hundredths: ISO 4217:2015, list one, as of 1 January 2026."""


def decimals_of(currency: str) -> int:
    """How many decimals a currency has."""
    return DECIMALS.get(currency, 2)


def grain(currency: str, *amounts: float) -> int:
    """How many decimals amounts are shown with that stand together: none if one is ten or more."""
    return decimals_of(currency) if all(abs(one) < SMALL for one in amounts) else 0


def money(amount: float, currency: str = DOLLARS) -> str:
    """A sum, hundredths only below ten: "$4,212", "$2.41", "CNY 1,000", "JPY 3"."""
    return spelled(amount, grain(currency, amount), currency)


def moved(amount: float, currency: str = DOLLARS) -> str:
    """A difference with its sign: "−$318", "+$96", "±$0"."""
    return signed(amount, grain(currency, amount), currency)


def spelled(amount: float, decimals: int, currency: str = DOLLARS) -> str:
    """A sum with so many decimals. What rounds to nothing is a plain zero, and never minus."""
    size = f"{abs(amount):,.{decimals}f}"
    is_zero = not any(one in "123456789" for one in size)
    shown = SYMBOLS.get(currency, f"{currency} ") + ("0" if is_zero else size)
    return MINUS + shown if amount < 0 and not is_zero else shown


def signed(amount: float, decimals: int, currency: str = DOLLARS) -> str:
    """A difference with so many decimals and its sign."""
    shown = spelled(abs(amount), decimals, currency)
    sign = "±" if shown == spelled(0, decimals, currency) else "+" if amount > 0 else MINUS
    return sign + shown


def shares(parts: Sequence[float], total: float, decimals: int) -> list[float]:
    """The parts, each rounded, so that they add up to the total as it is rounded.

    The method of the largest remainder: each is rounded down, and what is missing goes, one unit
    each, to those that lost most. Where the parts do not add up to the total in the first place,
    each that is not nothing bears the same number of units of it.
    """
    unit: int = 10**decimals
    low = [floor(one * unit) for one in parts]
    some = [at for at, one in enumerate(parts) if one] or list(range(len(parts)))
    by_loss = sorted(some, key=lambda at: (low[at] - parts[at] * unit, at))
    each, rest = divmod(round(round(total, decimals) * unit) - sum(low), len(some) or 1)
    for place, at in enumerate(by_loss):
        low[at] += each + (1 if place < rest else 0)
    return [one / unit for one in low]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """Amounts that stand below each other, with their sum, as they are read."""

    parts: tuple[str, ...]
    total: str


def column(parts: Sequence[float], currency: str = DOLLARS, total: float | None = None) -> Column:
    """Amounts and their sum, all with as many decimals. `total` is their sum, where it is known."""
    whole = sum(parts) if total is None else total
    decimals = grain(currency, whole, *parts)
    return Column(
        parts=tuple(spelled(one, decimals, currency) for one in shares(parts, whole, decimals)),
        total=spelled(round(whole, decimals), decimals, currency),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The bill, the one before and what lies between as they are read: they add up.

    All that stands with them has as many decimals.
    """

    total: float
    before: float
    decimals: int
    currency: str

    @classmethod
    def of(cls, currency: str, total: float, before: float) -> Reading:
        """With hundredths only where neither is ten or more."""
        decimals = grain(currency, total, before)
        return cls(
            total=round(total, decimals) + 0.0,
            before=round(before, decimals) + 0.0,
            decimals=decimals,
            currency=currency,
        )

    @property
    def change(self) -> float:
        """What was read, less what was read before."""
        return round(self.total - self.before, self.decimals)

    def money(self, amount: float) -> str:
        """A sum among them."""
        return spelled(amount, self.decimals, self.currency)

    def moved(self, amount: float) -> str:
        """A difference among them."""
        return signed(amount, self.decimals, self.currency)
