"""The engine `kv` of the cloud's own vault, asked with Pulumi's login: nobody overwrites what they have not read."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from config.cloud import CloudConfig
from config.vault import VaultSettings
from host_programs.contract.vault_boot import VAULT_BOOT, VAULT_KV
from host_programs.errors import OperatorError
from host_programs.vault_api import AnsweredError, Api
from ops import access, ssh, stack
from ops.access import HostError

_SECONDS = 60
_PAGE = "docs/vault.md"
_CHECK_AND_SET = "check-and-set"  # in the vault's own words, where the version is another one


class ConflictError(stack.StackError):
    """Somebody else has written since it was read."""


@dataclass(frozen=True)
class Kept:
    """What is at a path, and the version that the next one is to follow."""

    values: dict[str, Any] | None = field(repr=False)
    """None: nothing, or its newest version was deleted."""
    version: int


class Kv:
    """The engine, through the first node that answers."""

    def __init__(self, nodes: Sequence[str], ca: str, credentials: Mapping[str, str]) -> None:
        """Know the vault; nothing is asked of it yet.

        Args:
            nodes: URLs of its nodes' APIs.
            ca: file of the CA of their certificates.
            credentials: `role_id` and `secret_id` of Pulumi's login.
        """
        self._nodes, self._ca, self._credentials = nodes, ca, credentials
        self._token = ""

    def read(self, path: str) -> Kept:
        """The newest version at a path. Raises StackError when it cannot be had."""
        found = self._ask("GET", f"{VAULT_KV}/data/{path}")
        if found is not None:
            return Kept(found["data"]["data"], found["data"]["metadata"]["version"])
        history = self._ask("GET", f"{VAULT_KV}/metadata/{path}")
        return Kept(None, history["data"]["current_version"] if history else 0)

    def write(self, path: str, values: Mapping[str, Any], after: int) -> int:
        """Write a version that follows `after`, 0 for the first one; return its number.

        Raises:
            ConflictError: another version is the newest; nothing was written.
            StackError: it cannot be written.
        """
        body = {"options": {"cas": after}, "data": dict(values)}
        try:
            written = self._ask("PUT", f"{VAULT_KV}/data/{path}", body)
        except ConflictError:
            now = self.read(path)
            if now.values == body["data"] and now.version == after + 1:
                return now.version  # a node wrote it and died before it said so, and the next one was asked
            raise
        return int(written["data"]["version"])

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """An answer; None: there is nothing at the path."""
        if not self._token:
            login = self._first_answer("PUT", "auth/approle/login", dict(self._credentials), "")
            self._token = login["auth"]["client_token"]
        return self._first_answer(method, path, body, self._token)

    def _first_answer(self, method: str, path: str, body: dict[str, Any] | None, token: str) -> Any:
        silent: list[str] = []
        for url in self._nodes:
            try:
                return Api(url, self._ca).send(method, path, body, token)
            except AnsweredError as error:
                if error.status == 404 and method == "GET":
                    return None
                said = " ".join(str(error).split())
                if _CHECK_AND_SET in said:
                    reason = "another version is there now than was read, nothing was written: run it again"
                    raise ConflictError(f"vault {url}: {path}: {reason}") from None
                if error.status < 500:
                    fix = f"Pulumi's login or its policy is not what it was: {_PAGE}"
                    raise stack.StackError(f"vault {url}: {path}: {said} ({fix})") from None
                sealed = f" (operators unseal it: {_PAGE}#unseal-it)" if "sealed" in said else ""
                silent.append(f"{url}: {said}{sealed}")
            except OperatorError as error:
                silent.append(str(error))
            except OSError as error:
                raise stack.StackError(
                    f"cloud:vault.tls.ca: {self._ca}: {error.strerror} (it has to be a PEM file)"
                ) from None
        raise stack.StackError(f"the vault does not answer: {'; '.join(silent)}")


async def opened(config: CloudConfig) -> Kv:
    """The engine of a stack's vault, with the login that its founder keeps.

    Raises:
        StackError: the stack has no vault, or its login cannot be had.
    """
    vault = config.vault
    if vault is None:
        raise stack.StackError(f"stack {config.name} has no cloud:vault")
    nodes = [f"https://{host.addresses['management']}:{vault.port}" for host in vault.hosts(config).values()]
    return Kv(nodes, str(vault.tls.ca), await _credentials(config, vault))


async def _credentials(config: CloudConfig, vault: VaultSettings) -> dict[str, str]:
    founder = next(iter(vault.hosts(config)))
    try:
        targets, login = access.reach(config)
        async with ssh.way(login) as tunnel, ssh.connect(targets[founder], login, tunnel) as connection:
            done = await ssh.run(connection, f"sudo -n {VAULT_BOOT} credentials", _SECONDS)
    except HostError as error:
        raise stack.StackError(
            f"Pulumi's login to the vault is on {founder}: {error.kind}: {error}"
        ) from None
    if done.status != 0:
        said = " ".join(done.stderr.split()) or f"exit {done.status}"
        fix = f"a vault that is not there yet comes with the first up: {_PAGE}#kollas-passwords"
        raise stack.StackError(f"Pulumi's login to the vault cannot be read on {founder}: {said} ({fix})")
    found: dict[str, str] = json.loads(done.stdout)
    return found
