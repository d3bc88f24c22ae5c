"""Files and secrets that `kolla` names: passwords, certificates, keys."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from config.cloud import CloudConfig
from config.kolla import KollaSettings
from config.kolla.certificates import certificate_faults, pem_key_faults
from config.kolla.edge import edge_sources
from config.kolla.passwords import faults, missing, parse
from config.model.errors import Loc, Problem
from config.model.text_source import SecretSource, read_file
from config.release_map import release

_PASSWORDS: Loc = ("kolla", "passwords")
_MAKE = "run `make kolla-passwords STACK=…`: it generates what is missing and keeps the rest"
_CORRECT = "correct the name, or create the file"
_OF_THE_VAULT = (
    "run `make edge-login STACK=…`; a new cloud needs its vault before: `make up UNTIL=vault STACK=…`"
)


def passwords_complete(cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Problem]:
    """Every password of the release is there and of the right form; of those in the vault, a run says it."""
    if kolla.passwords is None:
        yield Problem(_PASSWORDS, "is missing: no service has a password", _MAKE, absent=True)
        return
    text, problems = kolla.passwords.examined(_PASSWORDS, _MAKE)
    yield from problems
    if text is None:
        return
    have = parse(text)
    where = kolla.passwords.place(_PASSWORDS)
    if have is None and text.startswith("$ANSIBLE_VAULT;"):
        fix = "give the text of `ansible-vault view`, as a secret of the stack or in a file of mode 0600"
        yield Problem(where, "is encrypted by ansible-vault, whose password nobody can type here", fix)
        return
    if have is None:
        yield Problem(where, "is not a mapping of names to passwords", "give the text of a passwords.yml")
        return
    needs: tuple[Loc, ...] = (("releases", "openstack"),)
    lacking = missing(release(cloud.releases.openstack).passwords, have)
    if lacking:
        some = ", ".join(lacking[:3]) + (f" and {len(lacking) - 3} more" if len(lacking) > 3 else "")
        reason = f"{len(lacking)} passwords of {cloud.releases.openstack} are missing or empty: {some}"
        yield Problem(where, reason, _MAKE, needs=needs, absent=True)
    for name, reason in faults(have).items():
        yield Problem(where, f"`{name}` {reason}", "remove the line and run `make kolla-passwords STACK=…`")


def certificates_usable(cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Problem]:
    """They are there, can be read by their owner alone, and are for the names that clients use."""
    tls = kolla.tls
    vips = {name: network.vip for name, network in cloud.networks.defined().items()}
    outside = kolla.external_fqdn or str(vips.get("public") or vips.get("management"))
    inside = kolla.internal_fqdn or str(vips.get("management"))
    both = tls.internal and tls.internal_certificate is None
    names = {
        "externalCertificate": [outside, *([inside] if both else [])],
        "internalCertificate": [inside],
        "databaseCertificate": [inside],
    }
    for field, given in (
        ("externalCertificate", tls.external_certificate),
        ("internalCertificate", tls.internal_certificate),
        ("databaseCertificate", tls.database_certificate),
    ):
        yield from _secret(("kolla", "tls", field), given, names[field])
    keys: list[tuple[Loc, SecretSource | None]] = [
        (("backendKey",), tls.backend_key),
        (("queueKey",), tls.queue_key),
        (("acme", "accountKey"), tls.acme.account_key if tls.acme else None),
    ]
    for place, key in keys:
        yield from _secret(("kolla", "tls", *place), key, None)
    yield from _secret(("kolla", "magnum", "kubeconfig"), kolla.magnum.kubeconfig, [])
    if tls.renewal is not None:
        yield from _secret(("kolla", "tls", "renewal", "login"), tls.renewal.login, [], _OF_THE_VAULT)
    plain: list[tuple[Loc, Path | None]] = [
        (("kolla", "tls", "backendCertificate"), tls.backend_certificate),
        (("kolla", "tls", "queueCertificate"), tls.queue_certificate),
        (("kolla", "tls", "acme", "ca"), tls.acme.ca if tls.acme else None),
    ]
    if tls.ca is not None:
        own = "vault" in edge_sources(tls).values()
        yield from _public(("kolla", "tls", "ca"), tls.ca, _OF_THE_VAULT if own else _CORRECT)
    made = kolla.octavia.amphora.certificates
    if made is not None:
        here: Loc = ("kolla", "octavia", "amphora", "certificates")
        plain += [((*here, "serverCa"), made.server_ca), ((*here, "clientCa"), made.client_ca)]
        yield from _secret((*here, "serverCaKey"), made.server_ca_key, [])
        yield from _secret((*here, "client"), made.client, [])
    for loc, path in plain:
        if path is not None:
            yield from _public(loc, path)


def _secret(
    loc: Loc, given: SecretSource | None, names: list[str] | None, make: str = _CORRECT
) -> Iterator[Problem]:
    """A secret text; `names`: a certificate with its key for them, none: a private key, empty: any text."""
    if given is None:
        return
    text, problems = given.examined(loc, make)
    yield from problems
    if text is None or names == []:
        return
    found = pem_key_faults(text) if names is None else certificate_faults(text, names, with_key=True)
    for reason, fix in found:
        yield Problem(given.place(loc), reason, fix)


def _public(loc: Loc, path: Path, make: str = _CORRECT) -> Iterator[Problem]:
    text, problems = read_file(loc, path, make, "give a PEM file", absent=True)
    yield from problems
    if text is not None:
        for reason, fix in certificate_faults(text, [], with_key=False):
            yield Problem(loc, reason, fix, str(path))
