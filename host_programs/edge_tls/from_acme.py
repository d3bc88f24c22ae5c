"""Certificates from an ACME server (RFC 8555), by lego, which Kolla-Ansible uses too.

Its questions (http-01) need no answer from here: the load balancers answer each of them with the thumbprint of the
account's key. What lego puts into a folder for a web server is read by nobody.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Sequence
from urllib.parse import urlsplit

from host_programs.contract.edge_tls import EdgeAcme
from host_programs.edge_tls.errors import EdgeError
from host_programs.edge_tls.source import joined

SECONDS = 600
"""Deadline of one certificate; lego itself waits for a validation for eight minutes at most."""
_PROBLEM = re.compile(r"urn:ietf:params:acme:error:(\w+) :: (.+?)(?:, url: \S*)?$", re.MULTILINE)
_TIME = re.compile(r"^[\d/]+ [\d:]+ ")
_FIXES = {
    "connection": "its name must resolve to the external VIP, and port 80 there must be open to the ACME server",
    "dns": "its name must be in the DNS that the ACME server asks",
    "unauthorized": "the load balancers have the thumbprint of another account: run pulumi up",
    "rateLimited": "nothing; the next run asks again",
}


class AcmeSource:
    """An ACME server, asked in the name of one account, which is registered where it is not yet."""

    asks_back = True

    def __init__(self, settings: EdgeAcme) -> None:
        self._settings = settings

    def issue(self, names: Sequence[str]) -> str:
        """See Source. The key of each certificate is a new one; nothing is left on disk."""
        with tempfile.TemporaryDirectory(prefix="edge-tls-") as folder:
            self._lend_key(folder)
            self._ask(folder, names)
            made = os.path.join(folder, "certificates", names[0])
            return joined(_text(f"{made}.crt"), _text(f"{made}.key"))

    def _lend_key(self, folder: str) -> None:
        """The account's key, where lego looks for it; without one, lego would make another account."""
        key, email = self._settings["key"], self._settings["email"]
        if not os.path.exists(key):
            raise EdgeError(key, "is missing", "run pulumi up, which writes it")
        server = urlsplit(self._settings["directory"]).netloc.replace(":", "_")
        keys = os.path.join(folder, "accounts", server, email, "keys")
        os.makedirs(keys)
        os.symlink(os.path.abspath(key), os.path.join(keys, f"{email}.key"))

    def _ask(self, folder: str, names: Sequence[str]) -> None:
        about = {"server": self._settings["directory"], "email": self._settings["email"], "path": folder}
        domains = [f"--domains={name}" for name in names]
        answers = ["--http", f"--http.webroot={folder}"]
        options = [f"--{name}={value}" for name, value in about.items()]
        argv = [self._settings["client"], "--accept-tos", *options, *answers, *domains, "run"]
        trusted = {"LEGO_CA_CERTIFICATES": self._settings["ca"]} if self._settings["ca"] else {}
        server = f"ACME server {self._settings['directory']}"
        try:
            done = subprocess.run(
                argv,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=SECONDS,
                check=False,
                env={**os.environ, **trusted},
            )
        except FileNotFoundError:
            raise EdgeError(argv[0], "is not there", "run pulumi up, which installs it") from None
        except subprocess.TimeoutExpired:
            raise EdgeError(
                server, f"no certificate within {SECONDS} s", "nothing; the next run asks again"
            ) from None
        if done.returncode:
            raise EdgeError(server, *_reason(done.stdout + done.stderr))


def _reason(said: str) -> tuple[str, str]:
    """What went wrong, in the server's own words if it said so, and what to do about it."""
    problems = _PROBLEM.findall(said)
    if problems:
        kind, detail = problems[-1]
        return f"refused: {kind}: {detail.rstrip(', ')}", _FIXES.get(kind, "")
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return _TIME.sub("", (lines or ["lego failed without a message"])[-1]), ""


def _text(path: str) -> str:
    with open(path, encoding="utf-8") as file:
        return file.read()
