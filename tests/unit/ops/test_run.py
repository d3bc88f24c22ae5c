"""`make up` and the like: what is prepared, what pulumi is given, and what is said at the end."""

from __future__ import annotations

import hashlib
import json
import os
from argparse import Namespace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ops import failures, hosts_first, lock, pending, run, stack, unconfirmed

TAKEN = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)


def held(host: str = "here") -> lock.Lock:
    return lock.Lock(Path("l.json"), 4242, "root", host, TAKEN)


@pytest.mark.parametrize(
    ("host", "start", "stale"),
    [
        ("here", None, True),
        ("here", TAKEN - timedelta(seconds=30), False),
        ("here", TAKEN + timedelta(seconds=1), False),
        ("here", TAKEN + timedelta(seconds=60), True),
        ("elsewhere", None, False),
    ],
    ids=["dead", "alive", "alive within the clock's slack", "number given out again", "another machine's"],
)
def test_a_lock_is_stale_only_when_its_owner_is_known_to_be_gone(
    host: str, start: datetime | None, stale: bool
) -> None:
    assert lock.is_stale(held(host), "here", lambda _: start) is stale


def test_a_process_of_this_machine_is_seen_with_its_start() -> None:
    mine = lock.started(os.getpid())
    assert mine is not None
    assert mine <= datetime.now(UTC) + timedelta(seconds=2)
    assert lock.started(2**22 + 1) is None


@pytest.mark.parametrize(
    ("url", "folder"),
    [
        ("file:///srv/state", "/srv/state/.pulumi/locks/organization/cloud/lab"),
        ("file://~/state", "~/state/.pulumi/locks/organization/cloud/lab"),
        ("s3://bucket?region=x", None),
        ("", None),
    ],
)
def test_locks_are_looked_for_where_a_file_backend_keeps_them(url: str, folder: str | None) -> None:
    assert lock.lock_dir(url, "cloud", "lab") == (Path(folder).expanduser() if folder else None)


def test_locks_are_read_as_the_engine_writes_them(tmp_path: Path) -> None:
    said = {"pid": 7, "username": "u", "hostname": "h", "timestamp": "2026-05-01T14:00:00.123456789+02:00"}
    (tmp_path / "a.json").write_text(json.dumps(said))
    (tmp_path / "b.json").write_text("{")
    (found,) = lock.read_locks(tmp_path)
    assert str(found) == "u@h, pid 7, since 2026-05-01 12:00:00 UTC"


def operation(
    kind: str, type_: str = "command:remote:Command", name: str = "prep-ctl01-base"
) -> dict[str, Any]:
    return {"type": kind, "resource": {"urn": f"urn:pulumi:lab::cloud::{type_}::{name}", "type": type_}}


@pytest.mark.parametrize(
    ("entry", "harmless", "says"),
    [
        (operation("creating"), True, "it runs again"),
        (operation("updating"), True, "so it runs again"),
        (operation("deleting"), True, "deleted again"),
        (
            operation("creating", "openstack:compute/instance:Instance", "vm"),
            False,
            "the state may not know it",
        ),
    ],
)
def test_an_open_operation_is_dropped_only_where_repeating_it_is_harmless(
    entry: dict[str, Any], harmless: bool, says: str
) -> None:
    (item,) = pending.pending({"deployment": {"pending_operations": [entry, entry]}})
    assert item.harmless is harmless
    assert says in (item.resolved() if harmless else item.open())
    assert item.name in pending.advice("lab", [item])


def test_a_state_without_a_deployment_has_no_open_operations() -> None:
    assert pending.pending({"version": 3, "deployment": None}) == []


def applied(stdin: str, confirmed: str | None, *, armed: bool = True) -> dict[str, Any]:
    create = "hostctl apply network" + (" --confirm-within 60" if armed else "")
    resources = [
        {
            "urn": "u::c-ctl01-network",
            "type": "command:remote:Command",
            "inputs": {"create": create, "stdin": stdin},
        }
    ]
    if confirmed is not None:
        digest = hashlib.sha256(confirmed.encode()).hexdigest()
        resources.append(
            {
                "urn": "u::c-ctl01-network-confirm",
                "type": "command:remote:Command",
                "inputs": {"stdin": digest},
            }
        )
    return {"deployment": {"resources": resources}}


@pytest.mark.parametrize(
    ("export", "waiting"),
    [
        (applied("new", "new"), []),
        (applied("new", "old"), ["u::c-ctl01-network"]),
        (applied("new", None), ["u::c-ctl01-network"]),
        (applied("new", None, armed=False), []),
        ({"deployment": {}}, []),
    ],
    ids=["confirmed", "another state was", "never", "needs none", "empty"],
)
def test_what_was_applied_but_not_confirmed_is_applied_again(
    export: dict[str, Any], waiting: list[str]
) -> None:
    assert unconfirmed.unconfirmed(export) == waiting


URN = "urn:pulumi:lab::cloud::cloud:host:HostPrep$command:remote:Command::prep-ctl01-base"
FIREWALL = "urn:pulumi:lab::cloud::cloud:host:Firewall$command:remote:Command::firewall-"
HOSTS = ["ctl1", "ctl01", "ctl01-b", "cmp01"]


@pytest.mark.parametrize(
    ("urn", "expected"),
    [
        (URN, ("ctl01", "base")),
        (URN.replace("-base", "-network-confirm"), ("ctl01", "network-confirm")),
        (URN.replace("ctl01-base", "ctl01-b-secrets"), ("ctl01-b", "secrets")),
        (FIREWALL + "cmp01", ("cmp01", "firewall")),
        (FIREWALL + "cmp01-confirm", ("cmp01", "firewall-confirm")),
        ("urn:pulumi:lab::cloud::pulumi:pulumi:Stack::cloud-lab", ("cloud-lab", "pulumi:pulumi:Stack")),
    ],
)
def test_a_resource_s_name_tells_host_and_concern(urn: str, expected: tuple[str, str]) -> None:
    assert failures.place(urn, HOSTS) == expected


@pytest.mark.parametrize(
    ("message", "cause"),
    [
        (
            (
                '<{%reset%}>Process exited with status 1: running "sudo -n hostctl apply base":\n'
                "0.1 s files\nhostctl: base: file /etc/x: no space left on device (free some)\n<{%reset%}>"
            ),
            "base: file /etc/x: no space left on device (free some)",
        ),
        (
            "error: 1 error occurred:\n\t* dial tcp 10.0.0.1:22: connect: no route to host (10 attempts)\n",
            "dial tcp 10.0.0.1:22: connect: no route to host (10 attempts)",
        ),
        ("sudo: a password is required", "sudo: a password is required"),
        ("", "no reason was given; see the output above"),
        ("x" * 1000, "x" * 299 + "…"),
    ],
)
def test_the_cause_is_the_line_that_says_why(message: str, cause: str) -> None:
    assert failures.cause(message) == cause


def test_each_failed_host_is_named_once_in_the_stack_s_order() -> None:
    events = [
        {"diagnosticEvent": {"severity": "info", "urn": URN, "message": "working"}},
        {
            "diagnosticEvent": {
                "severity": "error",
                "urn": FIREWALL + "cmp01",
                "message": "hostctl: firewall: rolled back",
            }
        },
        {"diagnosticEvent": {"severity": "error", "urn": URN, "message": "error: unreachable"}},
        {"diagnosticEvent": {"severity": "error", "urn": URN, "message": "error: resource creation failed"}},
        {"resOpFailedEvent": {"metadata": {"urn": URN}}},
        {"diagnosticEvent": {"severity": "error", "message": "update failed"}},
    ]
    log = [*map(json.dumps, events), '{"half']
    text = failures.summary(failures.failures(log, HOSTS), HOSTS)
    assert (
        text == "failed: 2 of 4 hosts\n  ctl01  base: unreachable\n  cmp01  firewall: firewall: rolled back"
    )


def test_a_run_without_a_failed_resource_has_no_summary() -> None:
    assert failures.summary([], HOSTS) == ""


@pytest.mark.parametrize(
    ("argv", "interactive", "words"),
    [
        (["up"], True, "up --stack lab --continue-on-error"),
        (["up"], False, "up --stack lab --non-interactive --continue-on-error"),
        (["up", "--yes"], False, "up --stack lab --non-interactive --yes --skip-preview --continue-on-error"),
        (["preview", "--expect-no-changes"], True, "preview --stack lab --diff --expect-no-changes"),
        (["preview", "--", "--target", "urn"], True, "preview --stack lab --diff --target urn"),
        (["refresh", "--yes"], True, "refresh --stack lab --yes --skip-preview"),
        (["destroy"], True, "destroy --stack lab --continue-on-error"),
        (["up", "--config-file", "x.yaml"], True, "up --stack lab --config-file /x.yaml --continue-on-error"),
    ],
)
def test_pulumi_gets_exactly_these_words(argv: list[str], interactive: bool, words: str) -> None:
    options: Namespace = run.parse([argv[0], "--stack", "lab", *argv[1:]])
    assert run.arguments(options, Path("/x.yaml"), interactive=interactive) == words.split()


@pytest.mark.parametrize(("status", "code"), [("exit 0", 0), ("exit 255", 255), ("kill -9 $$", 137)])
def test_the_exit_code_comes_through(status: str, code: int) -> None:
    assert run.foreground(["/bin/sh", "-c", status], dict(os.environ)) == code


def prepared(urn: str | None) -> dict[str, Any]:
    return {"deployment": {"resources": [{"urn": urn}] if urn else []}}


@pytest.mark.parametrize(
    ("hosts", "state", "first"),
    [
        (64, None, True),
        (64, {"deployment": None}, True),
        (64, prepared("urn:pulumi:p::c::pulumi:pulumi:Stack::c-p"), True),
        (64, prepared("urn:pulumi:p::c::cloud:host:HostPrep$command:remote:Command::hosts-a-base"), False),
        (63, None, False),
    ],
    ids=["new", "no run yet", "a run was killed", "hosts are there", "few hosts"],
)
def test_many_hosts_are_done_first_when_none_is_there(hosts: int, state: Any, first: bool) -> None:
    assert hosts_first.worth_it(hosts, state) is first


@pytest.mark.parametrize(
    ("words", "codes", "runs"),
    [
        (["up", "--yes"], [0, 0], ["hosts", "all"]),
        (["up", "--yes"], [255], ["hosts"]),
        (["up", "--refresh"], [0], ["all"]),
        (["up", "--expect-no-changes"], [0], ["all"]),
        (["preview"], [0], ["all"]),
    ],
    ids=["in turn", "a host failed", "more words", "no changes", "preview"],
)
def test_only_the_hosts_run_goes_without_checkpoints(
    words: list[str], codes: list[int], runs: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "Pulumi.big.yaml"
    file.write_text(json.dumps({"config": {"cloud:hosts": {f"h{number}": {} for number in range(64)}}}))
    seen, left = [], list(codes)

    def foreground(given: list[str], environment: dict[str, str]) -> int:
        hosts = "**::cloud:host:**" in given
        assert hosts is (environment.get("PULUMI_SKIP_CHECKPOINTS") == "true")
        seen.append("hosts" if hosts else "all")
        return left.pop(0)

    def none_yet(_: str) -> None:
        raise stack.NoStackError

    monkeypatch.setattr(run, "foreground", foreground)
    monkeypatch.setattr(stack, "pulumi", lambda: "pulumi")
    monkeypatch.setattr(stack, "export", none_yet)
    monkeypatch.setattr(stack, "make", lambda _: None)
    monkeypatch.delenv("PULUMI_SKIP_CHECKPOINTS", raising=False)
    it = run.Run(run.parse([*words, "--stack", "big", "--config-file", str(file)]))
    it.prepare()
    assert it.run() == codes[-1]
    assert seen == runs
