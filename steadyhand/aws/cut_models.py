"""The cut service models: read before botocore's own, by a botocore that fits them.

On Lambda it is the runtime's. It is not shipped: the runtime's is compiled already, and ours would have to be at every cold start.
"""

from __future__ import annotations

import json
from pathlib import Path

import botocore
from botocore.loaders import Loader, instance_cache

CUT_BY = "cut-by.json"
"""Which botocore the models are of, beside them."""

OLDEST = (1, 43)
"""The oldest botocore that the models, and our use of its insides, are tried with."""


def fits(folder: str) -> None:
    """Raise where this botocore, the runtime's, is none that models in a folder were tried with.

    It is asked at every start: what does not fit must not start, rather than misread an answer.
    """
    written = Path(folder, CUT_BY)
    cut_by = json.loads(written.read_text())["botocore"] if written.is_file() else ""
    here = botocore.__version__
    if numbers(here) < OLDEST or numbers(here)[0] != numbers(cut_by or here)[0]:
        raise RuntimeError(
            f"botocore {here} is here; the service models are of {cut_by or 'unknown'} and need"
            f" {'.'.join(map(str, OLDEST))} or newer, of the same major version: deploy with a"
            " newer Lambda runtime"
        )


def numbers(version: str) -> tuple[int, ...]:
    """Major and minor: "1.43.106" → (1, 43)."""
    return tuple(int(part) for part in version.split(".")[:2])


class CutFirst(Loader):
    """Reads cut-down service models before botocore's own, which serve where nothing was cut.

    It takes a folder for a service. botocore looks into each of its hundreds of folders, three
    times over, before it makes its first client.
    """

    def __init__(self, folder: str) -> None:
        super().__init__([folder])

    def is_builtin_path(self, path: str) -> bool:
        """Its list of endpoints is botocore's, only shorter: the rules say where calls go."""
        del path
        return True

    @instance_cache
    def list_available_services(self, type_name: str) -> list[str]:
        """The names of all folders, whatever is in them."""
        del type_name
        places = [place for place in map(Path, self.search_paths) if place.is_dir()]
        return sorted({folder.name for place in places for folder in place.iterdir()})
