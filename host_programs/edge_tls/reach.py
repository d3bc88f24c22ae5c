"""Asks hosts to do a step of `on_host`: its text and the request go through stdin, so a key is in no command line."""

from __future__ import annotations

import json
import pkgutil
import subprocess
from typing import Any, Callable, Dict, Optional

from host_programs.contract.edge_tls import EdgeSettings
from host_programs.edge_tls import on_host
from host_programs.edge_tls.errors import EdgeError

SECONDS = 120
_AWAY = 255
"""ssh's exit code where the host cannot be reached; and then nothing was done there."""
_RUN = "import sys; exec(compile(sys.stdin.readline().encode().decode('unicode_escape'), 'on_host', 'exec'))"

Answer = Dict[str, Any]
Ask = Callable[[str, Answer], Optional[Answer]]
"""What a host answers to a request; None: it cannot be reached. Raises EdgeError where it could not do it."""


class Hosts:
    """The hosts with a load balancer; the deploy host itself is `HERE`."""

    HERE = ""

    def __init__(self, settings: EdgeSettings) -> None:
        self._settings = settings
        text = pkgutil.get_data(__package__ or "", "on_host.py") or b""
        # One line, which is read before the request that follows it.
        self._program = text.decode().encode("unicode_escape").decode() + "\n"

    def ask(self, host: str, request: Answer) -> Answer | None:
        """See Ask."""
        found = on_host.answer(request) if host == self.HERE else self._remote(host, request)
        if found and found.get("error"):
            raise EdgeError(host or "the deploy host", str(found["error"]))
        return found

    def _remote(self, host: str, request: Answer) -> Answer | None:
        command = f'{self._settings["become"]} /usr/bin/python3 -IS -c "{_RUN}"'.strip()
        argv = [*self._settings["reach"], host, command]
        try:
            done = subprocess.run(
                argv,
                input=self._program + json.dumps(request),
                capture_output=True,
                text=True,
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise EdgeError(host, f"no answer within {SECONDS} s") from None
        if done.returncode == _AWAY:
            return None
        if done.returncode:
            raise EdgeError(host, (done.stderr.strip().splitlines() or [f"exit {done.returncode}"])[-1])
        answer: Answer = json.loads(done.stdout)
        return answer
