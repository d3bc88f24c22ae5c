"""The agent that can be had here: vlagent, which follows files and keeps on disk what the store has not taken."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.log_store.store import USER, Store, await_that, spawn


@dataclass
class Agent:
    """One on a host; what it read and what it could not send yet outlives it."""

    binary: Path
    folder: Path
    """Its own: buffer, read positions, password."""
    logs: Path
    """Its host's logs, `SERVICE/*.log`."""
    _process: subprocess.Popen[bytes] | None = None

    @property
    def _log(self) -> Path:
        return self.folder / "agent.log"

    def start(self, store: Store, password: str, ca: Path) -> None:
        """Start it with a login and a CA that it is to trust."""
        self.folder.mkdir(exist_ok=True)
        secret = self.folder / "password"
        secret.touch(0o600)
        secret.write_text(password)
        self._log.write_text("")
        argv = (
            str(self.binary),
            "-httpListenAddr=",
            f"-tmpDataPath={self.folder / 'buffer'}",
            f"-fileCollector.glob={self.logs}/*/*.log",
            "-fileCollector.refreshInterval=1s",
            f"-remoteWrite.url={store.url}/insert/native",
            f"-remoteWrite.basicAuth.username={USER}",
            f"-remoteWrite.basicAuth.passwordFile={secret}",
            f"-remoteWrite.tlsCAFile={ca}",
            "-remoteWrite.flushInterval=200ms",
            "-remoteWrite.retryMinInterval=200ms",
            "-remoteWrite.retryMaxTime=1s",
            "-remoteWrite.queues=1",
            "-memory.allowedBytes=64MiB",
        )
        self._process = spawn(argv, self._log)

    def await_refusal(self, reason: str) -> None:
        """Wait until it has tried to send, and said why it could not."""
        assert self._process is not None
        await_that(
            "the agent",
            lambda: "" if reason in self._log.read_text() else f"does not say {reason}",
            self._process,
            self._log,
        )

    def stop(self) -> None:
        """As its service manager does."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(20)
            finally:
                self._process.kill()
                self._process.wait()
                self._process = None
