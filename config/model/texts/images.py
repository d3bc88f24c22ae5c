"""Container images: where they are and what they are called."""

from __future__ import annotations

from typing import Annotated

from config.model.texts.form import SERVER, form

Registry = Annotated[
    str,
    form(
        rf"^({SERVER}|\[[0-9A-Fa-f:.]+\])(:([1-9][0-9]{{0,3}}|[1-5][0-9]{{4}}|6[0-4][0-9]{{3}}"
        r"|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]))?$",
        "a registry is `HOST` or `HOST:PORT`, the port within 1-65535; what follows the first / belongs to `namespace`",
    ),
]
"""A container registry."""
Namespace = Annotated[
    str,
    form(
        r"^[a-z0-9]+([._-]+[a-z0-9]+)*(/[a-z0-9]+([._-]+[a-z0-9]+)*)*$",
        "a namespace is lower-case letters, digits, dots, hyphens and underscores, with a slash between two parts only",
    ),
]
"""Where images are in a registry."""
ImageTag = Annotated[
    str,
    form(
        r"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$",
        "a tag has at most 128 letters, digits, dots, hyphens or underscores",
    ),
]
ImageName = Annotated[
    str,
    form(
        r"^([A-Za-z0-9.-]+(:[0-9]{1,5})?/)?[a-z0-9]+([._-]+[a-z0-9]+)*(/[a-z0-9]+([._-]+[a-z0-9]+)*)*$",
        "an image is `REGISTRY/NAME` alone, such as `quay.io/ceph/ceph`: the tag is the `version`",
    ),
]
"""A container image without its tag."""
ContainerName = Annotated[
    str, form(r"^[a-z][a-z0-9_]*$", "a container is called as Kolla-Ansible calls it, such as `nova_libvirt`")
]
