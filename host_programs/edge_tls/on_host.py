"""What edge-tls does on a host with a load balancer: one request on stdin, one answer on stdout.

Its text is sent to the host, so it imports the standard library alone. The steps of a renewal: `look`, `stage` (beside
the old files, nothing is used yet), `use` (running HAProxy, then the files), and `keep` or `restore`, which forget the
one or the other. The same file steps serve the deploy host's own copy.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import socket
import sys
from typing import Any

NEW, OLD = ".edge-tls-new", ".edge-tls-old"
SECONDS = 20
_WORDS = {"cert": "certificate", "ca-file": "CA", "crl-file": "CRL"}


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """Do what is asked; `error`: why it could not be done, and nothing has changed."""
    steps = {"look": _look, "stage": _stage, "use": _use, "keep": _keep, "restore": _restore}
    try:
        return steps[request["step"]](request)
    except OSError as error:
        reason = f"{error.filename}: {error.strerror}" if error.filename else str(error.strerror or error)
        return {"error": reason}
    except RuntimeError as error:
        return {"error": str(error)}


def _look(request: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, str | None] = {}
    for path in request["files"]:
        data = _read(path)
        found[path] = None if data is None else hashlib.sha256(data).hexdigest()
    return {"found": found}


def _stage(request: dict[str, Any]) -> dict[str, Any]:
    """Write the new ones, with the mode and owner of the old ones; a first one has its folder's owner."""
    written: list[str] = []
    try:
        for path in _present(request):
            if request.get("mode"):
                _make_folder(os.path.dirname(path))
            written.append(path + NEW)
            _write(path, request["pem"].encode(), request.get("mode", 0o600))
    except BaseException:
        _forget(written)
        raise
    return {}


def _use(request: dict[str, Any]) -> dict[str, Any]:
    """Have HAProxy use the new one, then rename: after a crash between the two, the files still ask for it."""
    paths = [path for path in _present(request) if os.path.exists(path + NEW)]
    runs = _load(request, request["pem"])
    try:
        for path in paths:
            _forget([path + OLD])
            if os.path.exists(path):
                os.link(path, path + OLD)
            os.rename(path + NEW, path)
            _sync(path)
    except BaseException:
        _restore(request)
        raise
    return {"runs": runs}


def _keep(request: dict[str, Any]) -> dict[str, Any]:
    _forget([path + mark for path in request["files"] for mark in (NEW, OLD)])
    return {}


def _restore(request: dict[str, Any]) -> dict[str, Any]:
    """The old ones again, in HAProxy too."""
    for path in request["files"]:
        _forget([path + NEW])
        if os.path.exists(path + OLD):
            os.rename(path + OLD, path)
            _sync(path)
    before = next((data for data in map(_read, request["files"]) if data is not None), None)
    if before is not None:
        _load(request, before.decode())
    return {}


def _load(request: dict[str, Any], pem: str) -> bool:
    """Have the running HAProxy use it for new clients; False: none runs here, or not with it: it reads it at its start."""
    if not request["socket"]:
        return False
    kind, name = request.get("kind", "cert"), request["loaded"]
    body = "".join(line + "\n" for line in pem.splitlines() if line.strip())
    try:
        said = _say(request["socket"], f"set ssl {kind} {name} <<\n{body}\n")
    except (FileNotFoundError, ConnectionRefusedError):
        return False
    if kind != "cert" and "not referenced by the configuration" in said:
        return False
    if "ransaction" not in said:
        raise RuntimeError(f"HAProxy refuses the {_WORDS[kind]}: {said}")
    said = _say(request["socket"], f"commit ssl {kind} {name}\n")
    if "Success" not in said:
        _say(request["socket"], f"abort ssl {kind} {name}\n")
        raise RuntimeError(f"HAProxy does not accept the {_WORDS[kind]}: {said}")
    return True


def _say(path: str, command: str) -> str:
    with contextlib.closing(socket.socket(socket.AF_UNIX)) as line:
        line.settimeout(SECONDS)
        line.connect(path)
        line.sendall(command.encode())
        parts = iter(lambda: line.recv(65536), b"")
        return " ".join(b"".join(parts).decode(errors="replace").split())


def _make_folder(path: str) -> None:
    if not os.path.isdir(path):
        os.makedirs(path)
        # Whatever the umask of this login is.
        os.chmod(path, 0o755)  # noqa: S103 - no secret is in it


def _present(request: dict[str, Any]) -> list[str]:
    """The files to write: those that are there, or all where the first one is to be made."""
    return [path for path in request["files"] if request["first"] or os.path.exists(path)]


def _read(path: str) -> bytes | None:
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return None


def _write(path: str, data: bytes, first_mode: int) -> None:
    folder = os.path.dirname(path)
    like = os.stat(path if os.path.exists(path) else folder)
    mode = like.st_mode & 0o777 if os.path.exists(path) else first_mode
    _forget([path + NEW])
    # Private until it has its owner.
    handle = os.open(path + NEW, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fchown(handle, like.st_uid, like.st_gid)
        os.fchmod(handle, mode)
        os.fsync(handle)


def _forget(paths: list[str]) -> None:
    for path in paths:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)


def _sync(path: str) -> None:
    handle = os.open(os.path.dirname(path), os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(answer(json.load(sys.stdin))) + "\n")
