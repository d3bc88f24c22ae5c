"""What the cluster holds, as states of hostctl's kind `ceph`: options, modules, pools, filesystem, realm; users."""

from __future__ import annotations

from components.state import State
from config.ceph import CephSettings
from config.ceph.gateways import Rgw
from config.ceph.resolved import placement, pools, users
from config.cloud import CloudConfig
from config.kolla.endpoints import KEYSTONE_PORT, service_endpoints
from config.kolla.variables import effective

RGW_PASSWORD = "/etc/ceph/rgw.keystone"  # noqa: S105 - the file's name
"""The gateways' password in Keystone: a file for their user alone, never an option in the monitors' database."""


def pools_state(cloud: CloudConfig, ceph: CephSettings) -> State:
    """Everything that holds data, and the cluster's own settings."""
    state: State = {"pools": _pools(ceph)}
    if ceph.filesystem:
        files = ceph.filesystem
        state["filesystems"] = {files.name: {"metadata": files.metadata_pool, "data": files.data_pool}}
    if not ceph.external:
        state["osds"] = len(placement(cloud, ceph).osds) * (
            ceph.file_osds.per_host if ceph.mode == "packages" else 1
        )
        state["config"] = _config(cloud, ceph)
        state["modules"] = {"prometheus": ceph.prometheus, "dashboard": ceph.dashboard}
        if ceph.rgw:
            state["realm"] = {"realm": ceph.rgw.realm, "zonegroup": ceph.rgw.zonegroup, "zone": ceph.rgw.zone}
    return {"ceph": _as_asked(ceph, state)}


def users_state(ceph: CephSettings) -> State:
    """Users with their capabilities."""
    named = {f"client.{name}": dict(caps) for name, caps in users(ceph).items()}
    return {"ceph": _as_asked(ceph, {"users": named})}


def _as_asked(ceph: CephSettings, state: State) -> State:
    return state | {"manage": ceph.external.manage} if ceph.external else state


def _pools(ceph: CephSettings) -> State:
    found: State = {}
    for name, pool in pools(ceph).items():
        found[name] = {
            "pg_num": pool.pg_num,
            "size": pool.size,
            "min_size": pool.min_size,
            "autoscale": pool.pg_autoscale,
        }
        # A filesystem's pools get their application when it is made of them.
        if pool.application and pool.application != "cephfs":
            found[name]["application"] = pool.application
        if pool.target_ratio is not None:
            found[name]["target_ratio"] = f"{pool.target_ratio:g}"
        if pool.rule:
            found[name]["rule"] = pool.rule
    return found


def _config(cloud: CloudConfig, ceph: CephSettings) -> dict[str, dict[str, str]]:
    base = ceph.pool_defaults
    found: dict[str, dict[str, str]] = {
        # The pools that gateways and managers make themselves are like the others.
        "global": {
            "osd_pool_default_size": str(base.size),
            "osd_pool_default_min_size": str(base.min_size),
            "osd_pool_default_pg_num": str(base.pg_num),
            "osd_pool_default_pg_autoscale_mode": base.pg_autoscale,
        },
        # All clients are newer than 2021 (CVE-2021-20288): the cluster's health asks for it.
        "mon": {"auth_allow_insecure_global_id_reclaim": "false"},
    }
    if base.allow_size_one:
        found["global"] |= {"mon_allow_pool_size_one": "true", "mon_warn_on_pool_no_redundancy": "false"}
    if ceph.rgw:
        found["client.rgw"] = _gateway(cloud, ceph.rgw)
    for section, options in ceph.config.items():
        found[section] = found.get(section, {}) | options
    return found


def _keystone(cloud: CloudConfig) -> str:
    """The internal endpoint, with TLS where the cloud has it there."""
    if cloud.kolla is None:
        return f"http://{cloud.networks.management.vip}:{KEYSTONE_PORT}"
    return service_endpoints(effective(cloud))["internal"]


def _gateway(cloud: CloudConfig, rgw: Rgw) -> dict[str, str]:
    found = {"rgw_realm": rgw.realm, "rgw_zonegroup": rgw.zonegroup, "rgw_zone": rgw.zone}
    if not rgw.keystone:
        return found
    url = rgw.keystone_url or _keystone(cloud)
    return found | {
        "rgw_keystone_api_version": "3",
        "rgw_keystone_url": url,
        "rgw_keystone_admin_domain": "default",
        "rgw_keystone_admin_project": "service",
        "rgw_keystone_admin_user": rgw.keystone_user,
        "rgw_keystone_admin_password_path": RGW_PASSWORD,
        "rgw_keystone_accepted_roles": ",".join(rgw.accepted_roles),
        "rgw_keystone_accepted_admin_roles": "ResellerAdmin",
        "rgw_keystone_implicit_tenants": "true",
        "rgw_s3_auth_use_keystone": "true",
        "rgw_swift_account_in_url": "true" if rgw.account_in_url else "false",
    }
