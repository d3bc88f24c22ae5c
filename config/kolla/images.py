"""Which container images the services run from."""

from __future__ import annotations

from typing import Literal

from pydantic import SecretStr

from config.base import Section

BaseDistro = Literal["centos", "debian", "rocky", "ubuntu"]


class Images(Section):
    """Registry, namespace, tag and base of the images."""

    registry: str | None = None
    """Registry, `HOST[:PORT]`; none: Kolla's own on quay.io."""
    namespace: str | None = None
    """Namespace in the registry; none: Kolla's own, `openstack.kolla`."""
    registry_user: str | None = None
    """Login of the registry; none: it asks for none."""
    registry_password: SecretStr | None = None
    """Password of that login, encrypted in the stack file."""
    insecure: bool = False
    """True: the registry is asked over http."""
    tag: str | None = None
    """Tag of all images; none: Kolla-Ansible's, `RELEASE-DISTRO-VERSION`."""
    base_distro: BaseDistro | None = None
    """Distribution inside the containers; none: that of the hosts."""
