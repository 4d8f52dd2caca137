"""What the parameters of a call may be: a permit's shape, matched just before the call is sent.

A shape is a type (`str`), a pattern (a string, matched whole), a choice (a set), a list of one shape
for every element, or a mapping from the names that may occur to the shapes of their values.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any


def misfit(shape: Any, value: Any, where: str = "") -> str:
    """Why a value does not have a shape, as a sentence; nothing where it has."""
    name = where or "the call"
    if isinstance(shape, type):
        fits = isinstance(value, shape) and (shape is bool or not isinstance(value, bool))
        return "" if fits else f"{name} is no {shape.__name__}"
    if isinstance(shape, str):
        fits = isinstance(value, str) and re.fullmatch(shape, value, re.DOTALL) is not None
        return "" if fits else f"{name} is {value!r}, which this fix never sends"
    if isinstance(shape, frozenset):
        fits = any(value is one or (type(value) is type(one) and value == one) for one in shape)
        return "" if fits else f"{name} is {value!r}, which this fix never sends"
    if isinstance(shape, list):
        if not isinstance(value, list | tuple):
            return f"{name} is no list"
        found = (misfit(shape[0], one, f"{name}[]") for one in value)
        return next(filter(None, found), "")
    return _misfit_of_mapping(shape, value, where)


def _misfit_of_mapping(shape: Mapping[str, Any], value: Any, where: str) -> str:
    if not isinstance(value, Mapping):
        return f"{where or 'the call'} is no mapping"
    for name, inner in value.items():
        path = f"{where}.{name}" if where else str(name)
        expected = shape.get(name, shape.get("*"))
        if expected is None:
            return f"{path} is a parameter this fix never sends"
        if why := misfit(expected, inner, path):
            return why
    return ""
