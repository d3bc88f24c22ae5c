"""Pulumi's official release, downloaded and checked against its checksum file.

Sites without a way out come here, too: the attempt is short, and its failure is remembered for a day.
"""

from __future__ import annotations

import hashlib
import json
import platform
import shutil
import tarfile
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from toolchain.paths import Places
from toolchain.tool import Origin, Tool, ToolError

_BASE = "https://get.pulumi.com/releases/sdk"
_CONNECT_SECONDS, _READ_SECONDS = 5.0, 30.0
_REMEMBER_SECONDS = 24 * 3600
_ARCHITECTURES = {"x86_64": "x64", "aarch64": "arm64", "arm64": "arm64"}


def urls(places: Places) -> tuple[str, str]:
    """The addresses of the archive for this machine and of the checksums; the only place that knows them."""
    base = (places.environment.get("PULUMI_DOWNLOAD_BASE") or _BASE).rstrip("/")
    machine = platform.machine()
    if machine not in _ARCHITECTURES:
        msg = f"there is no official release for {machine}"
        raise ToolError(msg)
    name = f"pulumi-v{places.engine_version}-{platform.system().lower()}-{_ARCHITECTURES[machine]}.tar.gz"
    return f"{base}/{name}", f"{base}/pulumi-{places.engine_version}-checksums.txt"


def engine(places: Places, say: Callable[[str], None]) -> Tool | None:
    """The release of the engine's version; None, with one line to the operator, if it can not be had."""
    folder = places.cache / "pulumi-release" / places.engine_version
    tool = Tool("pulumi", places.engine_version, Origin.DOWNLOADED, folder / "pulumi")
    if tool.path.exists():
        return tool
    archive, checksums = "", ""
    try:
        archive, checksums = urls(places)
        if _failed_lately(places, archive):
            return None
        _fetch(archive, checksums, folder)
    except ToolError as error:
        _remember(places, archive)
        say(f"official release: {error}; going on without it (asked again tomorrow)")
        return None
    return tool


def _fetch(archive: str, checksums: str, folder: Path) -> None:
    import httpx  # noqa: PLC0415 - slow to import, and needed once

    name = archive.rsplit("/", 1)[-1]
    timeout = httpx.Timeout(_READ_SECONDS, connect=_CONNECT_SECONDS)
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        with (
            httpx.Client(timeout=timeout, follow_redirects=True) as client,
            tempfile.TemporaryDirectory(dir=folder.parent) as scratch,
        ):
            wanted = _checksum(client.get(checksums).raise_for_status().text, name)
            digest = hashlib.sha256()
            packed = Path(scratch, name)
            with client.stream("GET", archive) as answer, packed.open("wb") as file:
                for chunk in answer.raise_for_status().iter_bytes(1 << 20):
                    digest.update(chunk)
                    file.write(chunk)
            if digest.hexdigest() != wanted:
                msg = f"{name} does not match its checksum, and is not used"
                raise ToolError(msg)
            with tarfile.open(packed) as bundle:
                bundle.extractall(scratch, filter="data")
            shutil.rmtree(folder, ignore_errors=True)
            Path(scratch, "pulumi").rename(folder)
    except httpx.HTTPStatusError as error:
        msg = f"{error.request.url.host} answered {error.response.status_code}"
        raise ToolError(msg) from None
    except (httpx.HTTPError, OSError, tarfile.TarError) as error:
        msg = f"not to be had ({type(error).__name__}: {error})"
        raise ToolError(msg) from None


def _checksum(text: str, name: str) -> str:
    for line in text.splitlines():
        match line.split():
            case [digest, file] if file.lstrip("*") == name:
                return digest.lower()
    msg = f"the checksum file does not name {name}"
    raise ToolError(msg)


def _note(places: Places) -> Path:
    return places.cache / "pulumi-release" / "failed.json"


def _failed_lately(places: Places, archive: str) -> bool:
    try:
        note = json.loads(_note(places).read_text())
    except (OSError, ValueError):
        return False
    return bool(note.get("archive") == archive and 0 <= time.time() - note.get("at", 0) < _REMEMBER_SECONDS)


def _remember(places: Places, archive: str) -> None:
    path = _note(places)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"archive": archive, "at": time.time()}))
