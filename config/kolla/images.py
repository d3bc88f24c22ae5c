"""Which container images the services run from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, Literal

from config.kolla.service import Part, Row
from config.kolla.values import truth
from config.kolla.variables import effective
from config.model.errors import Loc, Problem
from config.model.texts.images import ImageTag, Namespace, Registry
from config.model.texts.lines import SecretWord, Word

if TYPE_CHECKING:
    from config.cloud import CloudConfig
    from config.kolla import KollaSettings

BaseDistro = Literal["centos", "debian", "rocky", "ubuntu"]

_HERE: Loc = ("kolla", "images")
_RELEASES: tuple[Loc, ...] = (("releases",),)
_GLOBALS: Loc = ("kolla", "globals")
_DISTROS = ("centos", "debian", "rocky", "ubuntu")


class Images(Part):
    """Registry, namespace, tag and base of the images."""

    heading: ClassVar[str] = "Release and images"

    registry: Registry | None = None
    """Registry, `HOST[:PORT]`; none: Kolla's own on quay.io."""
    namespace: Namespace | None = None
    """Namespace in the registry; none: Kolla's own, `openstack.kolla`."""
    registry_user: Word | None = None
    """Login of the registry; none: it asks for none."""
    registry_password: SecretWord | None = None
    """Password of that login, encrypted in the stack file."""
    insecure: bool = False
    """True: the registry is asked over http."""
    tag: ImageTag | None = None
    """Tag of all images; none: Kolla-Ansible's, `RELEASE-DISTRO-VERSION`."""
    base_distro: BaseDistro | None = None
    """Distribution inside the containers; none: that of the hosts."""

    def rows(self, cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Row]:
        """The release, and where its images come from."""
        at = "kolla.images"
        yield "openstack_release", cloud.releases.openstack, "releases.openstack"
        yield (
            "kolla_base_distro",
            self.base_distro or cloud.releases.host_os.split("-")[0],
            f"{at}.baseDistro",
        )
        yield "openstack_tag", self.tag, f"{at}.tag"
        yield "docker_registry", self.registry, f"{at}.registry"
        yield "docker_namespace", self.namespace, f"{at}.namespace"
        yield "docker_registry_username", self.registry_user, f"{at}.registryUser"
        yield "docker_registry_insecure", self.insecure or None, f"{at}.insecure"

    def problems(self, cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Problem]:
        """What `prechecks` and `pull` would only find on the hosts."""
        yield from self._registry(cloud)
        yield from self._tag(cloud)
        if (self.registry_user is None) != (self.registry_password is None):
            there, lacking = "registryUser", "registryPassword"
            if self.registry_user is None:
                there, lacking = lacking, there
            yield Problem((*_HERE, there), f"is set without `{lacking}`", f"add `{lacking}`, or remove it")
        if self.registry_user and self.registry is None:
            reason = "is a login for a registry, and none is named"
            yield Problem((*_HERE, "registryUser"), reason, "add `registry`", self.registry_user)

    def _registry(self, cloud: CloudConfig) -> Iterator[Problem]:
        registry, namespace = self.registry, self.namespace
        if cloud.releases.openstack >= "2026.1" and _upstreams(cloud):
            where = "registry" if registry or not namespace else "namespace"
            reason = "Kolla's own images on quay.io are for tests only, and 2026.1's prechecks refuse them"
            fix = "build or mirror the images and name your `registry`; for a trial, `kolla_test_images: true` in `globals`"
            yield Problem((*_HERE, where), reason, fix, registry or namespace, needs=(*_RELEASES, _GLOBALS))
        if self.insecure and not registry:
            yield Problem(
                (*_HERE, "insecure"),
                "is for a registry of your own, and none is named",
                "add `registry`",
                "true",
            )

    def _tag(self, cloud: CloudConfig) -> Iterator[Problem]:
        tag = self.tag
        if not tag:
            return
        here: Loc = (*_HERE, "tag")
        release = cloud.releases.openstack
        named = re.search(r"\b20\d\d\.\d\b", tag)
        if named and named[0] != release:
            reason = f"is of release {named[0]}, and the cloud runs {release}"
            yield Problem(here, reason, "use a tag of the release, or remove it", tag, needs=_RELEASES)
        base = self.base_distro or cloud.releases.host_os.split("-")[0]
        other = next((distro for distro in _DISTROS if distro in tag and distro != base), None)
        if other:
            reason = f"is of images on {other}, and `baseDistro` is {base}"
            needs = (*_RELEASES, (*_HERE, "baseDistro"))
            yield Problem(
                here, reason, f"use a tag with {base}, or set `baseDistro: {other}`", tag, needs=needs
            )
        if tag == "latest":
            reason = "moves: hosts that pull on different days would run different images"
            yield Problem(here, reason, "use a tag of a build", tag)


def _upstreams(cloud: CloudConfig) -> bool:
    """Whether the images are upstream's, and nobody has said that it is a trial (prechecks/registry_checks.yml)."""
    values = effective(cloud)
    source = (values.get("docker_registry", "quay.io"), values.get("docker_namespace", "openstack.kolla"))
    return source == ("quay.io", "openstack.kolla") and not truth(values.get("kolla_test_images", False))
