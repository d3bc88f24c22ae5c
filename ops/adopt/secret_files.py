"""Certificates and keys of the folder: which field names each, so that each is kept as a file of the operator's alone."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from config.kolla.proxysql_tls import parted
from config.model.errors import Loc
from ops.adopt.remark import AdoptError
from ops.new.draft import home

_TLS: Loc = ("kolla", "tls")
_AMPHORA: Loc = ("kolla", "octavia", "amphora", "certificates")
_SOURCES: dict[str, Loc] = {
    "certificates/haproxy.pem": (*_TLS, "externalCertificate"),
    "certificates/haproxy-internal.pem": (*_TLS, "internalCertificate"),
    "certificates/backend-key.pem": (*_TLS, "backendKey"),
    "certificates/rabbitmq-key.pem": (*_TLS, "queueKey"),
    "config/octavia/server_ca.key.pem": (*_AMPHORA, "serverCaKey"),
    "config/octavia/client.cert-and-key.pem": (*_AMPHORA, "client"),
    "config/magnum/kubeconfig": ("kolla", "magnum", "kubeconfig"),
}
"""Fields that hold a secret."""
_NAMES: dict[str, Loc] = {
    "certificates/backend-cert.pem": (*_TLS, "backendCertificate"),
    "certificates/rabbitmq-cert.pem": (*_TLS, "queueCertificate"),
    "config/octavia/server_ca.cert.pem": (*_AMPHORA, "serverCa"),
    "config/octavia/client_ca.cert.pem": (*_AMPHORA, "clientCa"),
}
"""Fields that name a file that is none."""
_PROXYSQL = ("certificates/proxysql-cert.pem", "certificates/proxysql-key.pem")
"""One field holds both, and the internal certificate where it is the same."""
_CA, _PROXYSQL_CA = "certificates/ca/", "certificates/proxysql-ca.pem"


def secret_files(
    name: str, files: Mapping[str, Path], *, with_ca: bool
) -> tuple[dict[Loc, object], dict[str, str]]:
    """The fields that name the files, and the files' texts by the name that each gets in the stack's folder.

    Args:
        name: the stack.
        files: the folder's files.
        with_ca: whether the cloud puts its CA into containers.

    Raises:
        AdoptError: a file is no text, or encrypted.
    """
    fields: dict[Loc, object] = {}
    texts: dict[str, str] = {}
    for path, loc in {**_SOURCES, **_NAMES}.items():
        if path in files:
            own = path.partition("/")[2].replace("/", "-")
            texts[own] = readable(files[path])
            fields[loc] = {"file": f"{home(name)}/{own}"} if path in _SOURCES else f"{home(name)}/{own}"
    inside = _inside(files)
    if all(path in files for path in _PROXYSQL):
        pair = tuple(readable(files[path]) for path in _PROXYSQL)
        if pair != inside[:2]:
            texts["proxysql.pem"] = "".join(pair)
            fields[(*_TLS, "databaseCertificate")] = {"file": f"{home(name)}/proxysql.pem"}
    own_ca = [path for path in files if path.startswith(_CA) and readable(files[path]) != inside[2]]
    if with_ca and own_ca:
        texts["ca.pem"] = "".join(f"{readable(files[path]).rstrip()}\n" for path in own_ca)
        fields[(*_TLS, "ca")] = f"{home(name)}/ca.pem"
    return fields, texts


def is_kept(path: str) -> bool:
    """Whether a file is one of those."""
    return path in {*_SOURCES, *_NAMES, *_PROXYSQL, _PROXYSQL_CA} or path.startswith(_CA)


def _inside(files: Mapping[str, Path]) -> tuple[str, str, str]:
    """The internal certificate, its key, and its CA, as ProxySQL gets them where nothing else is given."""
    found = [
        path for path in ("certificates/haproxy-internal.pem", "certificates/haproxy.pem") if path in files
    ]
    return parted(readable(files[found[0]])) if found else ("", "", "")


def readable(path: Path) -> str:
    """A file's text. Raises AdoptError."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise AdoptError(
            path, "cannot be read as text", "check its rights, or remove it from the copy"
        ) from None
    if text.startswith("$ANSIBLE_VAULT;"):
        fix = "run `ansible-vault decrypt` on it in a copy of the folder of mode 0700, and adopt that one"
        raise AdoptError(path, "is encrypted with Ansible's vault", fix)
    return text
