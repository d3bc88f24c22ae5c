"""What an option comes to: what is set, else the release's default, evaluated as far as that can be known."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from config.kolla.values import UndefinedValueError, UnknownValueError, Values, truth
from config.release_map.data_file import option_rows

_DEFAULTS = {
    "neutron_bridge_name": "br-ex",
    "neutron_tenant_network_types": "{{ 'geneve' if neutron_plugin_agent == 'ovn' else 'vxlan' }}",
    "neutron_type_drivers": "{{ 'flat,vlan,vxlan,geneve' if neutron_plugin_agent == 'ovn' else 'flat,vlan,vxlan' }}",
    "octavia_provider_drivers": (
        "{{ 'amphora:Amphora provider, ovn:OVN provider' if neutron_plugin_agent == 'ovn' "
        "else 'amphora:Amphora provider' }}"
    ),
    "octavia_provider_agents": "{{ 'amphora_agent, ovn' if neutron_plugin_agent == 'ovn' else 'amphora_agent' }}",
    "kolla_same_external_internal_vip": "{{ kolla_external_vip_address == kolla_internal_vip_address }}",
    "kolla_external_fqdn": (
        "{{ kolla_internal_fqdn if kolla_same_external_internal_vip else kolla_external_vip_address }}"
    ),
}
"""Defaults that are too long for the release's data, or that use more of Jinja than can be evaluated: the same in less."""


class Effect:
    """The options of one cloud, comparable with those of another of the same release."""

    def __init__(self, series: str, own: Mapping[str, Any]) -> None:
        self._own = {**_DEFAULTS, **own}
        self._values = Values(series, self._own)
        self._rows = option_rows(series)

    def of(self, name: str) -> str:
        """A text that is the same where two clouds do the same."""
        kind, default, _ = self._rows.get(name, ("any", "", ""))
        try:
            value = self._values.get(name)
        except UndefinedValueError as error:
            value = "" if error.name == name else self._own.get(name, default)
        except (UnknownValueError, ValueError, TypeError):
            value = self._own.get(name, default)  # an expression that only Ansible evaluates: the same text
        return _plain(kind, value)


def _plain(kind: str, value: Any) -> str:
    if value is None or value == "":
        return str(False) if kind == "bool" else ""
    if kind == "bool" and "{" not in str(value):
        return str(truth(value))
    if isinstance(value, dict | list | tuple):
        return json.dumps(value, sort_keys=True, default=str)
    text = str(value).strip()
    if "{" not in text and "," in text:
        return ",".join(part.strip() for part in text.split(","))  # lists that Kolla-Ansible splits itself
    return str(truth(text)) if text.lower() in ("yes", "no", "true", "false") else " ".join(text.split())
