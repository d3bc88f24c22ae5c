"""Renews a certificate on all hosts or on none."""

from __future__ import annotations

import hashlib
import time
from typing import Any

from host_programs.contract.edge_tls import EdgeCertificate, EdgeSettings
from host_programs.edge_tls.errors import EdgeError
from host_programs.edge_tls.examine import examined
from host_programs.edge_tls.on_host import NEW
from host_programs.edge_tls.plan import Life, due, lacks
from host_programs.edge_tls.reach import Ask, Hosts
from host_programs.edge_tls.source import Source
from host_programs.errors import ToldError


def renew(settings: EdgeSettings, source: Source, ask: Ask, *, force: bool = False) -> str:
    """Bring every certificate about; says what it did, a line for each.

    Args:
        settings: which certificates, and where.
        source: issues them.
        ask: does a step on a host.
        force: also those that are not due.

    Raises:
        EdgeError: at least one is not what it should be everywhere; the others are seen to all the same.
    """
    done: list[str] = []
    failed: list[str] = []
    for certificate in settings["certificates"]:
        try:
            done.append(f"{certificate['name']}: {_one(settings, certificate, source, ask, force)}")
        except ToldError as error:
            failed.append(f"{certificate['name']}: {error}")
    if failed:
        raise EdgeError("certificates", "; ".join([*failed, *done]))
    return "\n".join(done)


def _one(settings: EdgeSettings, certificate: EdgeCertificate, source: Source, ask: Ask, force: bool) -> str:
    life, reason = _present(settings, certificate)
    why = due(life, reason, time.time()) or ("asked for" if force else "")
    hosts, away = _found(settings, certificate, ask)
    if not why:
        with open(certificate["kept"], encoding="utf-8") as file:
            pem = file.read()
        behind = [host for host in hosts if lacks(hosts[host], _checksum(pem))]
        if behind:
            _deliver(certificate, pem, behind, settings, ask)
        said = f"valid, brought to {', '.join(behind)}" if behind else "valid"
    else:
        pem = source.issue(certificate["names"])
        there = [host for host in hosts if any(hosts[host].values())]
        _deliver(certificate, pem, [Hosts.HERE, *there], settings, ask)
        said = f"renewed ({why})"
    if away:
        raise EdgeError(", ".join(away), f"cannot be reached; {said} everywhere else", "run it again")
    return said


def _present(settings: EdgeSettings, certificate: EdgeCertificate) -> tuple[Life | None, str]:
    """The life of the present certificate, or why it cannot serve."""
    try:
        return examined(certificate["kept"], settings["ca"], certificate["names"]), ""
    except EdgeError as error:
        return None, error.reason


def _found(
    settings: EdgeSettings, certificate: EdgeCertificate, ask: Ask
) -> tuple[dict[str, dict[str, str | None]], list[str]]:
    """What each host has, and the hosts that cannot be reached."""
    answers = {host: ask(host, _step("look", certificate, settings)) for host in settings["hosts"]}
    there = {host: answer["found"] for host, answer in answers.items() if answer is not None}
    return there, [host for host in answers if host not in there]


def _deliver(
    certificate: EdgeCertificate, pem: str, hosts: list[str], settings: EdgeSettings, ask: Ask
) -> None:
    """To all of the hosts, or to none: nothing is used anywhere before it is staged, and found good, everywhere."""

    def every(step: str, among: list[str]) -> None:
        for host in among:
            request = {**_step(step, certificate, settings, here=host == Hosts.HERE), "pem": pem}
            if ask(host, request) is None:
                raise EdgeError(host, "cannot be reached any more")

    # What a killed run has left must not be taken for what to go back to.
    every("keep", hosts)
    try:
        every("stage", hosts)
        if Hosts.HERE in hosts:
            examined(certificate["kept"] + NEW, settings["ca"], certificate["names"])
        # The deploy host's own comes last: as long as it is the old one, the next run begins again.
        every("use", [host for host in hosts if host != Hosts.HERE])
        every("use", [host for host in hosts if host == Hosts.HERE])
    except ToldError as error:
        left = _restored(certificate, hosts, settings, ask)
        if left:
            raise EdgeError(error.what, f"{error.reason}; and not put back: {'; '.join(left)}") from None
        raise
    every("keep", hosts)


def _restored(certificate: EdgeCertificate, hosts: list[str], settings: EdgeSettings, ask: Ask) -> list[str]:
    """Put the old one back everywhere; what could not be."""
    left: list[str] = []
    for host in hosts:
        try:
            answer = ask(host, _step("restore", certificate, settings, here=host == Hosts.HERE))
        except ToldError as error:
            left.append(str(error))
            continue
        if answer is None:
            left.append(f"{host} cannot be reached")
    return left


def _step(
    step: str, certificate: EdgeCertificate, settings: EdgeSettings, *, here: bool = False
) -> dict[str, Any]:
    return {
        "step": step,
        "files": [certificate["kept"]] if here else certificate["files"],
        "first": here,
        "loaded": certificate["loaded"],
        "socket": "" if here else settings["socket"],
    }


def _checksum(pem: str) -> str:
    return hashlib.sha256(pem.encode()).hexdigest()
