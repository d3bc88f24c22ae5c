"""Wall time and memory of a program with everything that it starts."""

from __future__ import annotations

import resource
import subprocess
import threading
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

INTERVAL = 0.1
"""Seconds between two looks at the processes."""


@dataclass(frozen=True)
class Usage:
    """What a run took: seconds, processor seconds, the highest sum of resident memory (MiB), each process's own peak.

    Processor seconds are what to compare on a machine that does other work next to it.
    """

    seconds: float
    cpu: float
    peak: float
    by_process: dict[str, float]


def measure(words: Sequence[str], cwd: Path, environment: dict[str, str], log: Path) -> Usage:
    """Run a program to its end. Raises RuntimeError with the end of its output when it fails.

    Pages that processes share count once for each of them, so the sum errs on the high side.
    """
    started, worked = time.monotonic(), _cpu()
    with log.open("wb") as out:
        child = subprocess.Popen(words, cwd=cwd, env=environment, stdout=out, stderr=out)
        watch = _Watch(child.pid)
        watch.start()
        code = child.wait()
        seconds = time.monotonic() - started
        watch.ended.set()
        watch.join()
    if code:
        raise RuntimeError(f"{' '.join(words)}: exit {code}\n{log.read_text(errors='replace')[-3000:]}")
    own = {name: round(mib, 1) for name, mib in watch.own.items()}
    return Usage(round(seconds, 2), round(_cpu() - worked, 2), round(watch.peak, 1), own)


def _cpu() -> float:
    """Processor time of all that was started and has ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class _Watch(threading.Thread):
    def __init__(self, root: int) -> None:
        super().__init__(daemon=True)
        self.root = root
        self.ended = threading.Event()
        self.peak = 0.0
        self.own: dict[str, float] = defaultdict(float)

    def run(self) -> None:
        while not self.ended.wait(INTERVAL):
            now = [sample for pid in _tree(self.root) if (sample := _resident(pid))]
            self.peak = max(self.peak, sum(mib for _, mib in now))
            for name, mib in now:
                self.own[name] = max(self.own[name], mib)


def _tree(root: int) -> list[int]:
    children: dict[int, list[int]] = defaultdict(list)
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        children[int(fields[1])].append(int(path.parent.name))
    found, todo = [], [root]
    while todo:
        pid = todo.pop()
        found.append(pid)
        todo += children[pid]
    return found


def _resident(pid: int) -> tuple[str, float] | None:
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8", errors="replace")
        command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return None
    fields = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
    if "VmRSS" not in fields:
        return None
    words = [
        Path(word.decode(errors="replace")).name for word in command if word and not word.startswith(b"-")
    ]
    name = next((word for word in words if word.startswith("pulumi")), words[0] if words else "?")
    return name, int(fields["VmRSS"].split()[0]) / 1024
