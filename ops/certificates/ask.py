"""What hosts show of their certificates: one connection to each, all side by side."""

from __future__ import annotations

import asyncio
import json
import shlex
from collections.abc import Mapping, Sequence

import asyncssh

from host_programs.contract import EXIT_NO_PROGRAM
from host_programs.contract.hostctl import HOSTCTL, CertificateReport, FoundCertificates
from host_programs.hostctl import certificates
from ops import ssh
from ops.access import HostError, Login, Target
from ops.certificates.wanted import HERE, Wanted
from ops.progress import Progress
from ops.report import last_words

DEADLINE = 120
"""Seconds for one host: several servers that do not answer, five seconds each."""
_UNKNOWN_VERB = 2

Answer = Mapping[str, Sequence[FoundCertificates]] | HostError
"""What a host has at each place that it was asked about, or why it could not be asked."""


def questions(wanted: Sequence[Wanted]) -> dict[str, list[str]]:
    """The places that each host, and this machine, is asked about."""
    asked: dict[str, dict[str, None]] = {}
    for one in wanted:
        for host in () if one.unread else one.hosts:
            asked.setdefault(host, {})[one.place] = None
    return {host: list(places) for host, places in asked.items()}


def command(places: Sequence[str]) -> str:
    """The remote command; exit 127 when hostctl is not there, whatever sudo says about it."""
    words = " ".join(shlex.quote(place) for place in places)
    return f"test -x {HOSTCTL} || exit {EXIT_NO_PROGRAM}; sudo -n {HOSTCTL} certificates {words}"


async def ask(
    asked: Mapping[str, Sequence[str]], targets: Mapping[str, Target], login: Login, progress: Progress
) -> dict[str, Answer]:
    """The answer of each host, and of this machine."""
    hosts = {name: places for name, places in asked.items() if name != HERE}
    here = asyncio.to_thread(_look, asked.get(HERE, ()))
    looking = asyncio.create_task(here)
    try:
        async with ssh.way(login) as tunnel:

            async def one(name: str, places: Sequence[str]) -> Answer:
                answer = await _of_host(targets[name], login, tunnel, places)
                progress.step()
                return answer

            found = await asyncio.gather(*(one(name, places) for name, places in hosts.items()))
            answers: dict[str, Answer] = dict(zip(hosts, found, strict=True))
    except HostError as error:
        answers = dict.fromkeys(hosts, HostError(error.kind, f"bastion: {error}"))
    return {**answers, HERE: await looking}


def _look(places: Sequence[str]) -> dict[str, list[FoundCertificates]]:
    return {place: certificates.read(place) for place in places}


async def _of_host(
    target: Target, login: Login, tunnel: asyncssh.SSHClientConnection | None, places: Sequence[str]
) -> Answer:
    try:
        async with ssh.connect(target, login, tunnel) as connection:
            return read_answer(await ssh.run(connection, command(places), DEADLINE))
    except HostError as error:
        return error


def read_answer(result: ssh.Result) -> Mapping[str, Sequence[FoundCertificates]]:
    """What `hostctl certificates` printed. Raises HostError."""
    if result.status == EXIT_NO_PROGRAM:
        raise HostError("not prepared", "hostctl is not on it: run make up")
    if result.status == _UNKNOWN_VERB and "unknown command" in result.stderr:
        raise HostError("not prepared", "its hostctl is older than this program: run make up")
    lines = result.stdout.strip().splitlines()
    try:
        report: CertificateReport = json.loads(lines[-1] if lines else "")
        return {place: [_checked(one) for one in found] for place, found in report["certificates"].items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise HostError("failed", f"exit {result.status}: {last_words(result)}") from None


def _checked(found: FoundCertificates) -> FoundCertificates:
    """In the form that was agreed on, whatever a host says. Raises KeyError, TypeError."""
    return {
        "place": str(found["place"]),
        "chain": [str(der) for der in found["chain"]],
        "error": str(found["error"]),
    }
