"""An API that asks for client certificates serves whom its CA has signed and not revoked. Real OpenBao and HAProxy; no root.

The tests go one after the other, on one cloud.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ops.client_certificate import issue, revoke
from ops.vault import asking
from tests.loopback.client_pki import FILES, ClientPki
from tests.loopback.load_balancers import Edge
from tests.loopback.steady_requests import Clients
from tests.loopback.vaults import OneVault

HOST = "ctl01"


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edge]:
    folder = tmp_path_factory.mktemp("edge")
    with OneVault(tmp_path_factory.mktemp("vault")) as vault:
        pki = ClientPki(vault)
        with Edge(folder, pki, (HOST,), trusted=pki.trusted(folder)) as made:
            yield made


@pytest.fixture
def pki(edge: Edge) -> ClientPki:
    assert isinstance(edge.issuer, ClientPki)
    return edge.issuer


def test_the_files_are_there_before_the_first_load_balancer_starts(edge: Edge) -> None:
    done = edge.renew("--early")
    assert done.returncode == 0, done.stderr
    assert f"client CA: brought to {HOST}\nclient CRL: brought to {HOST}\n" in done.stdout
    modes = {(edge.folder / HOST / name).stat().st_mode & 0o777 for name in FILES}
    assert modes == {0o644}
    assert (edge.folder / HOST / FILES[0]).parent.stat().st_mode & 0o777 == 0o755
    edge.deploy()
    assert edge.renew().stdout.startswith("client CA: valid\nclient CRL: valid\n")


def test_who_shows_no_certificate_is_refused_and_an_operator_is_served(edge: Edge, pki: ClientPki) -> None:
    ann, _ = pki.issue("ann")
    assert "certificate required" in pki.answer(edge.ca, None)
    assert pki.answer(edge.ca, ann) == "200"
    # The others ask nobody.
    assert edge.served()


def test_a_certificate_of_the_cloud_s_own_ca_is_no_client(edge: Edge, pki: ClientPki) -> None:
    service, _ = pki.issue("service", "pki/issue/service")
    assert "unknown ca" in pki.answer(edge.ca, service)


def test_a_revoked_one_is_refused_and_nobody_else_notices(edge: Edge, pki: ClientPki) -> None:
    ann, _ = pki.issue("ann")
    ben, serial = pki.issue("ben")
    assert pki.answer(edge.ca, ben) == "200"
    with Clients(edge, pki.port, ann) as clients:
        for _ in range(5):
            _, other = pki.issue("other")
            pki.revoke(other)
            assert f"client CRL: brought to {HOST}" in edge.renew().stdout
        pki.revoke(serial)
        done = edge.renew()
    assert done.returncode == 0, done.stderr
    assert clients.failed == []
    assert clients.answered > 50
    assert "revoked" in pki.answer(edge.ca, ben)
    assert pki.answer(edge.ca, ann) == "200"
    assert edge.left_over() == []


def test_the_operators_command_has_one_signed_and_revoked_with_no_more_than_its_policy(
    edge: Edge, pki: ClientPki, tmp_path: Path
) -> None:
    ask = asking(["https://127.0.0.1:1", pki.one.url], pki.one.ca, pki.token())
    made = issue("eve", tmp_path, ask)
    assert pki.answer(edge.ca, made.path) == "200"
    revoke(made.serial, ask)
    assert f"client CRL: brought to {HOST}" in edge.renew().stdout
    assert "revoked" in pki.answer(edge.ca, made.path)


def test_a_load_balancer_that_starts_again_still_refuses_it(edge: Edge, pki: ClientPki) -> None:
    ann, _ = pki.issue("ann")
    edge.balancers[HOST].stop()
    edge.balancers[HOST].start()
    assert "revoked" in pki.answer(edge.ca, edge.folder / "ben.pem")
    assert pki.answer(edge.ca, ann) == "200"


def test_while_the_vault_is_away_the_old_list_serves(edge: Edge, pki: ClientPki) -> None:
    ann, _ = pki.issue("ann")
    pki.put("sys/seal", {})
    try:
        done = edge.renew()
    finally:
        pki.one.unseal()
    assert done.returncode == 1
    assert "client CRL: vault: " in done.stderr
    assert pki.answer(edge.ca, ann) == "200"
    assert "revoked" in pki.answer(edge.ca, edge.folder / "ben.pem")


def test_what_is_no_crl_is_refused_and_the_old_one_stays(edge: Edge, pki: ClientPki) -> None:
    """A file of the site's own."""
    edge.trusted = [{**one, "source": None} for one in edge.trusted]
    edge.settle(pki.names)
    (edge.folder / "kept-crl.pem").write_text("none\n")
    before = (edge.folder / HOST / FILES[1]).read_text()
    done = edge.renew()
    assert done.returncode == 1
    assert "ctl01: HAProxy" in done.stderr
    assert (edge.folder / HOST / FILES[1]).read_text() == before
    assert "revoked" in pki.answer(edge.ca, edge.folder / "ben.pem")
