"""All that is shipped, and the list of each: `python -m stacks.shipped FOLDER`."""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

from stacks import sbom
from stacks.bundling import BUNDLES, TARGETS


def main(folder: Path) -> None:
    """Write the zips as Lambda gets them, the list of each, and that of the wheel."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, bundle in BUNDLES.items():
        packed = folder / f"{name}.zip"
        bundle.write(packed, TARGETS["lambda"])
        with zipfile.ZipFile(packed) as made:
            (folder / f"{name}.cdx.json").write_bytes(made.read(sbom.NAME))
    (folder / "wheel.cdx.json").write_text(sbom.of_wheel(), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
