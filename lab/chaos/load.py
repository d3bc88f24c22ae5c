"""A steady load on the cloud's APIs: each is called every two seconds, and two of them are asked to make objects."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import httpx
import yaml

from lab.access import CLOUDS
from lab.chaos.figures import Call, Writes, failed_seconds
from lab.errors import LabError

PACE = 2.0
"""Seconds between the starts of two calls of one loop: seven loops leave the lab's two cores for the cloud."""
TIMEOUT = 10.0
"""Seconds after which a client gives up."""
PATIENCE = 120.0
"""The same for who counts afterwards, and tidies up."""
CALLS = {
    "image": "/v2/images?limit=1",
    "network": "/v2.0/networks?limit=1&fields=id",
    "compute": "/servers?limit=1",
    "volumev3": "/volumes?limit=1",
    "load-balancer": "/v2.0/lbaas/loadbalancers?limit=1",
}
"""What is asked of an API, by its type in the catalogue; identity is asked for a token."""
MADE = {
    "identity": ("/v3/projects", "project", "projects"),
    "network": ("/v2.0/networks", "network", "networks"),
}
"""Path of a collection, key of one object, key of the list: what is made, by its API's type."""


@dataclass(frozen=True)
class User:
    """Who calls."""

    url: str
    """Keystone, without a version."""
    password: str = field(repr=False)
    name: str = "admin"
    project: str = "admin"
    ca: str = ""
    """File of the CA of its certificate; empty: the machine knows it, or there is no TLS."""

    def client(self, timeout: float = TIMEOUT) -> httpx.Client:
        """A new one, which trusts that CA."""
        context = ssl.create_default_context(cafile=self.ca or None)
        return httpx.Client(timeout=timeout, trust_env=False, follow_redirects=True, verify=context)

    def token(self, client: httpx.Client) -> tuple[str, dict[str, Any]]:
        """A new token and what is said of it. Raises httpx.HTTPError."""
        domain = {"name": "Default"}
        who = {"user": {"name": self.name, "domain": domain, "password": self.password}}
        wanted = {
            "identity": {"methods": ["password"], "password": who},
            "scope": {"project": {"name": self.project, "domain": domain}},
        }
        answer = client.post(f"{self.url}/v3/auth/tokens", json={"auth": wanted}).raise_for_status()
        return answer.headers["X-Subject-Token"], answer.json()["token"]


def administrator() -> User:
    """Of the lab's cloud, by its internal address. Raises LabError where there is no cloud."""
    if not CLOUDS.is_file():
        raise LabError("there is no cloud here: make lab")
    entry = yaml.safe_load(CLOUDS.read_text())["clouds"]["lab-internal"]
    auth = entry["auth"]
    return User(
        auth["auth_url"].removesuffix("/v3"),
        auth["password"],
        auth["username"],
        auth["project_name"],
        entry.get("cacert", ""),
    )


def endpoints(catalogue: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The internal one of each service, by type, without a version where Kolla writes none."""
    return {
        service["type"]: point["url"].rstrip("/")
        for service in catalogue
        for point in service["endpoints"]
        if point["interface"] == "internal"
    }


class Loop(threading.Thread):
    """Calls one thing again and again, each time by a new connection, as clients do that come and go."""

    def __init__(
        self, what: str, user: User, act: Callable[[httpx.Client], None], until: threading.Event
    ) -> None:
        super().__init__(name=what, daemon=True)
        self.calls: list[Call] = []
        self._user, self._act, self._until = user, act, until

    def run(self) -> None:
        """Until it is told to stop."""
        while True:
            started = time.monotonic()
            self.calls.append(Call(started, self._once()))
            if self._until.wait(max(0.0, started + PACE - time.monotonic())):
                return

    def _once(self) -> str:
        try:
            with self._user.client() as client:
                self._act(client)
        except httpx.HTTPStatusError as error:
            return f"HTTP {error.response.status_code}"
        except httpx.HTTPError as error:
            return type(error).__name__
        return ""


class Load:
    """All loops, from `with` on to its end; then what was made is compared with what is there, and taken away."""

    def __init__(self, user: User, mark: str) -> None:
        """Know whom to ask.

        Args:
            user: an administrator.
            mark: begins the names of all that is made.
        """
        self._user, self._mark = user, f"{mark}-"
        self._until = threading.Event()
        self._acknowledged: dict[str, set[str]] = {kind: set() for kind in MADE}
        with user.client() as client:
            token, about = user.token(client)
            self._headers = {"X-Auth-Token": token}
            self._at = {**endpoints(about["catalog"]), "identity": user.url}
            # More networks than a project may have by default.
            self._quota = f"{self._at['network']}/v2.0/quotas/{about['project']['id']}"
            unlimited = {"quota": {"network": -1}}
            client.put(self._quota, json=unlimited, headers=self._headers).raise_for_status()
        acts = {"identity": self._login} | {f"{api}": self._call(api) for api in CALLS if api in self._at}
        acts |= {f"{api}, writing": self._make(api) for api in MADE}
        self.loops = [Loop(what, user, act, self._until) for what, act in acts.items()]

    def __enter__(self) -> Self:
        for loop in self.loops:
            loop.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._until.set()
        for loop in self.loops:
            loop.join(timeout=4 * TIMEOUT)

    def served(self, since: float) -> bool:
        """Whether every loop's last call was served, and began after a time."""
        last = [loop.calls[-1] for loop in self.loops if loop.calls]
        return len(last) == len(self.loops) and all(not one.failed and one.started >= since for one in last)

    def failed(self) -> dict[str, float]:
        """Seconds of failed calls by loop; only those that had some."""
        found = {loop.name: failed_seconds(list(loop.calls)) for loop in self.loops}
        return {what: seconds for what, seconds in found.items() if seconds}

    def reasons(self) -> dict[str, str]:
        """Why the first call of a loop failed."""
        found = {loop.name: [one.failed for one in list(loop.calls) if one.failed] for loop in self.loops}
        return {what: why[0] for what, why in found.items() if why}

    def writes(self) -> dict[str, Writes]:
        """What was acknowledged, and what is there; then all of it is removed. Raises httpx.HTTPError."""
        with self._user.client(PATIENCE) as client:
            there = {kind: list(self._there(client, kind)) for kind in MADE}
            for kind, found in there.items():
                path = self._at[kind] + MADE[kind][0]
                for one in found:
                    client.delete(f"{path}/{one['id']}", headers=self._headers).raise_for_status()
            client.delete(self._quota, headers=self._headers).raise_for_status()
        return {
            kind: Writes(frozenset(self._acknowledged[kind]), tuple(one["name"] for one in found))
            for kind, found in there.items()
        }

    def _login(self, client: httpx.Client) -> None:
        self._user.token(client)

    def _call(self, api: str) -> Callable[[httpx.Client], None]:
        def act(client: httpx.Client) -> None:
            client.get(self._at[api] + CALLS[api], headers=self._headers).raise_for_status()

        return act

    def _make(self, api: str) -> Callable[[httpx.Client], None]:
        path, key, _ = MADE[api]
        names = self._names()

        def act(client: httpx.Client) -> None:
            name = next(names)
            body = {key: {"name": name}}
            client.post(self._at[api] + path, json=body, headers=self._headers).raise_for_status()
            self._acknowledged[api].add(name)

        return act

    def _names(self) -> Iterator[str]:
        number = 0
        while True:
            number += 1
            yield f"{self._mark}{number}"

    def _there(self, client: httpx.Client, api: str) -> Iterator[Mapping[str, Any]]:
        path, _, key = MADE[api]
        answer = client.get(self._at[api] + path, headers=self._headers).raise_for_status()
        return (one for one in answer.json()[key] if one["name"].startswith(self._mark))
