"""Opens nodes with the operators' shares."""

from __future__ import annotations

from host_programs.contract.vault_boot import EXIT_SEALED
from host_programs.errors import OperatorError
from host_programs.vault_api import AnsweredError, Api
from host_programs.vault_boot.errors import BootError
from host_programs.vault_boot.places import Places, read_json


def unseal(places: Places, share: str) -> str:
    """Give one decrypted share to every node that is sealed; says how far each is."""
    said = []
    for name, node in _nodes(places).items():
        try:
            status = node.get("sys/seal-status")
        except OperatorError:
            # The others need this share all the same.
            said.append(f"{name}: does not answer")
            continue
        if status["sealed"]:
            try:
                status = node.put("sys/unseal", {"key": share})
            except AnsweredError as error:
                if error.status >= 500 or not status["initialized"]:
                    # With shares a node joins by the leader's challenge, which takes the leader to be open.
                    said.append(f"{name}: has not joined yet, give this share again ({error})")
                    continue
                fix = "give it as the operator's gpg decrypted it, nothing else"
                raise BootError(name, f"did not take the share: {error}", fix) from None
        state = f"{status['progress']} of {status['t']} shares" if status["sealed"] else "open"
        said.append(f"{name}: {state}")
    return ", ".join(said)


def refuse_sealed(places: Places) -> None:
    """Go on only when every node is open.

    Raises:
        BootError: nodes are sealed, with what operators do now.
    """
    sealed = [name for name, node in _nodes(places).items() if node.get("sys/seal-status")["sealed"]]
    if sealed and not places.settings["opens_itself"]:
        threshold, people = places.settings["threshold"], ", ".join(places.settings["operators"])
        reason = f"sealed: {threshold} of its operators ({people}) have to open it"
        fix = f"docs/vault.md, Open it; on {places.founder}: vault-boot unseal; then run pulumi up again"
        raise BootError(f"vault on {', '.join(sealed)}", reason, fix, EXIT_SEALED)


def share_of(places: Places, operator: str) -> str:
    """An operator's share, encrypted, in base64."""
    shares = read_json(places.shares) or {}
    if operator not in shares:
        known = ", ".join(shares) or "none"
        raise BootError(f"share of {operator}", f"there is none here; there are: {known}")
    return str(shares[operator])


def _nodes(places: Places) -> dict[str, Api]:
    ca = places.settings["ca"]
    urls = places.settings["nodes"]
    return {name: Api(urls[name], ca) for name in sorted(urls, key=lambda name: name != places.founder)}
