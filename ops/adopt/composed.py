"""Options that several fields make together: all of these have to be tried at once."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from typing import Any

from config.model.errors import Loc
from ops.adopt.effect import Effect
from ops.new.draft import carrier

_RETENTION = "--storage.tsdb.retention."

Change = dict[Loc, Any]
"""Values by place; None: the field is left out."""


def _bridges(want: Effect) -> Change:
    """Names and interfaces are two lists of the same length."""
    names = [one.strip() for one in want.of("neutron_bridge_name").split(",")]
    devices = [one.strip() for one in want.of("neutron_external_interface").split(",")]
    pairs = dict(zip(names, devices, strict=False))
    first: Change = {("networks", "provider"): carrier(devices[0])} if devices[0] else {}
    plain = names == ["br-ex"]
    return {("kolla", "neutron", "bridges"): None if plain else pairs, **first}


def _arguments(want: Effect) -> Change:
    """How long metrics are kept has fields of its own."""
    at: Loc = ("kolla", "prometheus")
    try:
        words = shlex.split(want.of("prometheus_cmdline_extras"))
    except ValueError:
        return {}  # a quote without its end
    kept = dict(
        word.removeprefix(_RETENTION).split("=", 1)
        for word in words
        if word.startswith(_RETENTION) and "=" in word
    )
    others = [word for word in words if not word.startswith(_RETENTION)]
    return {
        (*at, "retention"): kept.get("time"),
        (*at, "retentionSize"): kept.get("size"),
        (*at, "arguments"): others or None,
    }


def _acme(want: Effect) -> Change:
    """An account and its servers; releases before 2025.1 have one server."""
    outside = want.of("letsencrypt_external_cert_server") or want.of("letsencrypt_cert_server")
    account = {
        "email": want.of("letsencrypt_email"),
        "externalServer": outside or None,
        "internalServer": want.of("letsencrypt_internal_cert_server") or None,
    }
    return {("kolla", "tls", "source"): "acme", ("kolla", "tls", "acme"): account}


def _amphora_network(want: Effect) -> Change:
    """The parts of the network that have fields; what else it says has to be as the product makes it."""
    try:
        said = json.loads(want.of("octavia_amp_network"))
        subnet, vlan = said["subnet"], said.get("provider_segmentation_id")
        network = {
            "physicalNetwork": said["provider_physical_network"],
            **({"vlan": vlan} if vlan else {}),
            "cidr": subnet["cidr"],
            "pool": [subnet["allocation_pool_start"], subnet["allocation_pool_end"]],
        }
    except (ValueError, KeyError, TypeError, AttributeError):
        return {}
    return {("kolla", "octavia", "amphora", "network"): network}


COMPOSED: dict[str, Callable[[Effect], Change]] = {
    "neutron_bridge_name": _bridges,
    "neutron_external_interface": _bridges,
    "enable_letsencrypt": _acme,
    "octavia_amp_network": _amphora_network,
    "prometheus_cmdline_extras": _arguments,
}
"""By option."""
