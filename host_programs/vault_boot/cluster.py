"""Which node leads the cluster."""

from __future__ import annotations

from host_programs.errors import OperatorError
from host_programs.vault_api import AnsweredError, Api
from host_programs.vault_boot.errors import BootError
from host_programs.vault_boot.places import Places


def active(places: Places) -> Api:
    """The node that leads: only it gives and takes snapshots, and answers at once with what was just written.

    Raises:
        BootError: there is none, with what each node said.
    """
    said = []
    for name, url in places.settings["nodes"].items():
        try:
            leader = Api(url, places.settings["ca"]).get("sys/leader").get("leader_address")
        except (AnsweredError, OperatorError) as error:
            said.append(f"{name}: {error}")
            continue
        if leader:
            return Api(leader, places.settings["ca"])
        said.append(f"{name}: knows no leader")
    raise BootError("the vault", f"no node is active ({'; '.join(said)})", "open it; docs/vault.md, Open it")
