"""Brings the load balancers the CAs and CRLs by which they judge clients' certificates: a host has the new one, or the old."""

from __future__ import annotations

import hashlib
import os
from typing import Any

from host_programs.contract.edge_tls import EdgeSettings, EdgeTrusted
from host_programs.edge_tls.errors import EdgeError
from host_programs.edge_tls.on_host import NEW
from host_programs.edge_tls.reach import Ask
from host_programs.edge_tls.source import joined
from host_programs.errors import OperatorError
from host_programs.vault_api import AnsweredError, Api

_CALLED = {"ca-file": "ca", "crl-file": "crl"}
"""What a PKI engine calls them."""
_MODE = 0o644
"""They are no secret, and HAProxy reads them as a user of its own."""


def bring(settings: EdgeSettings, ask: Ask) -> str:
    """To every host that lacks it; says what it did, a line for each file.

    Args:
        settings: which files, and where.
        ask: does a step on a host.

    Raises:
        EdgeError: a host has not what it should have; the others are seen to all the same.
    """
    done: list[str] = []
    failed: list[str] = []
    for trusted in settings["trusted"]:
        try:
            _refresh(trusted)
        except OperatorError as error:
            # The old one serves until it ends.
            failed.append(f"{trusted['name']}: {error}")
        if trusted["source"] and not os.path.exists(trusted["kept"]):
            continue
        pem = _kept(trusted["kept"])
        brought: list[str] = []
        for host in settings["hosts"]:
            try:
                if _bring(settings, trusted, pem, host, ask):
                    brought.append(host)
            except OperatorError as error:
                failed.append(f"{trusted['name']}: {error}")
        done.append(f"{trusted['name']}: {'brought to ' + ', '.join(brought) if brought else 'valid'}")
    if failed:
        raise EdgeError("clients", "; ".join(failed))
    return "\n".join(done)


def _bring(settings: EdgeSettings, trusted: EdgeTrusted, pem: str, host: str, ask: Ask) -> bool:
    """False: the host has it."""

    def step(name: str) -> dict[str, Any]:
        request = {"step": name, "files": [trusted["file"]], "first": True, "mode": _MODE, "pem": pem}
        answer = ask(
            host,
            {**request, "kind": trusted["kind"], "loaded": trusted["file"], "socket": settings["socket"]},
        )
        if answer is None:
            raise EdgeError(host, "cannot be reached", "run it again")
        return answer

    if step("look")["found"][trusted["file"]] == hashlib.sha256(pem.encode()).hexdigest():
        return False
    # What a killed run has left must not be taken for what to go back to.
    step("keep")
    step("stage")
    try:
        step("use")
    except OperatorError:
        step("restore")
        raise
    step("keep")
    return True


def _refresh(trusted: EdgeTrusted) -> None:
    """Take the present one from the vault. A node that does not answer, or is sealed, is passed over for the next."""
    source = trusted["source"]
    if source is None:
        return
    path = f"{source['engine']}/cert/{_CALLED[trusted['kind']]}"
    reasons: list[str] = []
    for url in source["nodes"]:
        try:
            found = Api(url, source["ca"]).get(path)
        except AnsweredError as error:
            reasons.append(f"{url}: {error}")
        except OperatorError as error:
            reasons.append(str(error))
        else:
            if found is None:
                raise EdgeError(f"vault {url}", f"has no {path}", "run pulumi up, which declares it")
            _replace(trusted["kept"], joined(found["data"]["certificate"]))
            return
    raise EdgeError("vault", "; ".join(reasons) or "has no nodes", "unseal it, or start it; docs/vault.md")


def _replace(path: str, text: str) -> None:
    staged = path + NEW
    with open(staged, "w", encoding="utf-8") as file:
        os.fchmod(file.fileno(), _MODE)
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.rename(staged, path)


def _kept(path: str) -> str:
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except OSError as error:
        raise EdgeError(path, error.strerror or "cannot be read", "run pulumi up, which writes it") from None
