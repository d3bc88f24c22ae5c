"""`make bench`: this program compared with Ansible and pyinfra on the lab's hosts, and the engine by hosts."""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ops import stack

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results.json"
PAGE = HERE.parent / "docs" / "performance.md"


def contest(options: argparse.Namespace, folder: Path) -> tuple[dict[str, Any], dict[str, str]]:
    """The comparison on real hosts, and the peers' versions."""
    from bench import contest as race  # noqa: PLC0415  # the engine's part needs none of this
    from bench import fleet, tools  # noqa: PLC0415
    from host_programs import bundle  # noqa: PLC0415

    program = bundle.pack("hostctl", folder).path
    hosts = fleet.assemble(stack.load(options.stack, options.config_file), folder)
    lined_up = race.lineup(hosts, options.stack, options.config_file, program)
    seconds = race.rounds(hosts, lined_up, options.rounds)
    found = {"hosts": len(hosts.targets), "rounds": options.rounds, "seconds": seconds}
    return found, tools.versions(tools.peers())


def engine(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """The engine's costs."""
    from bench.engine import Engine  # noqa: PLC0415

    runs = Engine(folder, stack.stack_file(options.stack, options.config_file))
    return {
        "preview": [runs.preview(count, options.rounds) for count in options.hosts],
        "up": [runs.up(count) for count in options.up_hosts],
    }


def machine() -> dict[str, Any]:
    """What it ran on."""
    info = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    memory = Path("/proc/meminfo").read_text(encoding="utf-8")
    model, total = re.search(r"model name\s*: (.*)", info), re.search(r"MemTotal:\s*(\d+)", memory)
    return {
        "cores": os.cpu_count(),
        "cpu": model[1] if model else platform.machine(),
        "memory_gib": round(int(total[1]) / 2**20) if total else 0,
        "kernel": platform.release(),
    }


def numbers(text: str) -> list[int]:
    """`12,100` as numbers."""
    return [int(word) for word in text.split(",") if word]


def main() -> int:
    """The command; 1 when a run failed, never because of a figure."""
    from bench import report  # noqa: PLC0415

    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--stack", default="lab")
    parser.add_argument("--config-file", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=("contest", "engine"))
    parser.add_argument("--hosts", type=numbers, default=[12, 100, 1000], help="sizes to preview")
    parser.add_argument(
        "--up-hosts", type=numbers, default=[12, 100, 1000], help="sizes to bring up on the stand-in"
    )
    options = parser.parse_args()
    before = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.is_file() else {}
    results: dict[str, Any] = {**before, "machine": machine()}
    today = {"date": f"{datetime.now(UTC):%Y-%m-%d}"}
    versions = results.setdefault("versions", {})
    versions["pulumi"] = (
        subprocess.run(
            [stack.pulumi(), "version"], check=True, capture_output=True, text=True, env=stack.environment()
        )
        .stdout.strip()
        .removeprefix("v")
    )
    try:
        with tempfile.TemporaryDirectory(prefix="bench-") as place:
            if options.only != "engine":
                found, more = contest(options, Path(place))
                results["contest"] = {**today, **found}
                versions.update(more)
            if options.only != "contest":
                results["engine"] = {**today, **engine(options, Path(place))}
    except (stack.StackError, RuntimeError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    RESULTS.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    report.write(PAGE, results)
    sys.stdout.write(report.tables(results) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
