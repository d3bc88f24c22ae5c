"""EdgeTLS: what decides who may connect is on the load balancers before they ask for certificates."""

from __future__ import annotations

import json
from pathlib import Path

from components.kolla_cluster.overrides import overrides
from config.cloud import CloudConfig
from config.kolla.variables import effective
from host_programs.contract.edge_tls import EdgeEngine, EdgeSettings, EdgeTrusted
from tests.unit.components.support import Raw, cloud
from tests.unit.components.test_edge_tls import TLS, edge, planned


def with_clients(folder: Path, text: str) -> CloudConfig:
    """Certificates of the site's own, and an API that asks for those of clients."""
    files = {name: folder / f"{name}.pem" for name in ("ca", "crl")}
    for path in files.values():
        path.write_text(text)
    clients = {"apis": ["nova"], **{name: str(path) for name, path in files.items()}}

    def change(raw: Raw) -> None:
        raw["kolla"]["tls"]["clients"] = clients

    return cloud("prod", change)


def test_who_is_let_in_is_brought_to_load_balancers_before_they_ask(tmp_path: Path) -> None:
    config = with_clients(tmp_path, "first")
    plan = planned(config)
    settings: EdgeSettings = json.loads(plan.settings)
    assert (settings["certificates"], plan.asked_back, plan.secrets["files"]) == ([], False, {})
    words = overrides(config)["haproxy-config/nova-api.cfg"]
    volume = effective(config)["haproxy_extra_volumes"]
    for one in settings["trusted"]:
        assert set(one) == set(EdgeTrusted.__annotations__)
        assert plan.base["files"][one["kept"]]["content"] == "first"
        assert f"{one['kind']} {one['file']}" in words
        assert f"{Path(one['file']).parent}:{Path(one['file']).parent}:ro" in volume
    assert effective(config)["haproxy_socket_level_admin"] is True


def test_a_new_list_of_the_site_s_is_brought_at_once(tmp_path: Path) -> None:
    before = planned(with_clients(tmp_path, "first"))
    after = planned(with_clients(tmp_path, "second"))
    assert before.settings == after.settings
    assert before.made_from != after.made_from


def test_the_vault_s_ca_of_operators_is_asked_without_a_login(tmp_path: Path) -> None:
    def change(raw: Raw) -> None:
        edge(tmp_path, raw)
        raw["kolla"]["tls"] = {**TLS, "clients": {"apis": ["keystone"]}}
        raw["vault"]["contents"] = {"clients": {}}

    plan = planned(cloud("prod", change))
    settings: EdgeSettings = json.loads(plan.settings)
    assert (settings["vault"], plan.secrets["files"]) == (None, {})
    assert [one["kind"] for one in settings["trusted"]] == ["ca-file", "crl-file"]
    for one in settings["trusted"]:
        assert one["source"]
        assert set(one["source"]) == set(EdgeEngine.__annotations__)
        assert one["source"]["ca"] in plan.base["files"]
        assert one["kept"] not in plan.base["files"]
