"""Limits for the journal, so that logs never fill a disk; Fluent Bit, which sends them to where they are kept."""

from __future__ import annotations

from components.host_prep.target import Target
from components.observability import fluent_bit
from components.state import State
from config.observability.logs import Logs

_JOURNALD = "/etc/systemd/journald.conf.d/10-cloud.conf"

_SETTINGS = f"{fluent_bit.FOLDER}/cloud.yaml"
_PASSWORD = f"{fluent_bit.FOLDER}/cloud.env"
_FLUENT_BIT = "fluent-bit.service"
_DROP_IN = f"/etc/systemd/system/{_FLUENT_BIT}.d/cloud.conf"
_SERVICE = f"""\
# Managed by openstack-cloud.
[Service]
EnvironmentFile=-{_PASSWORD}
ExecStart=
ExecStart=/opt/fluent-bit/bin/fluent-bit -c {_SETTINGS}
Restart=always
RestartSec=5s
"""


def journal(target: Target) -> State:
    """A journal that is kept on disk up to a limit."""
    limit = target.cloud.host_prep.journal_max_use
    content = (
        f"# Managed by openstack-cloud.\n[Journal]\nStorage=persistent\nSystemMaxUse={limit}\nCompress=yes\n"
    )
    return {
        "files": {_JOURNALD: {"content": content, "mode": "0644"}},
        "effective": {_JOURNALD: "systemd"},
        "units": {"systemd-journald.service": {"active": True, "restart_on": [_JOURNALD]}},
    }


def fluent_bit_settings(target: Target) -> State:
    """Fluent Bit and what it sends; it runs once it has its password too.

    Raises:
        ValueError: the CA's file cannot be read.
    """
    logs = _logs(target)
    if logs is None:
        return {}
    texts = {_SETTINGS: fluent_bit.fluent_bit_yaml(logs, target.name), _DROP_IN: _SERVICE}
    if logs.ca is not None:
        texts[fluent_bit.CA] = _ca(logs)
    return {
        "packages": {"present": [logs.package]},
        "directories": {fluent_bit.STATE: {"mode": "0700"}},
        "files": {path: {"content": text, "mode": "0644"} for path, text in texts.items()},
        **({} if logs.password else _unit()),
    }


def fluent_bit_password(target: Target) -> State:
    """Its password at the store, and the unit that needs it."""
    logs = _logs(target)
    if logs is None or logs.password is None:
        return {}
    password = logs.password.read("observability.logs.password").strip()
    content = f"{fluent_bit.PASSWORD}={password}\n"
    return {"files": {_PASSWORD: {"content": content, "mode": "0600", "sensitive": True}}, **_unit(_PASSWORD)}


def _unit(*more: str) -> State:
    changed = [_SETTINGS, _DROP_IN, fluent_bit.CA, *more]
    return {"units": {_FLUENT_BIT: {"enabled": True, "active": True, "restart_on": changed}}}


def _logs(target: Target) -> Logs | None:
    own = target.cloud.observability
    return own.logs if own else None


def _ca(logs: Logs) -> str:
    try:
        return logs.ca.read_text(encoding="utf-8") if logs.ca else ""
    except OSError as error:
        raise ValueError(f"cloud:observability.logs.ca: {logs.ca}: {error.strerror}") from error
