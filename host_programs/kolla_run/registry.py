"""Asks a registry of images, from the deploy host, what it has: before anything is pulled, let alone restarted."""

from __future__ import annotations

import base64
import json
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from host_programs.kolla_run.errors import RunError
from host_programs.kolla_run.opener import opener

HUB, HUB_HOST = "docker.io", "registry-1.docker.io"
_ACCEPT = ", ".join(
    f"application/vnd.{name}+json"
    for name in (
        "docker.distribution.manifest.v2",
        "docker.distribution.manifest.list.v2",
        "oci.image.manifest.v1",
        "oci.image.index.v1",
    )
)
_SECONDS = 15.0
_AT_ONCE = 8
_SHOWN = 4
_MISSING = frozenset({401, 403, 404})


class Image(NamedTuple):
    """A name as Docker takes it, in its parts."""

    registry: str
    repository: str
    tag: str

    def __str__(self) -> str:
        return f"{self.repository}:{self.tag}"


def parse(name: str) -> Image:
    """`10.0.0.2:5000/openstack.kolla/nova-api:2025.1`; without a registry it is Docker Hub's."""
    first, slash, rest = name.partition("/")
    if not (slash and ("." in first or ":" in first or first == "localhost")):
        first, rest = HUB, name
    repository, colon, tag = rest.rpartition(":")
    return Image(first, repository, tag) if colon and "/" not in tag else Image(first, rest, "latest")


class Login(NamedTuple):
    """How the registry is asked."""

    user: str = ""
    password: str = ""
    insecure: bool = False
    """http, or https that nobody vouches for."""


class Registry:
    """One registry."""

    def __init__(self, host: str, login: Login, through: Mapping[str, str] | None = None) -> None:
        """Nothing is asked yet."""
        self.host = host
        self._login = login
        self._tokens: dict[str, str] = {}
        self._base = ""
        self._opener = opener(host, insecure=login.insecure, through=through)
        self._manifests: dict[str, str] = {}

    def reach(self) -> None:
        """Find out how it speaks.

        Raises:
            RunError: it does not answer, or not as a registry; or it refuses the login.
        """
        name = HUB_HOST if self.host == HUB else self.host
        reasons = []
        for scheme in ("https", "http") if self._login.insecure else ("https",):
            self._base = f"{scheme}://{name}/v2/"
            try:
                code, _ = self._get("", "")
            except (OSError, ValueError) as error:
                reasons.append(f"{self._base}: {_reason(error)}")
                continue
            if code == 200:
                return
            if code in {401, 403}:
                if not self._login.user:
                    return  # what may be read without a login is asked image by image
                fix = "see kolla.images.registryUser and registryPassword"
                raise RunError("registry", f"{self._base} refuses {self._login.user} (HTTP {code})", fix)
            reasons.append(f"{self._base}: HTTP {code}, which is not what a registry answers")
        fix = "start it, or see kolla.images.registry, insecure and packages.proxy"
        raise RunError("registry", f"cannot be reached from the deploy host: {'; '.join(reasons)}", fix)

    def missing(self, images: Iterable[Image]) -> dict[Image, list[str]]:
        """The images that it has not, with the tags that it has of each.

        Raises:
            RunError: it stopped answering.
        """
        wanted = sorted(set(images))
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            codes = dict(zip(wanted, pool.map(self._manifest, wanted)))  # noqa: B905 - Python 3.9
        if wanted and set(codes.values()) <= {401, 403} and not self._login.user:
            # One image alone may just not be there: some registries say so to nobody without a login.
            fix = "see kolla.images.registryUser and registryPassword"
            raise RunError("registry", f"{self.host} shows none of {len(wanted)} images without a login", fix)
        return {
            image: self._tags(image) for image, code in codes.items() if not self._known(code, str(image))
        }

    def read(self, image: Image, what: str = "") -> str:
        """A document of an image: `blobs/DIGEST`, `manifests/DIGEST`; "": the manifest of its tag.

        Raises:
            RunError: it does not give it.
        """
        path = f"{image.repository}/{what or f'manifests/{image.tag}'}"
        if path in self._manifests:
            return self._manifests[path]
        code, text = self._asked(path, image.repository)
        if code != 200:
            raise RunError(
                "registry", f"{self.host} answers HTTP {code} for {path}", "see the registry's log"
            )
        return text

    def _manifest(self, image: Image) -> int:
        path = f"{image.repository}/manifests/{image.tag}"
        code, text = self._asked(path, image.repository)
        if code == 200:
            self._manifests[path] = text
        return code

    def _tags(self, image: Image) -> list[str]:
        code, text = self._asked(f"{image.repository}/tags/list", image.repository)
        if not self._known(code, str(image)):
            return []
        return sorted(json.loads(text).get("tags") or [])

    def _known(self, code: int, what: str) -> bool:
        if code == 200:
            return True
        if code in _MISSING:
            return False
        raise RunError("registry", f"{self.host} answers HTTP {code} for {what}", "see the registry's log")

    def _asked(self, path: str, repository: str) -> tuple[int, str]:
        try:
            return self._get(path, repository)
        except (OSError, ValueError) as error:
            raise RunError("registry", f"{self._base}{path}: {_reason(error)}", "run it again") from None

    def _get(self, path: str, repository: str) -> tuple[int, str]:
        """Status and text; logs in as the registry asks for it."""
        code, text, challenge = self._once(path, self._tokens.get(repository, ""))
        if code == 401 and challenge:
            self._tokens[repository] = self._authorization(challenge, repository)
            code, text, _ = self._once(path, self._tokens[repository])
        return code, text

    def _authorization(self, challenge: str, repository: str) -> str:
        kind, _, rest = challenge.partition(" ")
        basic = base64.b64encode(f"{self._login.user}:{self._login.password}".encode()).decode()
        own = f"Basic {basic}" if self._login.user else ""
        if kind.lower() != "bearer":
            return own
        fields = dict(re.findall(r'(\w+)="([^"]*)"', rest))
        query = {"service": fields.get("service", "")}
        if repository:
            query["scope"] = f"repository:{repository}:pull"
        code, text, _ = self._open(f"{fields.get('realm', '')}?{urllib.parse.urlencode(query)}", own)
        if code != 200:
            return ""
        answer = json.loads(text)
        return f"Bearer {answer.get('token') or answer.get('access_token')}"

    def _once(self, path: str, authorization: str) -> tuple[int, str, str]:
        return self._open(self._base + path, authorization)

    def _open(self, url: str, authorization: str) -> tuple[int, str, str]:
        headers = {"Accept": _ACCEPT, **({"Authorization": authorization} if authorization else {})}
        if not url.startswith(("http://", "https://")):
            raise ValueError(f"{url!r} is no web address")
        request = urllib.request.Request(url, headers=headers)  # noqa: S310 - checked
        try:
            with self._opener.open(request, timeout=_SECONDS) as answer:
                return answer.status, answer.read().decode("utf-8", "replace"), ""
        except urllib.error.HTTPError as error:
            with error:
                return error.code, "", error.headers.get("WWW-Authenticate", "")


def told(
    host: str, missing: Mapping[Image, list[str]], wanted_by: Mapping[Image, Iterable[str]]
) -> list[str]:
    """One line for each missing image, or for all that lack the same tag while the same other ones are there."""
    groups: dict[tuple[str, tuple[str, ...]], list[Image]] = {}
    for image, tags in missing.items():
        groups.setdefault((image.tag, tuple(tags)), []).append(image)
    lines = []
    for (tag, there), images in sorted(groups.items()):
        hosts = sorted({name for image in images for name in wanted_by[image]})
        one = len(images) == 1
        what = f"{images[0]} is" if one else f"{len(images)} images with the tag {tag} are"
        named = "" if one else f" ({few(image.repository for image in images)})"
        has = f"; it has the tags {few(there)}" if there else ""
        lines.append(f"{what} not on {host}{named}{has}; for {few(hosts)}")
    return lines


def few(names: Iterable[str]) -> str:
    """The first names, and how many more there are."""
    listed = list(names)
    more = f" and {len(listed) - _SHOWN} more" if len(listed) > _SHOWN else ""
    return ", ".join(listed[:_SHOWN]) + more


def _reason(error: Exception) -> str:
    reason = getattr(error, "reason", None) or getattr(error, "strerror", None) or error
    return " ".join(str(getattr(reason, "strerror", None) or reason).split())
