"""Which certificates a cloud has, by what its stack file says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ops.certificates.plan import plan
from ops.certificates.wanted import HERE, Wanted
from tests.unit.components.support import Raw, cloud
from tests.unit.components.test_edge_tls import with_acme, with_edge
from tests.unit.components.test_vault_plan import with_vault

CONTROL = ("ctl01", "ctl02", "ctl03")
COMPUTE = ("cmp01", "cmp02")
_DIRECTORY = "https://acme.example.com/directory"
ACME = {"email": "ops@example.com", "externalServer": _DIRECTORY, "internalServer": _DIRECTORY}
AMPHORA = {
    "network": {"cidr": "10.1.0.0/16", "pool": ["10.1.0.10", "10.1.255.250"]},
    "certificates": {
        "serverCa": "server-ca.pem",
        "serverCaKey": {"file": "server-ca.key"},
        "clientCa": "client-ca.pem",
        "client": {"file": "client.pem"},
    },
}


def kolla(**sections: Any) -> Callable[[Raw], None]:
    """Sections of `kolla` changed."""

    def change(raw: Raw) -> None:
        for name, fields in sections.items():
            raw["kolla"][name] = {**(raw["kolla"].get(name) or {}), **fields}

    return change


def read(stack: str, change: Callable[[Raw], None] | None = None) -> dict[str, list[Wanted]]:
    found: dict[str, list[Wanted]] = {}
    for one in plan(cloud(stack, change, secrets=False)):
        found.setdefault(one.purpose, []).append(one)
    return found


def test_a_cloud_without_encryption_has_none_of_its_own() -> None:
    def without_vault(raw: Raw) -> None:
        del raw["vault"]

    assert not [one for ones in read("lab", without_vault).values() for one in ones if not one.unread]


TLS = {"external": True, "internal": True, "source": "external", "ca": "ca.pem"}
CASES: dict[str, tuple[Callable[[Raw], None], str, tuple[str, ...], str]] = {
    "external": (kolla(tls=TLS), "external APIs", CONTROL, "/etc/kolla/haproxy/haproxy.pem"),
    "as a client sees it": (kolla(tls=TLS), "external APIs, as served", (HERE,), "172.24.4.250:5000"),
    "internal": (kolla(tls=TLS), "internal APIs", CONTROL, "/etc/kolla/haproxy/haproxy-internal.pem"),
    "from inside": (kolla(tls=TLS), "internal APIs, as served", ("ctl01",), "10.10.10.250:5000"),
    "queues": (
        kolla(tls={**TLS, "queues": True}),
        "RabbitMQ",
        CONTROL,
        "/etc/kolla/rabbitmq/rabbitmq-cert.pem",
    ),
    "backend": (
        kolla(tls={**TLS, "backend": True}),
        "services behind the load balancer",
        CONTROL,
        "/etc/kolla/*/*-cert.pem",
    ),
    "database": (
        kolla(tls={**TLS, "backend": True}, database={"proxysql": True}),
        "MariaDB",
        CONTROL,
        "/etc/kolla/*/mariadb-cert.pem",
    ),
    "ProxySQL": (
        kolla(tls=TLS, database={"proxysql": True}),
        "ProxySQL",
        CONTROL,
        "/etc/kolla/proxysql/proxysql-cert.pem",
    ),
    "libvirt": (
        kolla(globals={"libvirt_tls": True, "enable_nova_libvirt_container": True}),
        "libvirt, server",
        COMPUTE,
        "/etc/kolla/nova-*/servercert.pem",
    ),
    "amphorae": (
        kolla(octavia={"providers": ["amphora"], "amphora": AMPHORA}, coordination={"backend": "valkey"}),
        "Octavia's own at amphorae",
        CONTROL,
        "/etc/kolla/octavia-*/client.cert-and-key.pem",
    ),
    "ACME": (
        kolla(tls={**TLS, "source": "acme", "acme": ACME}),
        "external APIs",
        CONTROL,
        "/var/lib/docker/volumes/letsencrypt_certificates/_data/haproxy.pem",
    ),
    "registry": (
        kolla(images={"insecure": False}),
        "registry, as served",
        ("ctl01",),
        "10.10.10.2:5000",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_switched_on_is_looked_for_where_it_is_put(case: str) -> None:
    change, purpose, hosts, place = CASES[case]

    def named(raw: Raw) -> None:
        change(raw)
        if raw["kolla"]["tls"].get("source") == "acme":
            raw["kolla"] |= {"externalFqdn": "api.lab.test", "internalFqdn": "in.lab.test"}

    first = read("lab", named)[purpose][0]
    assert (first.hosts, first.place, first.expected) == (hosts, place, True)
    assert purpose not in read("lab")


def test_what_is_served_is_compared_with_what_is_on_disk() -> None:
    found = read("lab", kolla(tls=TLS))
    assert found["external APIs, as served"][0].like == "external APIs"

    def one_address(raw: Raw) -> None:
        kolla(tls=TLS)(raw)
        del raw["networks"]["public"]
        for host in raw["hosts"].values():
            host["addresses"].pop("public", None)

    shared = read("lab", one_address)
    assert shared["external APIs, as served"][0].like == "internal APIs"


def test_who_renews_is_what_the_stack_file_says() -> None:
    renewers = {
        source: read("prod", kolla(tls=fields))["external APIs"][0].renewed_by
        for source, fields in (
            ("files", {}),
            ("external", {"source": "external", "ca": "ca.pem"}),
            ("acme", {"source": "acme", "acme": ACME, "databaseCertificate": {"file": "internal.pem"}}),
        )
    }
    assert "externalCertificate" in renewers["files"]
    assert "source: external" in renewers["external"]
    assert renewers["acme"].startswith("Kolla's ACME client")


def test_what_the_own_vault_issues_is_renewed_by_edge_tls(tmp_path: Path) -> None:
    found = {one.purpose: one.renewed_by for one in plan(with_edge(tmp_path))}
    assert found["external APIs"].startswith("edge-tls on the deploy host")
    assert found["internal APIs"] == found["external APIs"]


def test_what_an_acme_server_issues_to_edge_tls_lies_where_the_vault_s_lies(tmp_path: Path) -> None:
    found = {one.purpose: one for one in plan(with_acme(tmp_path))}
    assert found["external APIs"].renewed_by.startswith("edge-tls on the deploy host, from the ACME server")
    assert found["internal APIs"].renewed_by.startswith("edge-tls on the deploy host, from the vault")
    assert found["external APIs"].place == "/etc/kolla/haproxy/haproxy.pem"


def test_what_nobody_can_read_is_named_with_the_reason() -> None:
    found = read("lab", CASES["amphorae"][0])
    assert "only Octavia's controllers" in found["amphorae"][0].unread
    assert found["clusters of Magnum"][0].unread
    assert "monitors' store" in read("prod")["cephadm's own CA and what it issues"][0].place


def test_a_vault_has_a_listener_on_each_node_and_two_cas() -> None:
    found = {(one.purpose, one.hosts): one for one in plan(with_vault(contents={}))}
    assert found["vault's listener", CONTROL].place == "/etc/openbao/tls/node.pem"
    for number, host in enumerate(CONTROL, start=11):
        served = found["vault's listener, as served", (host,)]
        assert (served.place, served.like) == (f"10.10.10.{number}:8200", "vault's listener")
    assert found["vault's issuing CA", ("ctl01",)].place == "https://10.10.10.11:8200/v1/pki/ca/pem"
    assert "within 72 hours" in found["certificates from the vault's PKI", ()].renewed_by


def test_a_hypervisor_without_libvirt_shows_no_certificate_of_a_server() -> None:
    found = read("lab", kolla(globals={"libvirt_tls": True, "enable_nova_libvirt_container": False}))
    assert "libvirt, client" in found
    assert "libvirt, server" not in found


def test_network_hosts_may_have_a_backend_certificate_and_need_not() -> None:
    found = read("lab", kolla(tls={**TLS, "backend": True}))["services behind the load balancer"]
    assert [(one.hosts, one.expected) for one in found] == [(CONTROL, True), (("net01", "net02"), False)]


def test_of_an_option_that_only_ansible_knows_nothing_is_expected_but_what_is_there_is_shown() -> None:
    unknown = {"database_enable_tls_internal": "{{ lookup('env', 'TLS') }}"}
    found = read("lab", kolla(globals=unknown, database={"proxysql": True}))
    assert [one.expected for one in found["ProxySQL"]] == [False]
