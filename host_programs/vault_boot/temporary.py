"""A server for the time of the founding: the node's own configuration, but heard by nobody else."""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from typing import Any

from host_programs.errors import OperatorError
from host_programs.vault_api import Api, until
from host_programs.vault_boot.errors import BootError
from host_programs.vault_boot.places import Places, write

_START_SECONDS = 90
_STOP_SECONDS = 30
_LOOPBACK = "127.0.0.1"
_PR_SET_PDEATHSIG = 1


@contextlib.contextmanager
def server(places: Places) -> Iterator[Api]:
    """Run it on the storage that is being made; it ends with this program, however that ends."""
    settings = places.settings
    api, cluster = _free_port(), _free_port()
    config = f"{places.founding}/openbao.json"
    write(config, json.dumps(_configuration(places, api, cluster)))
    if settings["user"]:
        for path in (config, places.while_founding(places.storage)):
            shutil.chown(path, settings["user"])
        shutil.chown(places.founding, group=settings["user"])
    with open(f"{places.founding}/server.log", "wb") as log:
        process = subprocess.Popen(
            [settings["program"], "server", f"-config={config}"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, **_environment(settings["environment"])},
            user=settings["user"] or None,
            group=settings["user"] or None,
            extra_groups=[] if settings["user"] else None,
            preexec_fn=_end_with_parent,  # noqa: PLW1509 - this program has one thread
        )
    try:
        node = Api(settings["nodes"][places.founder], settings["ca"], (_LOOPBACK, api))
        until("the temporary server", _START_SECONDS, lambda: _missing(process, node, log.name))
        yield node
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    for path in (config, log.name):
        os.unlink(path)


def _configuration(places: Places, api: int, cluster: int) -> dict[str, Any]:
    with open(places.settings["config"], encoding="utf-8") as file:
        document: dict[str, Any] = json.load(file)
    listener = document["listener"][0]["tcp"]
    listener.update(address=f"{_LOOPBACK}:{api}", cluster_address=f"{_LOOPBACK}:{cluster}")
    raft = document["storage"]["raft"]
    raft["path"] = places.while_founding(places.storage)
    raft.pop("retry_join", None)
    return document


def _environment(path: str) -> dict[str, str]:
    """What systemd would give to the server: lines NAME=VALUE."""
    if not path:
        return {}
    with open(path, encoding="utf-8") as file:
        pairs = (line.strip().partition("=") for line in file)
        return {name: value for name, _, value in pairs if value}


def _missing(process: subprocess.Popen[bytes], node: Api, log: str) -> str:
    if process.poll() is not None:
        with open(log, encoding="utf-8", errors="replace") as file:
            last = file.read().strip().splitlines()[-1:]
        raise BootError("the temporary server", last[0] if last else f"exit {process.returncode}")
    try:
        node.get("sys/init")
    except OperatorError:
        return "does not answer"
    return ""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_LOOPBACK, 0))
        return int(probe.getsockname()[1])


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
