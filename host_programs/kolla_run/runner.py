"""One run of Ansible: its environment, its events, and the verdict on it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple

from host_programs.kolla_run import process
from host_programs.kolla_run.censor import Censor
from host_programs.kolla_run.dialect import environment
from host_programs.kolla_run.errors import RunError
from host_programs.kolla_run.events import Event, Verdict, judge
from host_programs.kolla_run.paths import Paths

Execute = Callable[..., process.Ended]


class FailedError(RunError):
    """A run ended badly: hosts failed, or Ansible itself. Every host's line has been told already."""

    def __init__(self, what: str, verdict: Verdict, seconds: float) -> None:
        """Keep the verdict's summary for the last line."""
        super().__init__(what, verdict.reason(), code=verdict.code)
        self.summary = verdict.summary(what, seconds)


class Judged(NamedTuple):
    """A run that went well."""

    verdict: Verdict
    events: list[Event]


class Runner(NamedTuple):
    """What all runs on a deploy host have in common."""

    series: str
    paths: Paths
    clean: Censor
    user: str
    """Who runs Ansible."""
    tell: process.Say
    execute: Execute

    def run(
        self, what: str, log: str, argv: list[str], scratch: str = "", tell: process.Say | None = None
    ) -> Judged:
        """Run it to its end.

        Args:
            what: it is, for the error.
            log: name of the file with its events.
            argv: the command.
            scratch: folder below which configuration is written; "": where containers read it.
            tell: takes its lines; None: as those of any other run.

        Raises:
            FailedError: hosts failed, or Ansible itself.
        """
        tell = tell or self.tell
        start = time.monotonic()
        ended = self.execute(
            argv,
            environment(self.series, self.paths, scratch),
            self.clean,
            f"{self.paths.state}/events/{log}.jsonl",
            tell,
            self.user,
        )
        verdict = judge(ended.events, ended.code, ended.output)
        if not verdict.ok:
            for line in verdict.problems:
                tell(line)
            raise FailedError(what, verdict, time.monotonic() - start)
        return Judged(verdict, ended.events)
