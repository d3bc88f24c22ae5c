"""What is said of a run that failed: each host once, with the line that says why."""

from __future__ import annotations

import json

import pytest

from ops import failures

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
