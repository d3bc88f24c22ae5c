"""A second run changes nothing and touches no host; one changed line touches what it concerns."""

from __future__ import annotations

import re

from tests.lab.support import HOSTS, Config, Stack, connections, ssh


def changed_values(preview: str) -> list[str]:
    """The lines of a preview that show an old and a new value."""
    return [
        line.strip() for line in preview.splitlines() if re.search(r"^\s*[~+-] .*", line) and "=>" in line
    ]


def test_second_up_changes_nothing_and_opens_no_ssh_connection(stack: Stack) -> None:
    before = {host: connections(host) for host in HOSTS}
    done = stack.pulumi("up", "--yes")
    assert done.returncode == 0, done.stdout + done.stderr
    assert not re.search(r"\d+ (created|updated|replaced|deleted)", done.stdout), done.stdout
    # The one login more is the question itself.
    assert {host: connections(host) for host in HOSTS} == {host: count + 1 for host, count in before.items()}


def test_preview_expects_no_changes(stack: Stack) -> None:
    done = stack.pulumi("preview", "--expect-no-changes")
    assert done.returncode == 0, done.stdout + done.stderr


def test_one_sysctl_is_one_line_in_the_preview_and_touches_only_its_host(stack: Stack) -> None:
    def quieter(config: Config) -> None:
        config["cloud:hosts"]["cmp01"]["sysctl"] = {"net.ipv4.tcp_keepalive_time": "611"}

    changed = stack.edited("sysctl", quieter)
    preview = changed.pulumi("preview", "--diff")
    assert preview.returncode == 0, preview.stdout + preview.stderr
    lines = [line.strip() for line in preview.stdout.splitlines() if "net.ipv4.tcp_keepalive_time" in line]
    assert len(lines) == 1, preview.stdout
    assert "611" in lines[0]
    assert len(re.findall(r"^\s*~ command:remote:Command", preview.stdout, re.MULTILINE)) == 1, preview.stdout
    assert not re.search(r"^\s*[+-]+ command:", preview.stdout, re.MULTILINE), preview.stdout

    before = {host: connections(host) for host in HOSTS}
    changed.up()
    assert ssh("cmp01", "sysctl --values net.ipv4.tcp_keepalive_time").stdout.strip() == "611"
    after = {host: connections(host) - count - 1 for host, count in before.items()}
    assert after.pop("cmp01") == 2  # the change, and the look at its result
    assert set(after.values()) == {0}
    stack.up()
