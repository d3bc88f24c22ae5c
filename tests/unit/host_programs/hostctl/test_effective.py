"""How settings are read: as the daemons' own tools read the same files, and as they answered once (recorded)."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from host_programs.hostctl import effective, settings
from host_programs.hostctl.dialects import DIALECTS
from host_programs.hostctl.system import Result, System
from tests.programs import HostPrograms
from tests.unit.host_programs.hostctl.fake import FakeSystem

RECORDED = Path(__file__).parent / "recorded"
OURS = "/etc/ssh/sshd_config.d/10-cloud.conf"
FORMS: list[dict[str, Any]] = yaml.safe_load((RECORDED / "forms.yaml").read_text())


def tool(name: str) -> str:
    found = shutil.which(name, path="/usr/sbin:/usr/bin:/sbin:/bin")
    if found is None:
        pytest.skip(f"there is no {name} on this machine")
    return found


def write(root: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        file = root / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: str(form["name"]))
def test_settings_are_read_with_their_lines(form: dict[str, Any]) -> None:
    found = getattr(settings, form["parse"])("/f", form["text"])
    assert [[s.line, s.key, s.value, *([s.condition] if s.condition else [])] for s in found] == form["found"]


@pytest.mark.parametrize(
    ("said", "rivals"),
    [
        ("sshd-T-overruled.txt", {("passwordauthentication", 1), ("allowusers", 2)}),
        ("sshd-T-as-declared.txt", set()),
    ],
)
def test_what_sshd_said_once_is_compared_with_the_hardening(said: str, rivals: set[tuple[str, int]]) -> None:
    files = {
        "/etc/ssh/sshd_config": "Include /etc/ssh/sshd_config.d/*.conf\nUsePAM yes\nX11Forwarding yes\n",
        OURS: (RECORDED / "hardening.conf").read_text(),
    }
    if rivals:
        files["/etc/ssh/sshd_config.d/00-x.conf"] = "PasswordAuthentication yes\nAllowUsers bob\n"
    answer = (RECORDED / said).read_text()
    host = FakeSystem({"files": files, "commands": {"sshd -T": answer}})
    found = effective.ask(host, OURS, "sshd")
    assert {(rival.key, rival.line) for rival in found.rivals} == rivals
    assert (found.wrong, found.notes) == ([], [])
    assert found.keys == 16 - len(rivals)


class WithSshd(System):
    """A root whose drop-ins sshd is asked about, as one file: an Include would need the real /etc/ssh."""

    def __init__(self, root: Path, programs: HostPrograms) -> None:
        super().__init__(str(root))
        self.programs = programs

    def query(self, argv: Any, stdin: str = "") -> Result:
        folder = Path(self.real("/etc/ssh/sshd_config.d"))
        text = "".join(file.read_text() for file in sorted(folder.glob("*.conf")))
        (Path(self.root) / "merged").write_text(f"HostKey host_key\n{text}")
        done = self.programs.run("/usr/sbin/sshd", *argv[1:], "-f", "merged", files=Path(self.root))
        return Result(done.returncode, done.stdout, done.stderr)


def test_sshd_itself_is_understood(tmp_path: Path, host_programs: HostPrograms) -> None:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / "host_key"], check=True)
    folder = "/etc/ssh/sshd_config.d"
    write(
        tmp_path,
        {
            "/etc/ssh/sshd_config": f"Include {folder}/*.conf\n",
            OURS: (RECORDED / "hardening.conf").read_text(),
            f"{folder}/00-x.conf": "PasswordAuthentication yes\nAllowUsers bob\n",
            f"{folder}/90-y.conf": "X11Forwarding yes\nMatch User bob\n  MaxAuthTries 9\n",
        },
    )
    host = WithSshd(tmp_path, host_programs)
    before = effective.ask(host, OURS, "sshd")
    assert (before.wrong, before.notes) == ([], [])
    assert [(rival.key, rival.line) for rival in before.rivals] == [
        ("passwordauthentication", 1),
        ("allowusers", 2),
        ("maxauthtries", 3),
    ]
    for rival in before.rivals:
        effective.switch_off(host, rival.path, [rival.line])
    after = effective.ask(host, OURS, "sshd")
    assert (after.keys, after.rivals, after.wrong) == (16, [], [])


def test_apt_reads_its_files_as_apt_config_does(tmp_path: Path) -> None:
    program = tool("apt-config")
    files = {
        "/etc/apt/apt.conf.d/50x": 'A::B "1"; // one\nL { "a"; "b"; };\nP { Q { R "x"; S false; }; }; # end\n',
        "/etc/apt/apt.conf.d/60y.conf": '/* A::B\n "9"; */ A::B "2";\nL:: "c";\n',
        "/etc/apt/apt.conf.d/70z.bak": 'A::B "3";\n',
        "/etc/apt/apt.conf": '#clear L;\n#A::B "4";\nL:: "d"; P::Q::R\n "y";\n',
    }
    write(tmp_path, files)
    options = tmp_path / "options"
    options.write_text(f'Dir "{tmp_path}";\nDir::Etc "etc/apt";\n')
    done = subprocess.run(
        [program, "dump"], env={"APT_CONFIG": str(options)}, capture_output=True, text=True, check=True
    )
    used: dict[str, list[str]] = {}
    for found in DIALECTS["apt"].read(System(str(tmp_path)), "/etc/apt/apt.conf.d/50x"):
        if not found.key.endswith("::"):
            used[found.key] = [found.value]
        elif found.value:
            used.setdefault(found.key, []).append(found.value)
        else:
            used.pop(found.key, None)
    said: dict[str, list[str]] = {}
    for line in done.stdout.splitlines():
        key, _, value = line.rstrip(";").partition(" ")
        said.setdefault(key.lower(), []).append(value.strip('"'))
    assert {key: said.get(key) for key in ("a::b", "l::", "p::q::r", "p::q::s")} == {
        key: used.get(key) for key in ("a::b", "l::", "p::q::r", "p::q::s")
    }
    assert used["a::b"] == ["2"]


def test_systemd_reads_the_drop_ins_in_the_same_order(tmp_path: Path) -> None:
    program = tool("systemd-analyze")
    conf = "systemd/journald.conf"
    text = "[Journal]\nStorage={}\n"
    places = [
        f"/etc/{conf}",
        f"/usr/lib/{conf}.d/10-a.conf",
        f"/usr/lib/{conf}.d/90-b.conf",
        f"/run/{conf}.d/20-c.conf",
        f"/etc/{conf}.d/20-c.conf",
        f"/etc/{conf}.d/10-cloud.conf",
        f"/usr/local/lib/{conf}.d/30-d.conf",
        f"/etc/{conf}.d/40-e.bak",
    ]
    write(tmp_path, {place: text.format(number) for number, place in enumerate(places)})
    done = subprocess.run(
        [program, "--no-pager", f"--root={tmp_path}", "cat-config", conf],
        capture_output=True,
        text=True,
        check=True,
    )
    theirs = [line.partition("=")[2] for line in done.stdout.splitlines() if line.startswith("Storage=")]
    ours = DIALECTS["systemd"].read(System(str(tmp_path)), f"/etc/{conf}.d/10-cloud.conf")
    assert [setting.value for setting in ours] == theirs
