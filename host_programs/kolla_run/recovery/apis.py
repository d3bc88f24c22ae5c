"""The cloud's APIs as a recovery uses them: lists of what runs, and orders to start or stop it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from host_programs.kolla_run import integrity_run, openstack
from host_programs.kolla_run.kolla import Kolla
from host_programs.kolla_run.openstack import Cloud, NoAnswerError
from host_programs.kolla_run.recovery.gate import Call

_PAGE = 500


class Apis:
    """Logs in anew for each look: a token does not outlive an hour of waiting."""

    def __init__(self, kolla: Kolla, fetch: openstack.Fetch | None = None) -> None:
        self._kolla = kolla
        self._fetch = fetch
        self._at_hand: Cloud | None = None

    def look(self) -> dict[str, Any]:
        """Servers and load balancers, or why they are not known."""
        try:
            self._at_hand = cloud = self._cloud()
            compute, balancing = _url(cloud, "compute"), _url(cloud, "load-balancer")
            amphorae = {
                one["compute_id"] for one in _rows(cloud, balancing, "/v2.0/octavia/amphorae", "amphorae")
            }
            servers = [
                {
                    "id": one["id"],
                    "name": one["name"],
                    "status": one["status"],
                    "host": one.get("OS-EXT-SRV-ATTR:host") or "",
                    "amphora": one["id"] in amphorae,
                }
                for one in _pages(cloud, f"{compute}/servers/detail?all_tenants=1", "servers")
            ]
            balancers = [
                {"id": one["id"], "name": one["name"], "status": one["provisioning_status"]}
                for one in _rows(cloud, balancing, "/v2.0/lbaas/loadbalancers", "loadbalancers")
            ]
        except NoAnswerError as error:
            return {"problem": str(error)}
        return {"problem": "", "servers": servers, "balancers": balancers}

    def call(self, call: Call) -> None:
        """Have a change made. Raises NoAnswerError."""
        cloud = self._at_hand or self._cloud()
        cloud.order(f"{_url(cloud, call.service)}{call.path}", call.document)

    def _cloud(self) -> Cloud:
        entry: Mapping[str, Any] = integrity_run.admin_entry(self._kolla)
        return Cloud(entry, self._fetch or openstack.fetcher(str(entry.get("cacert") or "")))


def _url(cloud: Cloud, kind: str) -> str:
    """A service's internal endpoint; "" if there is no such service."""
    urls = [one.url for one in cloud.catalogue if one.type == kind and one.interface == "internal"]
    return urls[0].rstrip("/") if urls else ""


def _rows(cloud: Cloud, url: str, path: str, key: str) -> list[dict[str, Any]]:
    return cloud.rows(url.removesuffix("/v2.0") + path, key) if url else []


def _pages(cloud: Cloud, url: str, key: str) -> Iterator[dict[str, Any]]:
    """All rows of a long list."""
    if url.startswith("/"):
        return
    marker = ""
    while True:
        page = cloud.rows(f"{url}&limit={_PAGE}{marker}", key)
        yield from page
        if len(page) < _PAGE:
            return
        marker = f"&marker={page[-1]['id']}"
