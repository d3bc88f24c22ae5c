"""Files and secrets that `kolla` names: passwords, certificates, keys, override texts."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

from config.cloud import CloudConfig
from config.errors import Loc, Problem
from config.kolla import KollaSettings
from config.kolla.certificates import certificate_faults, key_faults
from config.kolla.override_checks import text_faults
from config.kolla.passwords import faults, missing, parse
from config.kolla.secret_text import SecretText
from config.release_map import release
from config.sealed import SEALED

_PASSWORDS: Loc = ("kolla", "passwords")
_MAKE = "run `make kolla-passwords STACK=…`: it makes what is missing and keeps the rest"


def kolla_files(cloud: CloudConfig, *, required: bool) -> list[Problem]:
    """They are there, can be read by their owner alone, and hold what they should.

    Args:
        cloud: the config, its file names resolved.
        required: whether a secret that is not there yet is a problem.
    """
    if cloud.kolla is None:
        return []
    return [
        *_passwords(cloud, cloud.kolla, required=required),
        *_certificates(cloud, cloud.kolla, required=required),
        *_overrides(cloud.kolla),
    ]


def _passwords(cloud: CloudConfig, kolla: KollaSettings, *, required: bool) -> Iterator[Problem]:
    if kolla.passwords is None:
        if required:
            yield Problem(_PASSWORDS, "is missing: no service has a password", _MAKE)
        return
    text, problems = _read(_PASSWORDS, kolla.passwords, _MAKE, required=required)
    yield from problems
    if text is None:
        return
    have = parse(text)
    where: Loc = (*_PASSWORDS, "file" if kolla.passwords.file else "secret")
    if have is None:
        yield Problem(where, "is not a mapping of names to passwords", "give the text of a passwords.yml")
        return
    needs: tuple[Loc, ...] = (("releases", "openstack"),)
    lacking = missing(release(cloud.releases.openstack).passwords, have)
    if lacking and required:
        some = ", ".join(lacking[:3]) + (f" and {len(lacking) - 3} more" if len(lacking) > 3 else "")
        reason = f"{len(lacking)} passwords of {cloud.releases.openstack} are missing or empty: {some}"
        yield Problem(where, reason, _MAKE, needs=needs)
    for name, reason in faults(have).items():
        yield Problem(where, f"`{name}` {reason}", "remove the line and run `make kolla-passwords STACK=…`")


def _certificates(cloud: CloudConfig, kolla: KollaSettings, *, required: bool) -> Iterator[Problem]:
    tls = kolla.tls
    vips = {name: network.vip for name, network in cloud.networks.defined().items()}
    outside = kolla.external_fqdn or str(vips.get("public") or vips.get("management"))
    inside = kolla.internal_fqdn or str(vips.get("management"))
    both = tls.internal and tls.internal_certificate is None
    names = {
        "externalCertificate": [outside, *([inside] if both else [])],
        "internalCertificate": [inside],
    }
    for field, given in (
        ("externalCertificate", tls.external_certificate),
        ("internalCertificate", tls.internal_certificate),
    ):
        yield from _secret(("kolla", "tls", field), given, names[field], required=required)
    for field, key in (("backendKey", tls.backend_key), ("queueKey", tls.queue_key)):
        yield from _secret(("kolla", "tls", field), key, None, required=required)
    yield from _secret(("kolla", "magnum", "kubeconfig"), kolla.magnum.kubeconfig, [], required=required)
    plain: list[tuple[Loc, Path | None]] = [
        (("kolla", "tls", "backendCertificate"), tls.backend_certificate),
        (("kolla", "tls", "queueCertificate"), tls.queue_certificate),
        (("kolla", "tls", "ca"), tls.ca),
    ]
    made = kolla.octavia.amphora.certificates
    if made is not None:
        here: Loc = ("kolla", "octavia", "amphora", "certificates")
        plain += [((*here, "serverCa"), made.server_ca), ((*here, "clientCa"), made.client_ca)]
        yield from _secret((*here, "serverCaKey"), made.server_ca_key, [], required=required)
        yield from _secret((*here, "client"), made.client, [], required=required)
    for loc, path in plain:
        if path is not None:
            yield from _public(loc, path, required=required)


def _secret(
    loc: Loc, given: SecretText | None, names: list[str] | None, *, required: bool
) -> Iterator[Problem]:
    """A secret text; `names`: a certificate with its key for them, none: a private key, empty: any text."""
    if given is None:
        return
    text, problems = _read(loc, given, "correct the name, or make the file", required=required)
    yield from problems
    if text is None or names == []:
        return
    where = (*loc, "file" if given.file else "secret")
    found = key_faults(text) if names is None else certificate_faults(text, names, with_key=True)
    for reason, fix in found:
        yield Problem(where, reason, fix)


def _read(loc: Loc, given: SecretText, fix: str, *, required: bool) -> tuple[str | None, list[Problem]]:
    if (given.file is None) == (given.secret is None):
        which = "neither `file` nor `secret`" if given.file is None else "both `file` and `secret`"
        return None, [Problem(loc, f"has {which}", "give exactly one of the two")]
    if given.secret is not None:
        text = given.secret.get_secret_value()
        return (None if text == SEALED else text), []
    path, where = given.file or Path(), (*loc, "file")
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None, [Problem(where, "there is no such file", fix, str(path))] if required else []
    except (OSError, UnicodeDecodeError):
        return None, [Problem(where, "cannot be read as text", "check the file and its rights", str(path))]
    if mode & 0o077:
        reason = f"others may read it (mode {mode:04o})"
        return text, [Problem(where, reason, f"run `chmod 600 {path}`", str(path))]
    return text, []


def _public(loc: Loc, path: Path, *, required: bool) -> Iterator[Problem]:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        if required:
            yield Problem(loc, "there is no such file", "correct the name, or make the file", str(path))
        return
    except (OSError, UnicodeDecodeError):
        yield Problem(loc, "cannot be read as text", "give a PEM file", str(path))
        return
    for reason, fix in certificate_faults(text, [], with_key=False):
        yield Problem(loc, reason, fix, str(path))


def _overrides(kolla: KollaSettings) -> Iterator[Problem]:
    for path, override in kolla.overrides.items():
        if override.file is None:
            continue
        loc: Loc = ("kolla", "overrides", path, "file")
        try:
            text = override.file.read_text(encoding="utf-8")
        except FileNotFoundError:
            fix = "write it, or correct the name; it starts from the folder of Pulumi.yaml"
            yield Problem(loc, "there is no such file", fix, str(override.file))
            continue
        except UnicodeDecodeError:
            reason = "is not text, and these files are shown in previews"
            fix = "put it on the deploy host yourself, and name its folder in an option, such as `ironic_agent_files_directory`"
            yield Problem(loc, reason, fix, str(override.file))
            continue
        except OSError:
            yield Problem(loc, "cannot be read as text", "check the file and its rights", str(override.file))
            continue
        for reason, fix in text_faults(path, text):
            yield Problem(loc, reason, fix, str(override.file))
