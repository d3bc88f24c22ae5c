"""Puts a snapshot in the place of all that the vault has."""

from __future__ import annotations

from host_programs.contract.vault_boot import VAULT_CLUSTER
from host_programs.vault_api import AnsweredError, Api, until
from host_programs.vault_boot import snapshots
from host_programs.vault_boot.cluster import active
from host_programs.vault_boot.errors import BootError
from host_programs.vault_boot.founding import Reached
from host_programs.vault_boot.handover import forget_root, root_token
from host_programs.vault_boot.places import Places
from host_programs.vault_boot.policy import SNAPSHOT

_SECONDS = 120


def restore(
    places: Places, path: str, token: str, reached: Reached, *, other_keys: bool, dry_run: bool
) -> str:
    """Replace the vault's content by a snapshot's; says what it did, or would do.

    Args:
        places: settings and files.
        path: the snapshot.
        token: of somebody who may do it; empty: the first token of a cluster that was founded again.
        reached: called with each step.
        other_keys: the snapshot is of a cluster with other keys than this one has, as after a new founding.
        dry_run: look at all of it, change nothing.

    Raises:
        BootError: the snapshot is damaged, nobody is active, there is no token, or the vault refused.
    """
    about = snapshots.checked(path)
    node = active(places)
    newest = next((one["taken"] for one in reversed(snapshots.kept(places))), "none")
    which = f"{path} (index {about.get('Index')}, term {about.get('Term')})"
    replaced = (
        f"all that the vault at {node.url} holds: secrets, CAs, policies, logins, tokens "
        f"(newest snapshot of this node: {newest})"
    )
    if dry_run:
        return f"would put {which} in the place of {replaced}; nothing was changed"
    first = "" if token else root_token(places, node)
    if not (token or first):
        fix = "make a root token with the operators' shares and give it; docs/vault.md, Restore"
        raise BootError("the vault", "there is no token that may restore", fix)
    if other_keys:
        _refuse_others(node, token or first)
    undo = snapshots.take(places, token or first)
    reached(f"what it has now is in {undo}")
    with open(path, "rb") as file:
        try:
            node.upload(f"{SNAPSHOT}{'-force' if other_keys else ''}", token or first, file)
        except AnsweredError as error:
            fix = "is it of a cluster with other keys? then say so: OTHER_KEYS=1; docs/vault.md, Restore"
            raise BootError(path, f"the vault refused it: {error}", fix) from None
    if other_keys:
        # Only then all of it is in place: whoever ends the server before has neither the one nor the other.
        until("the vault", _SECONDS, lambda: _not_replaced(places, node, token or first))
    # What was the first token is one of a vault that is gone.
    forget_root(places)
    cluster = f"{places.home}/{VAULT_CLUSTER}"
    then = f"put its shares.json and pulumi.json back into {cluster}, " if other_keys else ""
    opened = "open it with the snapshot's shares if it is sealed, "
    if places.settings["opens_itself"]:
        # The running server goes on talking to the others by the keys that it had.
        opened = "systemctl restart openbao, " if other_keys else ""
    return (
        f"{which} is in the place of {replaced}; what it had is in {undo}; {then}{opened}then run pulumi up"
    )


def _refuse_others(node: Api, token: str) -> None:
    """Whoever has joined already has the keys that are replaced, and could talk to nobody afterwards."""
    servers = node.get("sys/storage/raft/configuration", token)["data"]["config"]["servers"]
    others = sorted(server["node_id"] for server in servers if not server["leader"])
    if others:
        fix = "initialise it again with openbao stopped on them; docs/vault.md, Restore"
        raise BootError("the vault", f"{', '.join(others)} joined with the keys that are replaced", fix)


def _not_replaced(places: Places, node: Api, token: str) -> str:
    """What shows that the vault still is what it was: it knows the token; with shares, it has to have sealed itself."""
    if not places.settings["opens_itself"]:
        return "" if node.get("sys/seal-status")["sealed"] else "not sealed"
    try:
        node.get("auth/token/lookup-self", token)
    except AnsweredError as error:
        return "" if error.status == 403 else str(error)
    return "still has what it had"
