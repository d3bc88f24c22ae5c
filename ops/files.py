"""Files that hold secrets."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def save_file(path: Path, text: str) -> None:
    """Replace the file in one step; it is 0600 from its first byte."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(text)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
