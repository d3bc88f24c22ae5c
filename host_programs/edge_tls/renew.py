"""Renews a certificate on all hosts or on none."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Mapping
from typing import Any

from host_programs.contract.edge_tls import EdgeCertificate, EdgeSettings
from host_programs.edge_tls.errors import EdgeError
from host_programs.edge_tls.examine import examined
from host_programs.edge_tls.on_host import NEW
from host_programs.edge_tls.plan import Life, due, lacks
from host_programs.edge_tls.reach import Ask, Hosts
from host_programs.edge_tls.source import Source
from host_programs.edge_tls.stand_in import stand_in
from host_programs.errors import OperatorError


def renew(
    settings: EdgeSettings,
    sources: Mapping[str, Source],
    ask: Ask,
    *,
    force: bool = False,
    early: bool = False,
) -> str:
    """Bring every certificate about; says what it did, a line for each.

    Args:
        settings: which certificates, and where.
        sources: issue them, by what a certificate calls its own.
        ask: does a step on a host.
        force: also those that are not due.
        early: the load balancers' configuration is yet to come, so who asks them back is not asked.

    Raises:
        EdgeError: at least one is not what it should be everywhere; the others are seen to all the same.
    """
    done: list[str] = []
    failed: list[str] = []
    for certificate in settings["certificates"]:
        try:
            source = sources[certificate["source"]]
            said = _one(settings, certificate, source, ask, force=force, early=early)
            done.append(f"{certificate['name']}: {said}")
        except OperatorError as error:
            failed.append(f"{certificate['name']}: {error}")
    if failed:
        raise EdgeError("certificates", "; ".join([*failed, *done]))
    return "\n".join(done)


def _one(
    settings: EdgeSettings,
    certificate: EdgeCertificate,
    source: Source,
    ask: Ask,
    *,
    force: bool,
    early: bool,
) -> str:
    life, reason = _present(certificate)
    why = due(life, reason, time.time()) or ("asked for" if force else "")
    hosts, away = _found(settings, certificate, ask)
    there = [host for host in hosts if any(hosts[host].values())]
    if not why:
        with open(certificate["kept"], encoding="utf-8") as file:
            pem = file.read()
        behind = [host for host in hosts if lacks(hosts[host], _checksum(pem))]
        if behind:
            _deliver(certificate, pem, behind, settings, ask)
        said = f"valid, copied to {', '.join(behind)}" if behind else "valid"
    elif source.asks_back and (early or not (there or away)):
        if not os.path.exists(certificate["kept"]):
            _deliver(
                certificate, stand_in(certificate["names"]), [Hosts.HERE], settings, ask, self_signed=True
            )
        said = f"waits for a load balancer that can be asked ({why})"
    else:
        pem = source.issue(certificate["names"])
        _deliver(certificate, pem, [Hosts.HERE, *there], settings, ask)
        said = f"renewed ({why})"
    if away:
        raise EdgeError(", ".join(away), f"cannot be reached; {said} everywhere else", "run it again")
    return said


def _present(certificate: EdgeCertificate) -> tuple[Life | None, str]:
    """The life of the present certificate, or why it cannot serve."""
    try:
        return examined(certificate["kept"], certificate["ca"], certificate["names"]), ""
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
    certificate: EdgeCertificate,
    pem: str,
    hosts: list[str],
    settings: EdgeSettings,
    ask: Ask,
    *,
    self_signed: bool = False,
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
            staged = certificate["kept"] + NEW
            examined(staged, staged if self_signed else certificate["ca"], certificate["names"])
        # The deploy host's own comes last: as long as it is the old one, the next run begins again.
        every("use", [host for host in hosts if host != Hosts.HERE])
        every("use", [host for host in hosts if host == Hosts.HERE])
    except OperatorError as error:
        left = _restored(certificate, hosts, settings, ask)
        if left:
            raise EdgeError(error.what, f"{error.reason}; and not restored: {'; '.join(left)}") from None
        raise
    every("keep", hosts)


def _restored(certificate: EdgeCertificate, hosts: list[str], settings: EdgeSettings, ask: Ask) -> list[str]:
    """Put the old one back everywhere; what could not be."""
    left: list[str] = []
    for host in hosts:
        try:
            answer = ask(host, _step("restore", certificate, settings, here=host == Hosts.HERE))
        except OperatorError as error:
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
