"""Founds the cluster exactly once.

What makes it exact is one rename: a vault is initialised in a folder of its own, by a server that nobody else hears,
and becomes the cluster's storage together with its encrypted shares. Whatever is killed before that left a folder
that was never in use, and is thrown away: no share of a vault in use can be lost.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable

from host_programs.vault_api import Api
from host_programs.vault_boot import gpg
from host_programs.vault_boot.places import Places, rename, write
from host_programs.vault_boot.temporary import server

Reached = Callable[[str], None]


def found(places: Places, reached: Reached) -> str:
    """Found the cluster, or see that there is one already; says which.

    Args:
        places: settings and files.
        reached: called with each step.

    Raises:
        BootError: another node cannot be asked whether it belongs to a cluster.
    """
    if os.path.isdir(places.cluster):
        return "founded already"
    shutil.rmtree(places.founding, ignore_errors=True)
    os.mkdir(places.founding, 0o710)
    storage = places.while_founding(places.storage)
    os.mkdir(storage, 0o700)
    nodes, ca = places.settings["nodes"], places.settings["ca"]
    others = [Api(url, ca) for name, url in nodes.items() if name != places.founder]
    # A founder that lost its disk must not found a second cluster next to the one that has the secrets.
    in_use = [node.get("sys/init")["initialized"] for node in others]
    joins = any(in_use)
    if joins:
        _own(places, storage)
    else:
        _initialise(places, reached)
    rename(places.founding, places.cluster)
    reached("founded")
    return "joins the cluster of the other nodes" if joins else "founded"


def _initialise(places: Places, reached: Reached) -> None:
    settings = places.settings
    operators = settings["operators"]
    kind = "recovery" if settings["opens_itself"] else "secret"
    key = gpg.make_key(places.while_founding(places.key))
    reached("key made")
    with server(places) as node:
        request = {
            f"{kind}_shares": len(operators),
            f"{kind}_threshold": settings["threshold"],
            f"{'recovery_' if settings['opens_itself'] else ''}pgp_keys": list(operators.values()),
            "root_token_pgp_key": key,
        }
        answer = node.put("sys/init", request)
        reached("initialised")
        shares = answer["recovery_keys_base64" if settings["opens_itself"] else "keys_base64"]
        document = dict(zip(operators, shares))
        write(places.while_founding(places.shares), json.dumps(document, indent=2) + "\n")
        write(places.while_founding(places.root_token), answer["root_token"])
        reached("written")
    reached("stopped")


def _own(places: Places, storage: str) -> None:
    if user := places.settings["user"]:
        shutil.chown(storage, user)
        shutil.chown(places.founding, group=user)
