"""Which tool is taken: installed, downloaded, or our own; with a stand-in for the download on loopback."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from machine.errors import MachineError
from machine.go import find_go, numbers
from toolchain import build, release
from toolchain.choose import choose
from toolchain.paths import REPOSITORY, Places
from toolchain.tool import Origin, ToolError

# A `pulumi` that knows `version`, and whose `plugin install` fails as it does without a network.
FAKE = "#!/bin/sh\n[ \"$1\" = version ] && echo v3.258.0 && exit 0\necho 'error: no network' >&2\nexit 1\n"


class _Handler(SimpleHTTPRequestHandler):
    requests: list[str]

    def do_GET(self) -> None:
        self.requests.append(self.path)
        super().do_GET()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[Path, str, list[str]]]:
    """A folder served over HTTP, its address, and what was asked for."""
    folder = tmp_path / "site"
    folder.mkdir()
    requests: list[str] = []
    handler = type("_Handler", (_Handler,), {"requests": requests})
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield folder, f"http://127.0.0.1:{server.server_port}", requests
    server.shutdown()
    thread.join()
    server.server_close()


def places(tmp_path: Path, **environment: str) -> Places:
    settings = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path / "home"), **environment}
    here = Places(REPOSITORY, tmp_path / "tools", tmp_path / "cache", "/usr/bin/python3", settings)
    here.__dict__["plugins"] = {"command": "1.2.1"}  # a cached property; several: test_choose_plugins.py
    return here


def built(here: Places) -> None:
    """As if the engine had been built before."""
    executable(here.engine.binary(here.cache))


def executable(path: Path, text: str = FAKE) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)


def publish(folder: Path, here: Places, *, good: bool = True) -> None:
    """Put a release onto the site."""
    archive, checksums = (url.rsplit("/", 1)[-1] for url in release.urls(here))
    with tarfile.open(folder / archive, "w:gz") as bundle:
        for name in ("pulumi", "pulumi-language-python"):
            item = tarfile.TarInfo(f"pulumi/{name}")
            item.size, item.mode = len(FAKE), 0o755
            bundle.addfile(item, io.BytesIO(FAKE.encode()))
    digest = hashlib.sha256((folder / archive).read_bytes() if good else b"").hexdigest()
    (folder / checksums).write_text(f"{digest}  {archive}\n")


def origins(here: Places, said: list[str]) -> list[Origin]:
    return [tool.origin for tool in choose(here, said.append)]


def test_an_installed_toolchain_is_used_as_it_is(tmp_path: Path) -> None:
    here = places(tmp_path, PATH=f"{tmp_path}/official:/usr/bin:/bin")
    executable(tmp_path / "official" / "pulumi")
    executable(tmp_path / "official" / "pulumi-language-python")
    executable(tmp_path / "home/.pulumi/plugins/resource-command-v1.2.1/pulumi-resource-command", "\x7fELF")
    said: list[str] = []
    assert origins(here, said) == [Origin.INSTALLED] * 3
    assert said == []
    assert not (here.bin / "pulumi").exists()
    assert "PULUMI_HOME" not in (here.tools / "env").read_text()


@pytest.mark.parametrize("missing", ["pulumi-language-python", "version"])
def test_an_installed_pulumi_that_is_incomplete_is_not_used(missing: str, tmp_path: Path, site: Any) -> None:
    here = places(tmp_path, PATH=f"{tmp_path}/official:/usr/bin:/bin", PULUMI_DOWNLOAD_BASE=site[1])
    executable(
        tmp_path / "official" / "pulumi", FAKE.replace("3.258.0", "3.1.0") if missing == "version" else FAKE
    )
    if missing == "version":
        executable(tmp_path / "official" / "pulumi-language-python")
    built(here)
    assert origins(here, []) == [Origin.BUILT, Origin.OURS, Origin.OURS]


def test_a_release_is_downloaded_checked_and_kept(tmp_path: Path, site: tuple[Path, str, list[str]]) -> None:
    folder, address, requests = site
    here = places(tmp_path, PULUMI_DOWNLOAD_BASE=address)
    publish(folder, here)
    said: list[str] = []
    assert origins(here, said) == [Origin.DOWNLOADED, Origin.DOWNLOADED, Origin.OURS]
    assert (here.bin / "pulumi").resolve().with_name("pulumi-language-python").exists()
    assert said == ["official command plugin: error: no network; going on with this project's own"]
    asked = len(requests)
    (here.tools / "tools.json").unlink()
    origins(here, said)
    assert len(requests) == asked


def test_a_release_with_a_wrong_checksum_is_not_used(
    tmp_path: Path, site: tuple[Path, str, list[str]]
) -> None:
    folder, address, _ = site
    here = places(tmp_path, PULUMI_DOWNLOAD_BASE=address)
    publish(folder, here, good=False)
    built(here)
    said: list[str] = []
    assert origins(here, said) == [Origin.BUILT, Origin.OURS, Origin.OURS]
    assert "does not match its checksum" in said[0]
    assert not (here.cache / "pulumi-release" / here.engine_version).exists()


def test_a_failed_download_costs_one_line_and_one_attempt_a_day(
    tmp_path: Path, site: tuple[Path, str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, address, requests = site
    here = places(tmp_path, PULUMI_DOWNLOAD_BASE=address)
    built(here)
    said: list[str] = []
    origins(here, said)
    assert said == ["official release: 127.0.0.1 answered 404; going on without it (asked again tomorrow)"]
    (here.tools / "tools.json").unlink()
    origins(here, said)
    assert (len(said), len(requests)) == (1, 1)
    monkeypatch.setattr(release, "_REMEMBER_SECONDS", 0)
    (here.tools / "tools.json").unlink()
    origins(here, said)
    assert (len(said), len(requests)) == (2, 2)


def test_a_second_run_decides_nothing_anew(
    tmp_path: Path, site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = places(tmp_path, PULUMI_DOWNLOAD_BASE=site[1])
    built(here)
    first = choose(here, lambda _line: None)
    monkeypatch.setattr(build, "engine", lambda *_: pytest.fail("decided again"))
    assert choose(here, lambda _line: None) == first


def test_a_lost_file_is_put_back(tmp_path: Path, site: Any) -> None:
    here = places(tmp_path, PULUMI_DOWNLOAD_BASE=site[1])
    built(here)
    choose(here, lambda _line: None)
    (here.bin / "pulumi").unlink()
    choose(here, lambda _line: None)
    assert (here.bin / "pulumi").exists()


def test_our_tools_lie_where_the_engine_looks_without_a_warning(tmp_path: Path, site: Any) -> None:
    here = places(tmp_path, PULUMI_DOWNLOAD_BASE=site[1])
    built(here)
    tools = choose(here, lambda _line: None)
    assert tools[1].path.parent == (here.bin / "pulumi").resolve().parent
    assert tools[2].path == here.home / "plugins/resource-command-v1.2.1/pulumi-resource-command"
    assert all(
        json.loads((here.tools / "tools.json").read_text())["tools"][n]["name"] == t.name
        for n, t in enumerate(tools)
    )


def test_the_engine_keeps_no_log_of_its_own_in_a_home_of_ours(tmp_path: Path, site: Any) -> None:
    here = places(tmp_path, PULUMI_DOWNLOAD_BASE=site[1])
    built(here)
    (here.home / "logs").mkdir(parents=True)
    (here.home / "logs" / "old.log").write_text("all inputs")
    choose(here, lambda _line: None)
    assert (here.home / "logs").is_file()


def test_a_go_that_is_too_old_or_missing_and_no_pypi_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    executable(tmp_path / "go", "#!/bin/sh\necho go1.19\n")
    monkeypatch.setattr("sys.executable", "/bin/false")
    with pytest.raises(MachineError, match=r"the machine's Go is 1\.19"):
        find_go("1.25", tmp_path / "cache", {"PATH": str(tmp_path)}, lambda _line: None)


def test_a_go_that_is_new_enough_is_used(tmp_path: Path) -> None:
    executable(tmp_path / "go", "#!/bin/sh\necho go1.99.1\n")
    environment = {"PATH": f"{tmp_path}:/bin"}
    assert find_go("1.25", tmp_path / "cache", environment, print) == str(tmp_path / "go")


def test_a_build_runs_go_with_checksums_on_and_the_release_version(tmp_path: Path) -> None:
    here = places(tmp_path, PATH=f"{tmp_path}:/usr/bin:/bin")
    record = tmp_path / "arguments"
    executable(
        tmp_path / "go",
        "#!/bin/sh\nif [ $1 = env ]; then echo go1.99; exit; fi\n"
        f'echo "$@" >{record}; while [ "$1" != -o ]; do shift; done; echo built >"$2"\n',
    )
    tool = build.engine(here, lambda _line: None)
    assert tool.path.read_text() == "built\n"
    assert "-mod=readonly -trimpath -ldflags -s -w -X" in record.read_text()
    assert f"version.Version={here.engine_version}" in record.read_text()


def test_a_failed_build_shows_the_end_of_its_output_and_leaves_no_engine(tmp_path: Path) -> None:
    here = places(tmp_path, PATH=f"{tmp_path}:/usr/bin:/bin")
    executable(
        tmp_path / "go",
        "#!/bin/sh\n[ $1 = env ] && echo go1.99 && exit\necho checksum mismatch >&2; exit 1\n",
    )
    with pytest.raises(ToolError, match="checksum mismatch"):
        build.engine(here, lambda _line: None)
    assert not here.engine.binary(here.cache).exists()


@pytest.mark.parametrize(
    ("text", "parts"), [("v3.258.0", (3, 258, 0)), ("1.26", (1, 26)), ("3.1.0-alpha.2", (3, 1, 0))]
)
def test_versions_compare_as_numbers(text: str, parts: tuple[int, ...]) -> None:
    assert numbers(text) == parts
