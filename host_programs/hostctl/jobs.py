"""Long commands as systemd units: a lost connection neither stops nor doubles them."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any, Dict, List, Optional

from host_programs.contract.hostctl import HOSTCTL_FOLDER
from host_programs.hostctl import lock
from host_programs.hostctl.errors import HostctlError

if TYPE_CHECKING:
    from host_programs.hostctl.system import System

STEP_SECONDS = 0.2
LOOKS_BEFORE_DOUBT = 25


class Job:
    """One job by name; its files are in /var/lib/hostctl/jobs/NAME: argv, log, and the code it ended with."""

    def __init__(self, host: System, name: str) -> None:
        """Find the job `name`.

        Raises:
            HostctlError: the name would not do for a unit and a directory.
        """
        if not name or not all(letter.isalnum() or letter in "-_" for letter in name):
            raise HostctlError(f"job {name}", "is not a name", "use letters, digits, - and _")
        self.host = host
        self.name = name
        self.unit = f"hostctl-job-{name}.service"
        self.folder = f"{HOSTCTL_FOLDER}/jobs/{name}"

    def status(self) -> Dict[str, Any]:
        """never, running, finished (with its code) or lost (the host went down meanwhile)."""
        if self.host.read(f"{self.folder}/argv") is None:
            return {"job": self.name, "status": "never"}
        code = self._code()
        if code is not None:
            return {"job": self.name, "status": "finished", "code": code}
        return {"job": self.name, "status": "running" if self._is_running() else "lost"}

    def start_or_attach(self, argv: List[str]) -> None:
        """Start the command unless it is running.

        Raises:
            HostctlError: another command runs under this name.
        """
        self.host.make_dir(HOSTCTL_FOLDER, "0700")
        self.host.make_dir(self.folder, "0700")
        with lock.held(f"job {self.name}", path=self.host.real(f"{self.folder}/lock")):
            if self.status()["status"] == "running":
                if json.loads(self.host.read(f"{self.folder}/argv") or "[]") != argv:
                    raise HostctlError(
                        f"job {self.name}", "runs with another command", "wait for it, or stop its unit"
                    )
                return
            self._start(argv)

    def follow(self) -> int:
        """Print the log from its start until the job ends; return the job's exit code.

        The last words of one that failed are on stderr too: the log is long, and who ran it reports stderr.
        """
        offset = looks = 0
        unended, spoken = b"", ""
        while True:
            # The code is looked for first: what was written before it is printed below.
            code = self._code()
            text = self.host.read_bytes(f"{self.folder}/log", offset)
            offset += len(text)
            _show(text)
            *lines, unended = (unended + text).split(b"\n")
            spoken = _last_words(lines) or spoken
            if code is not None:
                if code:
                    spoken = _last_words([unended]) or spoken
                    sys.stderr.write(
                        (spoken or f"hostctl: job {self.name}: failed and printed nothing") + "\n"
                    )
                return code
            looks += 1
            # The unit may be gone without a result: the host was switched off, or the disk is full.
            if looks % LOOKS_BEFORE_DOUBT == 0 and not self._is_running() and self._code() is None:
                reason = "ended without a result"
                raise HostctlError(f"job {self.name}", reason, f"see journalctl -u {self.unit}")
            self.host.pause(STEP_SECONDS)

    def _start(self, argv: List[str]) -> None:
        for name in ("result", "log"):
            self.host.remove(f"{self.folder}/{name}")
        self.host.write(f"{self.folder}/argv", json.dumps(argv), "0600")
        self.host.write(f"{self.folder}/log", "", "0600")
        self.host.query(["systemctl", "reset-failed", self.unit])
        folder, result = self.folder, f"{self.folder}/result"
        # systemd writes the result, so that it is there however the command ended.
        stop = f"echo $$SERVICE_RESULT $$EXIT_CODE $$EXIT_STATUS >{result}.new && mv {result}.new {result}"
        self.host.run(
            [
                "systemd-run",
                f"--unit={self.unit}",
                f"--description=hostctl job {self.name}",
                "--collect",
                "--quiet",
                "-p",
                f"StandardOutput=append:{folder}/log",
                "-p",
                f"StandardError=append:{folder}/log",
                "-p",
                f"ExecStopPost=/bin/sh -c '{stop}'",
                "-p",
                "UMask=0077",
                "--",
                *argv,
            ],
            f"job {self.name}",
            seconds=60,
        )

    def _code(self) -> Optional[int]:
        words = (self.host.read(f"{self.folder}/result") or "").split()
        if not words:
            return None
        status = words[2] if len(words) > 2 else ""
        if len(words) > 1 and words[1] == "exited" and status.isdigit():
            return int(status)
        import signal  # noqa: PLC0415

        number = getattr(signal, f"SIG{status}", None)
        return 128 + int(number) if number is not None else 1

    def _is_running(self) -> bool:
        return self.host.query(["systemctl", "is-active", self.unit]).out.strip() in {
            "active",
            "activating",
            "deactivating",
            "reloading",
        }


def _last_words(lines: List[bytes]) -> str:
    """The last line for people, if there is one: a program's summary for others may come after it."""
    words = (line.decode("utf-8", "replace").strip() for line in reversed(lines))
    return next((line for line in words if line and not line.startswith("{")), "")


def _show(text: bytes) -> None:
    """Print; a reader who has gone does not matter to the job, but there is no point in following on."""
    try:
        sys.stdout.buffer.write(text)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        os._exit(0)
