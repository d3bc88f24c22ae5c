"""Alertmanager's configuration: routes, receivers, what silences what. Pure; holds names of secrets, not secrets."""

from __future__ import annotations

import re
from typing import Any

import yaml

from config.model.text_source import SecretSource
from config.observability import Observability
from config.observability.receivers import Hours, Receiver, Route

PASSWORD = "observability_mail_password"  # noqa: S105  # its name
_NAMED = re.compile(r"'\{\{ (\w+) \}\}'")

SILENCES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ('alertname="InstanceDown"', 'alertname=~".+"', ("instance",)),
    ('alertname="FilesystemFull"', 'alertname=~"Filesystem(Low|Filling)"', ("instance", "mountpoint")),
    ('alertname="RaidDiskFailed"', 'alertname="RaidDegraded"', ("instance", "device")),
    ('alertname="CephHealthError"', 'alertname="CephHealthWarning"', ()),
    ('alertname="CephOsdHostDown"', 'alertname="CephOsdsDown"', ()),
    ('alertname="CephOsdFull"', 'alertname=~"CephOsd(Near|Backfill)Full"', ()),
    ('alertname="GaleraLost"', 'alertname=~"Galera.+|Api.+|Keystone.+|Haproxy.+"', ()),
    ('alertname="KeystoneDown"', 'alertname=~"Api.+"', ()),
    ('alertname="HaproxyServiceDown"', 'alertname="HaproxyServerDown"', ("proxy",)),
    ('alertname="NovaComputesDown"', 'alertname="NovaServiceDown"', ()),
)
"""Source, target, labels that both have alike. What is a source itself is not silenced by another of the same kind."""


def secrets(own: Observability) -> dict[str, tuple[str, SecretSource]]:
    """Where each secret text is: its place below `cloud:` and its source, by the name that Ansible has for it."""
    found: dict[str, tuple[str, SecretSource]] = {}
    if own.mail is not None and own.mail.password is not None:
        found[PASSWORD] = ("observability.mail.password", own.mail.password)
    for name, receiver in own.receivers.items():
        for field, source in receiver.secrets().items():
            found[_named(name, field)] = (f"observability.receivers.{name}.{field}", source)
    return found


def alertmanager_yaml(own: Observability) -> str:
    """The text, a template of Ansible: it has `{{ NAME | to_json }}` for each secret of `secrets`."""
    return _NAMED.sub(r"{{ \1 | to_json }}", yaml.safe_dump(_document(own), sort_keys=False, width=1000))


def _document(own: Observability) -> dict[str, Any]:
    document: dict[str, Any] = {
        "global": _mail(own),
        "route": {
            "receiver": own.default,
            # A host's critical alert must not wait for the next mail of its warnings.
            "group_by": ["area", "instance", "severity"],
            "group_wait": "30s",
            "group_interval": "5m",
            "repeat_interval": f"{own.repeat_hours}h",
            "routes": [_route(route) for route in own.routes],
        },
        "inhibit_rules": [
            {
                "source_matchers": _matchers(source),
                "target_matchers": _matchers(target),
                **({"equal": list(equal)} if equal else {}),
            }
            for source, target, equal in SILENCES
        ],
        "receivers": [_receiver(name, receiver) for name, receiver in own.receivers.items()],
    }
    if own.hours:
        document["time_intervals"] = [_hours(name, hours) for name, hours in own.hours.items()]
    return document


def _mail(own: Observability) -> dict[str, Any]:
    mail = own.mail
    if mail is None:
        return {"resolve_timeout": "5m"}
    login = {"smtp_auth_username": mail.user, "smtp_auth_password": f"{{{{ {PASSWORD} }}}}"}
    return {
        "resolve_timeout": "5m",
        "smtp_smarthost": mail.server,
        "smtp_from": mail.sender,
        "smtp_require_tls": mail.tls,
        **(login if mail.user else {}),
    }


def _route(route: Route) -> dict[str, Any]:
    matchers = [
        f'{label}=~"{"|".join(values)}"'
        for label, values in (("severity", route.severities), ("area", route.areas))
        if values
    ]
    return {
        "receiver": route.receiver,
        **({"matchers": matchers} if matchers else {}),
        **({"active_time_intervals": [route.hours]} if route.hours else {}),
        "continue": True,
    }


def _receiver(name: str, receiver: Receiver) -> dict[str, Any]:
    found: dict[str, Any] = {"name": name}
    end = {"send_resolved": receiver.resolved}
    if receiver.mail:
        found["email_configs"] = [{"to": ", ".join(receiver.mail), **end}]
    if receiver.webhook is not None:
        found["webhook_configs"] = [{"url": f"{{{{ {_named(name, 'webhook')} }}}}", **end}]
    if receiver.chat is not None:
        found["slack_configs"] = [{"api_url": f"{{{{ {_named(name, 'chat')} }}}}", **end}]
    return found


def _hours(name: str, hours: Hours) -> dict[str, Any]:
    interval = {
        "times": [{"start_time": hours.start, "end_time": hours.end}],
        "weekdays": list(hours.days),
        "location": hours.time_zone,
    }
    return {"name": name, "time_intervals": [interval]}


def _matchers(text: str) -> list[str]:
    return text.split(", ")


def _named(receiver: str, field: str) -> str:
    return f"observability_{receiver}_{field}"
