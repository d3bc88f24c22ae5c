"""Certificates are renewed under running requests, on every load balancer or on none. Real OpenBao and HAProxy; no root.

The tests go one after the other, on one cloud.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.loopback.load_balancers import FILES, Edge
from tests.loopback.steady_requests import rotate_under_requests
from tests.loopback.vault_pki import VaultPki
from tests.loopback.vaults import OneVault


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edge]:
    folder = tmp_path_factory.mktemp("vault")
    with OneVault(folder) as vault, Edge(tmp_path_factory.mktemp("edge"), VaultPki(vault)) as made:
        yield made


def test_the_first_one_is_issued_before_there_is_a_load_balancer(edge: Edge) -> None:
    done = edge.renew()
    assert done.returncode == 0, done.stderr
    assert edge.kept.stat().st_mode & 0o777 == 0o600
    assert edge.left_over() == []
    edge.deploy()
    assert len(edge.served()) == 1


def test_what_is_not_due_is_left_alone(edge: Edge) -> None:
    before = edge.served(), edge.on_disk()
    assert edge.renew().stdout == "external APIs: valid\n"
    assert (edge.served(), edge.on_disk()) == before


def test_no_request_fails_while_certificates_rotate(edge: Edge) -> None:
    rotate_under_requests(edge, 5)
    modes = {(one.folder / name).stat().st_mode & 0o777 for one in edge.balancers.values() for name in FILES}
    assert modes == {0o640}


def one_vault(edge: Edge) -> OneVault:
    assert isinstance(edge.issuer, VaultPki)
    return edge.issuer.one


def sealed(edge: Edge) -> Callable[[], None]:
    vault = one_vault(edge)
    vault.api().put("sys/seal", {}, vault.token)
    return vault.unseal


def wrong_name(edge: Edge) -> Callable[[], None]:
    edge.settle(["api.elsewhere.test"])
    return lambda: edge.settle(edge.issuer.names)


def unknown_ca(edge: Edge) -> Callable[[], None]:
    before = edge.ca.read_text()
    edge.ca.write_text(Path(one_vault(edge).ca).read_text())

    def again() -> None:
        edge.ca.write_text(before)

    return again


def full_disk(edge: Edge) -> Callable[[], None]:
    mark = edge.balancers["ctl02"].folder / "full"
    mark.touch()
    return mark.unlink


def no_admin(edge: Edge) -> Callable[[], None]:
    """The second load balancer refuses, when the first one shows the new certificate already."""
    second = edge.balancers["ctl02"]
    second.stop()
    second.start("operator")

    def again() -> None:
        second.stop()
        second.start()

    return again


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (sealed, "sealed"),
        (wrong_name, "not allowed"),
        (unknown_ca, "unable to get local issuer certificate"),
        (full_disk, "ctl02: "),
        (no_admin, "ctl02: HAProxy refuses the certificate: Permission denied"),
    ],
)
def test_a_renewal_that_fails_leaves_the_old_one_everywhere(
    edge: Edge, broken: Callable[[Edge], Callable[[], None]], reason: str
) -> None:
    before = edge.served(), edge.on_disk()
    mend = broken(edge)
    try:
        done = edge.renew("--force")
    finally:
        mend()
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1), done.stderr
    assert reason in done.stderr
    assert (edge.served(), edge.on_disk()) == before
    assert edge.left_over() == []


def test_a_host_that_was_away_gets_it_when_it_is_back(edge: Edge) -> None:
    mark = edge.balancers["ctl02"].folder / "away"
    mark.touch()
    done = edge.renew("--force")
    mark.unlink()
    assert done.returncode == 1
    assert "ctl02: cannot be reached" in done.stderr
    assert len(edge.served()) == 2
    assert edge.renew().stdout == "external APIs: valid, copied to ctl02\n"
    assert (len(edge.served()), len(edge.on_disk())) == (1, 1)


def test_no_secret_was_printed(edge: Edge) -> None:
    login = json.loads((edge.folder / "login.json").read_text())
    assert not [secret for secret in login.values() if secret in edge.said]
    assert "PRIVATE KEY" not in edge.said
