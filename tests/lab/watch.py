"""Which secrets show on command lines: the lab's hosts are processes of this machine, and so is all that runs on them.

It looks every tenth of a second, so it may miss a process that ends at once, and never names one that was not there.
"""

from __future__ import annotations

import collections
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

INTERVAL = 0.1
LOOKS = 3
"""Looks at a process: what it runs is not known before it has called exec."""


@contextmanager
def watching(secrets: Mapping[str, str]) -> Iterator[list[str]]:
    """While the block runs: whoever shows one of the secrets, by name. The list, `NAME: COMMAND LINE`, is filled when it ends."""
    found: list[str] = []
    watcher = subprocess.Popen(
        ["nice", "-n", "10", sys.executable, __file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert watcher.stdin
    assert watcher.stdout
    watcher.stdin.write(json.dumps(dict(secrets)) + "\n")
    watcher.stdin.flush()
    try:
        assert watcher.stdout.readline() == "watching\n"
        yield found
    finally:
        watcher.terminate()
        found += watcher.stdout.read().splitlines()
        watcher.wait()


def _watch() -> None:
    names = {value.encode(): name for name, value in json.loads(sys.stdin.readline()).items()}
    looks: collections.Counter[str] = collections.Counter()
    told = set()
    print("watching", flush=True)
    while True:
        processes = [*Path("/proc").glob("[0-9]*")]
        for gone in looks.keys() - {process.name for process in processes}:
            del looks[gone]  # another process may get its number
        for process in processes:
            if looks[process.name] >= LOOKS:
                continue
            looks[process.name] += 1
            try:
                line = (process / "cmdline").read_bytes()
            except OSError:
                continue
            for value in filter(line.__contains__, names):
                words = line.replace(value, b"***").replace(b"\0", b" ").decode(errors="replace")
                if (value, words) not in told:
                    told.add((value, words))
                    print(f"{names[value]}: {' '.join(words.split())}", flush=True)
        time.sleep(INTERVAL)


if __name__ == "__main__":
    _watch()
