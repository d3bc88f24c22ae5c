"""Container images: a registry that may be used, and a tag that fits the release."""

from __future__ import annotations

import re
from collections.abc import Iterator

from config.cloud import CloudConfig
from config.errors import Loc, Problem
from config.kolla.variables import effective, truth

_HERE: Loc = ("kolla", "images")
_RELEASES: tuple[Loc, ...] = (("releases",),)
_GLOBALS: Loc = ("kolla", "globals")
_DISTROS = ("centos", "debian", "rocky", "ubuntu")


def kolla_images(cloud: CloudConfig) -> Iterator[Problem]:
    """What `prechecks` and `pull` would only find on the hosts."""
    if cloud.kolla is None:
        return
    images = cloud.kolla.images
    yield from _registry(cloud)
    yield from _tag(cloud)
    if (images.registry_user is None) != (images.registry_password is None):
        there, lacking = "registryUser", "registryPassword"
        if images.registry_user is None:
            there, lacking = lacking, there
        yield Problem((*_HERE, there), f"is there without `{lacking}`", f"add `{lacking}`, or remove it")
    if images.registry_user and images.registry is None:
        reason = "is a login for a registry, and none is named"
        yield Problem((*_HERE, "registryUser"), reason, "add `registry`", images.registry_user)


def _registry(cloud: CloudConfig) -> Iterator[Problem]:
    if cloud.kolla is None:
        return
    registry, namespace = cloud.kolla.images.registry, cloud.kolla.images.namespace
    if cloud.releases.openstack >= "2026.1" and _upstreams(cloud):
        where = "registry" if registry or not namespace else "namespace"
        reason = "Kolla's own images on quay.io are for tests only, and 2026.1's prechecks refuse them"
        fix = "build or mirror the images and name your `registry`; for a trial, `kolla_test_images: true` in `globals`"
        yield Problem((*_HERE, where), reason, fix, registry or namespace, needs=(*_RELEASES, _GLOBALS))
    if registry and re.match(r"^\w+://", registry):
        yield Problem((*_HERE, "registry"), "is a web address", "write `HOST[:PORT]` alone", registry)
    elif registry and "/" in registry:
        reason = "has a path, which belongs into the namespace"
        yield Problem((*_HERE, "registry"), reason, "move what follows the first / to `namespace`", registry)
    if namespace and namespace.strip("/") != namespace:
        yield Problem((*_HERE, "namespace"), "begins or ends with a slash", "remove the slash", namespace)
    if cloud.kolla.images.insecure and not registry:
        yield Problem(
            (*_HERE, "insecure"), "is for a registry of your own, and none is named", "add `registry`", "true"
        )


def _upstreams(cloud: CloudConfig) -> bool:
    """Whether the images are upstream's, and nobody has said that it is a trial (prechecks/registry_checks.yml)."""
    values = effective(cloud)
    source = (values.get("docker_registry", "quay.io"), values.get("docker_namespace", "openstack.kolla"))
    return source == ("quay.io", "openstack.kolla") and not truth(values.get("kolla_test_images", False))


def _tag(cloud: CloudConfig) -> Iterator[Problem]:
    tag = cloud.kolla.images.tag if cloud.kolla else None
    if cloud.kolla is None or not tag:
        return
    here: Loc = (*_HERE, "tag")
    release = cloud.releases.openstack
    named = re.search(r"\b20\d\d\.\d\b", tag)
    if named and named[0] != release:
        reason = f"is of release {named[0]}, and the cloud runs {release}"
        yield Problem(here, reason, "use a tag of the release, or remove it", tag, needs=_RELEASES)
    base = cloud.kolla.images.base_distro or cloud.releases.host_os.split("-")[0]
    other = next((distro for distro in _DISTROS if distro in tag and distro != base), None)
    if other:
        reason = f"is of images on {other}, and `baseDistro` is {base}"
        needs = (*_RELEASES, (*_HERE, "baseDistro"))
        yield Problem(here, reason, f"use a tag with {base}, or set `baseDistro: {other}`", tag, needs=needs)
    if tag == "latest":
        reason = "moves: hosts that pull on different days would run different images"
        yield Problem(here, reason, "use a tag of a build", tag)
