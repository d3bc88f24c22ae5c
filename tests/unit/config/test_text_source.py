"""Texts that may stand in a file come from exactly one place, wherever the model has one, and never get into errors."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from config.cloud import CloudConfig
from config.load import load_mapping
from config.model.errors import ConfigErrors, Loc, dotted
from config.model.shape import places_of
from config.model.text_source import SecretSource, TextSource
from tests.unit.config.support import ROOT, fields

CERTIFICATES = {name: {"file": "x"} for name in ("serverCaKey", "client")} | {
    "serverCa": "x",
    "clientCa": "x",
}
VAULT = {
    "version": "2.7.2",
    "tls": {"certificate": "x", "ca": "x", "key": {"file": "x"}},
    "operators": {"threshold": 1, "pgpKeys": {"ann": "x"}},
    "seal": {"transit": {"address": "https://seed.example.com", "keyName": "k", "token": {"file": "x"}}},
}
OBSERVABILITY = {
    "mail": {"server": "smtp:25", "sender": "a@example.com"},
    "receivers": {"one": {}},
    "default": "one",
    "logs": {"url": "https://logs.example.com/loki/api/v1/push", "user": "cloud"},
}
LOGIN = {
    "authorizationEndpoint": "https://sso.example.com/authorize",
    "tokenEndpoint": "https://sso.example.com/token",
    "userinfoEndpoint": "https://sso.example.com/userinfo",
    "clientId": "grafana",
    "admins": ["cloud-admins"],
}
PLACES = [
    tuple(
        ("nova/nova-compute.conf" if "overrides" in place else "one") if step == "*" else step
        for step in place
    )
    for place in places_of(CloudConfig, TextSource)
]


def with_source(loc: Loc, source: dict[str, str]) -> dict[str, Any]:
    sections = {"vault": VAULT, "observability": OBSERVABILITY}
    parts = {"kolla.octavia.amphora.certificates": CERTIFICATES, "kolla.tls.renewal": {"service": "edge"}}
    parts["kolla.grafana.login"] = LOGIN
    if loc[:3] == ("kolla", "tls", "acme"):
        parts["kolla.tls"] = {"acme": {"email": "ops@example.com"}}
    raw = fields("prod", copy.deepcopy({**parts, **sections}))
    here: Any = raw
    for step in loc[:-1]:
        here = here.setdefault(step, {})
    here[loc[-1]] = copy.deepcopy(source)
    return raw


@pytest.mark.parametrize("given", ["both", "neither"])
@pytest.mark.parametrize("loc", PLACES, ids=dotted)
def test_a_text_is_given_exactly_once_wherever_it_may_be_given(loc: Loc, given: str) -> None:
    inline = "content" if "overrides" in loc else "secret"
    raw = with_source(loc, {"file": "x", inline: "hunter2"} if given == "both" else {})
    with pytest.raises(ConfigErrors) as caught:
        load_mapping(raw, "prod", ROOT, require_host_keys=False)
    assert [p for p in caught.value.problems if p.loc == loc and p.reason.startswith(f"has {given} `")]
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (
            SecretSource(file=Path("/nowhere/x")),
            "cloud:a.file: /nowhere/x: No such file or directory (correct",
        ),
        (SecretSource(), "cloud:a: has neither `file` nor `secret` (give exactly one of the two)"),
    ],
    ids=["no file", "nothing"],
)
def test_what_cannot_be_read_is_said_with_place_reason_and_fix(source: SecretSource, said: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011  # the whole text is compared
        source.read("a")
    assert said in str(caught.value)


def test_a_file_that_is_no_text_is_not_shown(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"hunter2\xff")
    with pytest.raises(ValueError, match=r"not a text file") as caught:
        SecretSource(file=tmp_path / "x").read("a")
    assert "hunter2" not in str(caught.value)
