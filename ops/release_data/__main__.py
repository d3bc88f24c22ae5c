"""`make release-data`: writes config/release_map/data/ from the published kolla-ansible packages."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from config.release_map import DATA, known, pinned
from ops.release_data.document import document, text
from ops.release_data.package import PackageError, download, find


def main(argv: Sequence[str] | None = None) -> int:
    """The command; returns its exit code: 1 when data are out of date or cannot be made."""
    parser = argparse.ArgumentParser(prog="python -m ops.release_data", description=__doc__)
    parser.add_argument("series", nargs="*", help="releases; all of releases.yaml when none is named")
    parser.add_argument("--packages", type=Path, help="a folder of wheels to read instead of downloading them")
    parser.add_argument("--output", type=Path, default=DATA, help="folder of the data files")
    parser.add_argument("--check", action="store_true", help="write nothing; fail when a file would change")
    options = parser.parse_args(argv)
    unknown = [series for series in options.series if series not in known()]
    if unknown:
        parser.error(f"no such release in config/release_map/releases.yaml: {', '.join(unknown)}")
    try:
        stale = [
            series
            for series in options.series or known()
            if _renew(series, options.packages, options.output, write=not options.check)
        ]
    except PackageError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if stale and options.check:
        sys.stderr.write(f"out of date: {', '.join(stale)}; run `make release-data` and review the diff\n")
        return 1
    sys.stdout.write(f"{'changed: ' + ', '.join(stale) if stale else 'nothing changed'}\n")
    return 0


def _renew(series: str, packages: Path | None, output: Path, *, write: bool) -> bool:
    """Whether the release's file differs from what its package says; the file is written if asked."""
    version = pinned()[series]
    with tempfile.TemporaryDirectory(prefix="kolla-ansible-") as scratch:
        package = find(version, packages) if packages else download(version, Path(scratch))
        new = text(document(package, series))
    path = output / f"{series}.json"
    old = path.read_text(encoding="utf-8") if path.exists() else ""
    if write and new != old:
        path.write_text(new, encoding="utf-8")
    return new != old


if __name__ == "__main__":
    sys.exit(main())
