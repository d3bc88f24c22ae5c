"""A secret of the stack file shows nowhere but in files that root alone may read."""

from __future__ import annotations

import base64
import re
import secrets
import subprocess

from tests.lab.search import kept
from tests.lab.support import HOSTS, LAB, ROOT, Config, Stack, lab_environment, ssh
from tests.lab.watch import watching

CANARY = f"canary-{secrets.token_hex(12)}"
FORMS = {"canary": CANARY, "in base64": base64.b64encode(CANARY.encode()).decode().rstrip("=")}
VERBOSE = "-v=8"
"""The highest level at which the engine itself keeps secrets out of its log (docs/toolchain.md)."""


def with_canary(stack: Stack) -> Stack:
    """The stack with a mirror's password in it, encrypted as `pulumi config set --secret` does."""

    def login(config: Config) -> None:
        config["cloud:packages"]["credentials"] = [
            {"machine": "10.10.10.2:3142", "login": "mirror", "password": "to be set"}
        ]

    changed = stack.edited("canary", login)
    subprocess.run(
        [
            *("pulumi", "config", "set", "--secret", "--path", "cloud:packages.credentials[0].password"),
            *("--stack", "lab", "--config-file", str(changed.file)),
        ],
        cwd=ROOT,
        env=lab_environment(),
        input=CANARY,
        text=True,
        check=True,
        timeout=60,
        capture_output=True,
    )
    assert CANARY not in changed.file.read_text()
    return changed


def test_canary_appears_nowhere(stack: Stack) -> None:
    changed = with_canary(stack)
    with watching(FORMS) as on_command_lines:
        preview = changed.pulumi("preview", "--diff", VERBOSE, "--logtostderr")
        assert preview.returncode == 0, preview.stderr[-3000:]
        done = changed.pulumi("up", "--yes", "--diff", VERBOSE, "--logtostderr")
        assert done.returncode == 0, done.stderr[-3000:]
    assert on_command_lines == []
    exported = changed.pulumi_stack("export").stdout
    said = {
        "preview": preview.stdout,
        "preview's log": preview.stderr,
        "up": done.stdout,
        "up's log": done.stderr,
        "state": exported,
    }
    assert [place for place, text in said.items() if any(form in text for form in FORMS.values())] == []

    for host in HOSTS:
        journal = ssh(host, "journalctl --quiet --no-pager -o export").stdout
        # sudo and sshd log what a test itself asked: the canary is never part of that.
        assert CANARY not in journal
        files = kept(host, {"canary": CANARY})
        assert files, f"{host}: the credential must have arrived, or this test proves nothing"
        assert set(files.values()) == {"600"}, files
    for file in (LAB / "state").rglob("*"):
        if file.is_file():
            assert CANARY.encode() not in file.read_bytes()
    assert re.search(r"\[secret\]", done.stdout)
    stack.up()
