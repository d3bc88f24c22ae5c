"""A secret of the stack file shows nowhere but in files that root alone may read."""

from __future__ import annotations

import base64
import re
import secrets
import shlex
import subprocess

from tests.lab.support import HOSTS, LAB, ROOT, Config, Stack, lab_environment, ssh

CANARY = f"canary-{secrets.token_hex(12)}"
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


def watch_processes(host: str) -> None:
    """Keep the command lines of a host that hold the canary's beginning, while the run goes on."""
    # The brackets keep the watcher from finding itself.
    script = (
        "while :; do for file in /proc/[0-9]*/cmdline; do tr '\\0' ' ' <$file; echo; done 2>/dev/null"
        " | grep -a '[c]anary-' >>/run/watch-ps; sleep 0.05; done"
    )
    ssh(
        host,
        f"rm -f /run/watch-ps; systemd-run --quiet --collect --unit=watch-ps sh -c {shlex.quote(script.replace('$', '$$'))}",
    )


def test_canary_appears_nowhere(stack: Stack) -> None:
    changed = with_canary(stack)
    watched = ("ctl01", "deploy")
    for host in watched:
        watch_processes(host)
    try:
        preview = changed.pulumi("preview", "--diff", VERBOSE, "--logtostderr")
        assert preview.returncode == 0, preview.stderr[-3000:]
        done = changed.pulumi("up", "--yes", "--diff", VERBOSE, "--logtostderr")
        assert done.returncode == 0, done.stderr[-3000:]
    finally:
        for host in watched:
            ssh(host, "systemctl stop watch-ps")
    exported = changed.pulumi_stack("export").stdout
    forms = (CANARY, base64.b64encode(CANARY.encode()).decode().rstrip("="))
    said = {
        "preview": preview.stdout,
        "preview's log": preview.stderr,
        "up": done.stdout,
        "up's log": done.stderr,
        "state": exported,
    }
    assert [place for place, text in said.items() if any(form in text for form in forms)] == []

    for host in HOSTS:
        journal = ssh(host, "journalctl --quiet --no-pager -o export").stdout
        # sudo and sshd log what a test itself asked: the canary is never part of that.
        assert CANARY not in journal
        # The pattern comes by stdin: in an argument it would be in sudo's journal by our own hand.
        found = ssh(
            host, "grep -rlsF -f - /etc /var/lib/hostctl /root /home /tmp /run /var/log || :", stdin=CANARY
        )
        files = [line for line in found.stdout.split() if not line.startswith("/run/watch-ps")]
        assert files, f"{host}: the credential must have arrived, or this test proves nothing"
        modes = ssh(host, f"stat --format %a {' '.join(files)}").stdout.split()
        assert set(modes) == {"600"}, dict(zip(files, modes, strict=True))
    for host in watched:
        assert ssh(host, "cat /run/watch-ps 2>/dev/null || :").stdout == ""
    for file in (LAB / "state").rglob("*"):
        if file.is_file():
            assert CANARY.encode() not in file.read_bytes()
    assert re.search(r"\[secret\]", done.stdout)
    stack.up()
