"""The connection to a cloud: one for each region that the program works in, made when it is first used."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from toolchain.plugins.base.errors import InvalidError

if TYPE_CHECKING:
    from openstack.connection import Connection

_AUTH = {
    "authUrl": "auth_url",
    "userName": "username",
    "userId": "user_id",
    "password": "password",
    "tenantName": "project_name",
    "tenantId": "project_id",
    "userDomainName": "user_domain_name",
    "userDomainId": "user_domain_id",
    "projectDomainName": "project_domain_name",
    "projectDomainId": "project_domain_id",
}
_REQUEST_SECONDS = 60.0  # until a service must have begun to answer
_lock = threading.Lock()
_open: dict[str, Connection] = {}


def connect(config: Mapping[str, Any], region: str | None = None) -> Connection:
    """The connection for a provider's configuration; nothing is asked of the cloud yet.

    Args:
        config: The provider's properties, by their official names.
        region: Another region than the provider's own.

    Raises:
        InvalidError: the configuration says not enough.
    """
    region = region or config.get("region")
    with _lock:
        key = json.dumps([config, region], sort_keys=True, default=str)
        if key not in _open:
            _open[key] = _connection(config, region)
        return _open[key]


def _connection(config: Mapping[str, Any], region: str | None) -> Connection:
    for name in ("authUrl", "password"):
        if not isinstance(config.get(name), str):
            msg = f"the openstack provider needs {name}: set it in the provider's arguments"
            raise InvalidError(msg)
    from openstack import connect as connection  # noqa: PLC0415 - a quarter of a second that only a real run needs

    return connection(
        auth={theirs: config[ours] for ours, theirs in _AUTH.items() if config.get(ours)},
        region_name=region,
        interface=str(config.get("endpointType") or "public").removesuffix("URL"),
        verify=not config.get("insecure", False),
        cacert=config.get("cacertFile"),
        api_timeout=_REQUEST_SECONDS,
        app_name="openstack-cloud",
        load_yaml_config=False,
        load_envvars=False,
    )
