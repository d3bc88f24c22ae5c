"""What the engine costs by hosts: preview of the real program, and an `up` against the stand-in."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench import simulated
from bench.process_tree import Usage, measure
from config.stack_file.frame import read_stack_file
from ops import stack

PORT = 22022
STACK = "simulated"


class Engine:
    """Runs pulumi on simulated stacks, with a backend of its own in `folder`."""

    def __init__(self, folder: Path, source: Path) -> None:
        self.folder = folder
        self.source = read_stack_file(source)[1]
        (folder / "engine").mkdir()
        self.environment = {
            **stack.environment(),
            "PULUMI_BACKEND_URL": f"file://{folder / 'engine'}",
            "PULUMI_CONFIG_PASSPHRASE": "bench",
            "PULUMI_DIY_BACKEND_GZIP": "true",
        }

    def preview(self, count: int, repeats: int) -> dict[str, Any]:
        """Preview of a new stack of so many hosts: median seconds and peak memory."""
        file, _ = self._stack(count)
        runs = [self._run("preview", file, count) for _ in range(repeats)]
        return {"hosts": count, "repeats": repeats, **_middle(runs)}

    def up(self, count: int) -> dict[str, Any]:
        """A first `up`, a second one and the size of the state, against the stand-in."""
        file, keys = self._stack(count)
        with self._stand_in(keys):
            # As an operator does it: a large cloud's first `up` does its hosts first.
            first = self._run("up", file, count, "--yes")
            second = self._run("up", file, count, "--yes", "--expect-no-changes")
        export = self._pulumi("stack", "export", "--stack", STACK)
        resources = len(json.loads(export)["deployment"]["resources"])
        on_disk = sum(
            path.stat().st_size
            for path in self.folder.glob(f"engine/.pulumi/stacks/*/{STACK}.json*")
            if path.suffix in {".gz", ".json"}
        )
        return {
            "hosts": count,
            "resources": resources,
            "first": _middle([first]),
            "second": _middle([second]),
            "state_bytes": len(export.encode()),
            "state_bytes_on_disk": on_disk,
        }

    def _stack(self, count: int) -> tuple[Path, dict[str, str]]:
        values, keys = simulated.fields(self.source, count, PORT, self.folder)
        file = self.folder / f"Pulumi.simulated-{count}.yaml"
        file.write_text(simulated.stack_text(values), encoding="utf-8")
        self._pulumi("stack", "rm", STACK, "--force", "--yes", may_fail=True)
        # `stack init` writes a salt to a stack file next to Pulumi.yaml, whatever file is used later.
        stray = stack.ROOT / f"Pulumi.{STACK}.yaml"
        try:
            self._pulumi("stack", "init", STACK, "--no-select")
        finally:
            stray.unlink(missing_ok=True)
        return file, keys

    def _run(self, command: str, file: Path, count: int, *more: str) -> Usage:
        where = ["--stack", STACK, "--config-file", str(file)]
        log = self.folder / f"{command}-{count}.log"
        if command == "preview":
            words = [stack.pulumi(), command, *where, "--non-interactive", "--suppress-outputs"]
        else:
            words = [sys.executable, "-m", "ops.run", command, *where]
        usage = measure([*words, *more], stack.ROOT, self.environment, log)
        sys.stderr.write(
            f"{command}, {count} hosts: {usage.seconds:.1f} s, of the processor {usage.cpu:.1f} s, {usage.peak:.0f} MiB\n"
        )
        return usage

    def _pulumi(self, *words: str, may_fail: bool = False) -> str:
        done = subprocess.run(
            [stack.pulumi(), *words, "--non-interactive"],
            cwd=stack.ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode and not may_fail:
            raise RuntimeError(f"pulumi {' '.join(words)}: {done.stderr.strip()}")
        return done.stdout

    @contextmanager
    def _stand_in(self, keys: dict[str, str]) -> Iterator[None]:
        file = self.folder / "stand-in.json"
        file.touch(mode=0o600)
        file.write_text(json.dumps(keys), encoding="utf-8")
        words = [sys.executable, "-m", "bench.stand_in", str(file), str(PORT)]
        with subprocess.Popen(
            words, cwd=stack.ROOT, env=dict(os.environ), stdout=subprocess.PIPE, text=True
        ) as child:
            try:
                if child.stdout is None or child.stdout.readline() != "ready\n":
                    raise RuntimeError("the stand-in did not start")
                yield
            finally:
                child.terminate()


def _middle(runs: Sequence[Usage]) -> dict[str, Any]:
    chosen = sorted(runs, key=lambda usage: usage.seconds)[len(runs) // 2]
    return {
        "seconds": statistics.median(usage.seconds for usage in runs),
        "cpu_seconds": statistics.median(usage.cpu for usage in runs),
        "peak_mib": statistics.median(usage.peak for usage in runs),
        "by_process_mib": chosen.by_process,
    }
