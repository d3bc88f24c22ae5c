"""The vault's plan: as a reviewer reads it, and what it must never hold."""

from __future__ import annotations

import base64
import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from components.firewall.plan import plan_firewall
from components.vault_secrets.plan import VaultFiles, VaultPlan, plan_vault
from tests.unit.components.support import GOLDEN, Raw, cloud
from tests.unit.golden import compare

FILES = VaultFiles(
    certificate="CERTIFICATE\n",
    ca="CA\n",
    key="hunter2-key\n",
    pgp_keys={"ann": "QU5O", "bob": "Qk9C"},
)
STATIC_KEY = base64.b64encode(b"s" * 32).decode()
SEALS: dict[str, dict[str, Any]] = {
    "shares": {},
    "static": {"kind": "static", "staticKey": {"file": "none.key"}},
    "transit": {
        "kind": "transit",
        "transit": {
            "address": "https://seed.example.com:8200",
            "keyName": "cloud",
            "token": {"file": "none"},
        },
    },
}


def with_vault(seal: str | Raw = "static", **more: Any) -> Any:
    def change(raw: Raw) -> None:
        raw["vault"] = {
            "version": "2.7.2",
            "tls": {"certificate": "none.pem", "ca": "none.pem", "key": {"file": "none.key"}},
            "operators": {"threshold": 2, "pgpKeys": {"ann": "a.asc", "bob": "b.asc"}},
            "seal": SEALS[seal] if isinstance(seal, str) else seal,
            **more,
        }

    return cloud("prod", change, secrets=False)


def plan(seal: str = "static", **more: Any) -> VaultPlan:
    given = {"static": {"static_key": "hunter2-static"}, "transit": {"transit_token": "hunter2-token"}}
    files = dataclasses.replace(FILES, **given.get(seal, {}))
    made = plan_vault(with_vault(seal, **more), files)
    assert made is not None
    return made


def test_the_plan_is_the_reviewed_one() -> None:
    made = plan()
    found = {}
    for name in ("ctl01", "ctl02"):
        host = made.hosts[name]
        files = host.base["files"]
        state = {**host.base, "files": {path: {**file, "content": "…"} for path, file in files.items()}}
        found[f"vault/{name}.json"] = json.dumps(state, indent=2, sort_keys=True) + "\n"
        found[f"vault/{name}.openbao.json"] = files["/etc/openbao/openbao.json"]["content"]
    found["vault/openbao.service"] = files["/etc/systemd/system/openbao.service"]["content"]
    found["vault/boot.json"] = made.settings
    compare(GOLDEN, found, below="vault")


def test_the_server_runs_and_starts_with_its_host() -> None:
    for host in plan().hosts.values():
        assert host.service == {"units": {"openbao.service": {"enabled": True, "active": True}}}


def test_the_founder_has_no_storage_before_it_has_founded() -> None:
    hosts = plan().hosts
    has = {name: "/var/lib/openbao/cluster/raft" in host.base["directories"] for name, host in hosts.items()}
    assert has == {"ctl01": False, "ctl02": True, "ctl03": True}


@pytest.mark.parametrize("seal", SEALS)
def test_secrets_are_in_the_secret_state_alone(seal: str) -> None:
    made = plan(seal)
    for host in made.hosts.values():
        assert "hunter2" not in json.dumps([host.base, host.service, made.settings])
        for file in host.secrets["files"].values():
            assert (file["mode"], file["sensitive"]) == ("0600", True)


@pytest.mark.parametrize(
    ("seal", "static", "token"),
    [("shares", None, None), ("static", STATIC_KEY, None), ("transit", None, "hunter2-token")],
)
def test_what_the_stack_file_names_is_read_of_seals_its_own_and_no_secret_is_shown(
    seal: str, static: str | None, token: str | None, tmp_path: Path
) -> None:
    given = {"static": {"staticKey": {"secret": f"{static}\n"}}}
    given["transit"] = {"transit": SEALS["transit"]["transit"] | {"token": {"secret": f"{token}\n"}}}
    config = with_vault(
        SEALS[seal] | given.get(seal, {}),
        tls={
            "certificate": str(tmp_path / "certificate"),
            "ca": str(tmp_path / "ca"),
            "key": {"file": str(tmp_path / "key")},
        },
        operators={"threshold": 1, "pgpKeys": {"ann": str(tmp_path / "ann")}},
    )
    key = base64.b64encode(b"\x98\x33rest").decode()
    armoured = f"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n{key}\n-----END PGP PUBLIC KEY BLOCK-----\n"
    for name, text in {
        "certificate": "CERTIFICATE",
        "ca": "CA",
        "key": "hunter2-key",
        "ann": armoured,
    }.items():
        (tmp_path / name).write_text(text)
    read = VaultFiles.read(config.vault)
    assert read == VaultFiles("CERTIFICATE", "CA", "hunter2-key", {"ann": key}, static, token)
    assert not [secret for secret in ("hunter2", STATIC_KEY) if secret in repr(read)]


@pytest.mark.parametrize(("seal", "opens_itself"), [("shares", False), ("static", True), ("transit", True)])
def test_only_shares_need_people_at_each_start(seal: str, opens_itself: bool) -> None:
    made = plan(seal)
    configuration = json.loads(made.hosts["ctl01"].base["files"]["/etc/openbao/openbao.json"]["content"])
    settings = json.loads(made.settings)
    assert settings["opens_itself"] is opens_itself
    # The founding's own server needs the other vault's token as the unit does.
    assert (settings["environment"] in made.hosts["ctl01"].secrets["files"]) == (seal == "transit")
    assert list(configuration.get("seal", {})) == ([seal] if opens_itself else [])


def test_named_nodes_are_the_cluster_and_the_first_founds_it() -> None:
    made = plan(nodes=["ctl03", "mon01", "ctl01"])
    assert (list(made.hosts), made.founder) == (["ctl03", "mon01", "ctl01"], "ctl03")
    raft = json.loads(made.hosts["mon01"].base["files"]["/etc/openbao/openbao.json"]["content"])["storage"][
        "raft"
    ]
    assert len(raft["retry_join"]) == 2


def test_only_nodes_accept_and_only_nodes_reach_raft() -> None:
    config = with_vault(nodes=["ctl01", "ctl02", "mon01"])
    rows = {
        (host, row.service): row.sources
        for host, firewall in plan_firewall(config).items()
        for row in firewall.rows
        if row.service.startswith("vault")
    }
    assert {host for host, _ in rows} == {"ctl01", "ctl02", "mon01"}
    nodes = {str(config.hosts[name].addresses["management"]) for name in ("ctl01", "ctl02", "mon01")}
    assert {source.removesuffix("/32") for source in rows["mon01", "vault-raft"] or ()} == nodes
