"""Everything secret below /etc/kolla-deploy: passwords, certificates with their keys. Mode 0600, user kolla."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from components.edge_tls.account import thumbprint
from components.keys import read_private_key
from components.kolla_cluster.passwords import passwords_yaml, read_passwords
from config.cloud import CloudConfig
from config.kolla import KollaSettings
from config.kolla.acme import THUMBPRINT_FILE, asked_by_edge
from config.kolla.passwords import Passwords
from config.kolla.proxysql_tls import certificate_source, copied, parted, reads_root
from config.kolla.services.amphora import AmphoraCertificates
from config.kolla.tls import Tls
from config.model.text_source import SecretSource


@dataclass(frozen=True)
class KollaSecrets:
    """What only Kolla-Ansible may know."""

    passwords: Passwords = field(repr=False)
    """All services' passwords by name."""
    files: Mapping[str, str] = field(repr=False)
    """Text by path below /etc/kolla-deploy, sorted by path: passwords.yml, certificates."""
    seal: str = field(repr=False)
    """A secret that cannot be guessed; keys the fingerprint of the files."""


def read_secrets(cloud: CloudConfig, of_vault: Passwords | None = None) -> KollaSecrets:
    """The secrets of a cloud whose stack file has `kolla`; `of_vault`: the passwords, where the vault has them.

    Raises:
        ValueError: a file cannot be read, or passwords are missing; says which, never the content.
    """
    passwords = read_passwords(cloud, of_vault)
    seal = read_private_key(cloud.ssh.deploy_key, "ssh.deployKey")
    return KollaSecrets(passwords, _files(cloud, passwords), seal)


def _files(cloud: CloudConfig, passwords: Passwords) -> dict[str, str]:
    found = {"passwords.yml": passwords_yaml(passwords)}
    kolla = cloud.kolla
    if kolla is None:
        return found
    found |= _tls(kolla.tls)
    acme = kolla.tls.acme if asked_by_edge(kolla.tls) else None
    if acme and acme.account_key:
        # No secret, but the load balancers' configuration is another one with another key.
        found[THUMBPRINT_FILE] = thumbprint(acme.account_key.read("kolla.tls.acme.accountKey")) + "\n"
    found |= _proxysql(cloud, kolla)
    if kolla.octavia.enabled and kolla.octavia.amphora.certificates:
        found |= _octavia(kolla.octavia.amphora.certificates)
    if kolla.magnum.kubeconfig:
        found["config/magnum/kubeconfig"] = _with_newline(
            kolla.magnum.kubeconfig.read("kolla.magnum.kubeconfig")
        )
    return dict(sorted(found.items()))


def _tls(tls: Tls) -> dict[str, str]:
    # Under these names Kolla-Ansible looks for them (group_vars: kolla_certificates_dir).
    secrets: dict[str, tuple[SecretSource | None, str]] = {
        "haproxy.pem": (tls.external_certificate if tls.external else None, "externalCertificate"),
        "haproxy-internal.pem": (
            (tls.internal_certificate or tls.external_certificate) if tls.internal else None,
            "internalCertificate",
        ),
        "backend-key.pem": (tls.backend_key if tls.backend else None, "backendKey"),
        "rabbitmq-key.pem": (tls.queue_key if tls.queues else None, "queueKey"),
    }
    plain: dict[str, tuple[Path | None, str]] = {
        "backend-cert.pem": (tls.backend_certificate if tls.backend else None, "backendCertificate"),
        "rabbitmq-cert.pem": (tls.queue_certificate if tls.queues else None, "queueCertificate"),
        "ca/root.crt": (tls.ca, "ca"),
    }
    found = {
        f"certificates/{name}": _with_newline(given.read(f"kolla.tls.{field}"))
        for name, (given, field) in secrets.items()
        if given is not None
    }
    for name, (path, setting) in plain.items():
        if path is not None:
            found[f"certificates/{name}"] = _with_newline(
                SecretSource(file=path).read(f"kolla.tls.{setting}")
            )
    return found


def _proxysql(cloud: CloudConfig, kolla: KollaSettings) -> dict[str, str]:
    """ProxySQL's certificate; the CA next to it is `ca/root.crt`, and of its own where the release has a name for that."""
    source, field = certificate_source(kolla)
    if source is None or not copied(cloud, kolla):
        return {}
    chain, key, issuers = parted(source.read(f"kolla.tls.{field}"))
    found = {"certificates/proxysql-cert.pem": chain, "certificates/proxysql-key.pem": key}
    if not reads_root(cloud, kolla):
        ca = kolla.tls.ca
        found["certificates/proxysql-ca.pem"] = (
            _with_newline(SecretSource(file=ca).read("kolla.tls.ca")) if ca else issuers
        )
    elif kolla.tls.ca is None:
        found["certificates/ca/root.crt"] = issuers
    return found


def _octavia(certificates: AmphoraCertificates) -> dict[str, str]:
    where = "kolla.octavia.amphora.certificates"
    texts = {
        "server_ca.cert.pem": (SecretSource(file=certificates.server_ca), "serverCa"),
        "server_ca.key.pem": (certificates.server_ca_key, "serverCaKey"),
        "client_ca.cert.pem": (SecretSource(file=certificates.client_ca), "clientCa"),
        "client.cert-and-key.pem": (certificates.client, "client"),
    }
    return {
        f"config/octavia/{name}": _with_newline(given.read(f"{where}.{field}"))
        for name, (given, field) in texts.items()
    }


def _with_newline(text: str) -> str:
    return text if text.endswith("\n") else f"{text}\n"
