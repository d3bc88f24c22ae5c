"""Certificates by ACME: validated through HAProxy, issued, renewed under running requests. Real Pebble, lego, HAProxy; no root.

The tests go one after the other, on one cloud. In all of them Pebble refuses one request in four for its nonce.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from components.edge_tls.account import lego_key
from tests.loopback.load_balancers import Edge
from tests.loopback.pebble import BLOCKED, Pebble
from tests.loopback.steady_requests import rotate_under_requests
from tests.unit.config.kolla_secrets import private_key


@pytest.fixture(scope="module")
def pebble(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pebble]:
    with Pebble(tmp_path_factory.mktemp("pebble")) as made:
        yield made


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory, pebble: Pebble) -> Iterator[Edge]:
    with Edge(tmp_path_factory.mktemp("edge"), pebble) as made:
        yield made


def test_the_load_balancer_starts_with_a_stand_in_and_then_gets_the_real_one(edge: Edge) -> None:
    for _ in range(2):
        done = edge.renew()
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith("external APIs: waits for a load balancer")
    assert edge.kept.stat().st_mode & 0o777 == 0o600
    stand_in = edge.kept.read_text()
    edge.deploy()
    done = edge.renew()
    assert (done.returncode, done.stdout) == (0, "external APIs: renewed (self-signed certificate)\n"), (
        done.stderr
    )
    assert len(edge.served()) == 1
    assert stand_in not in edge.on_disk()
    assert edge.renew().stdout == "external APIs: valid\n"
    assert edge.left_over() == []


def test_no_request_fails_while_certificates_rotate(edge: Edge) -> None:
    rotate_under_requests(edge, 3)


def restored(path: Path, text: str) -> Callable[[], None]:
    def again() -> None:
        path.write_text(text)

    return again


def elsewhere(edge: Edge, pebble: Pebble) -> Callable[[], None]:
    """The name leads to an address where nothing listens."""
    pebble.lead("127.0.0.2")
    return lambda: pebble.lead("127.0.0.1")


def other_account(edge: Edge, pebble: Pebble) -> Callable[[], None]:
    """The load balancers answer for another account than the one that asks."""
    before = pebble.key.read_text()
    pebble.key.write_text(lego_key(private_key()))
    return restored(pebble.key, before)


def other_directory(edge: Edge, pebble: Pebble, url: str) -> Callable[[], None]:
    before, pebble.directory = pebble.directory, url
    edge.settle(pebble.names)

    def again() -> None:
        pebble.directory = before
        edge.settle(pebble.names)

    return again


def too_often(edge: Edge, pebble: Pebble) -> Callable[[], None]:
    return other_directory(edge, pebble, pebble.url(pebble.limited))


def no_server(edge: Edge, pebble: Pebble) -> Callable[[], None]:
    return other_directory(edge, pebble, pebble.url(1))


def refused_name(edge: Edge, pebble: Pebble) -> Callable[[], None]:
    edge.settle([BLOCKED])
    return lambda: edge.settle(pebble.names)


def unknown_ca(edge: Edge, pebble: Pebble) -> Callable[[], None]:
    before = edge.ca.read_text()
    edge.ca.write_text((pebble.folder / "cert.pem").read_text())
    return restored(edge.ca, before)


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (elsewhere, "refused: connection: "),
        (other_account, "refused: unauthorized: "),
        (
            too_often,
            "refused: rateLimited: too many certificates already issued (nothing; the next run asks again)",
        ),
        (no_server, "connection refused"),
        (refused_name, "refused: rejectedIdentifier: "),
        (unknown_ca, "unable to get local issuer certificate"),
    ],
)
def test_a_renewal_that_fails_leaves_the_old_one_everywhere(
    edge: Edge, pebble: Pebble, broken: Callable[[Edge, Pebble], Callable[[], None]], reason: str
) -> None:
    before = edge.served(), edge.on_disk()
    mend = broken(edge, pebble)
    try:
        done = edge.renew("--force")
    finally:
        mend()
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1), done.stderr
    assert reason in done.stderr
    assert (edge.served(), edge.on_disk()) == before
    assert edge.left_over() == []


def test_the_account_is_the_one_whose_key_was_given_and_no_key_was_printed(
    edge: Edge, pebble: Pebble
) -> None:
    log = (pebble.folder / "log").read_text()
    assert log.count("There are now 1 accounts") == 1
    assert "PRIVATE KEY" not in edge.said
    assert "PRIVATE KEY" not in log
