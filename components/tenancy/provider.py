"""The provider of all that a tenancy declares, built in `__main__.py`, so that `--target` finds it (design §3)."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pulumi

NAME = "tenancy-openstack"
_ONCE_CHILD_OF = "cloud:openstack:Tenancy"


def openstack_provider(access: Mapping[str, Any], password: str) -> pulumi.ProviderResource:
    """The administrator's way to OpenStack's APIs: known at preview but for the password.

    Args:
        access: the official provider's inputs but for the password.
        password: the administrator's.
    """
    import pulumi_openstack as openstack  # noqa: PLC0415 - only where a stack has a tenancy

    place = f"urn:pulumi:{pulumi.get_stack()}::{pulumi.get_project()}"
    with _without_openrc():
        return openstack.Provider(
            NAME,
            **access,
            password=pulumi.Output.secret(password),
            opts=pulumi.ResourceOptions(
                aliases=[f"{place}::{_ONCE_CHILD_OF}$pulumi:providers:openstack::{NAME}"]
            ),
        )


@contextmanager
def _without_openrc() -> Iterator[None]:
    """The SDK takes what no argument says from the shell's OS_*, which may well be another cloud's."""
    shells = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("OS_")}
    try:
        yield
    finally:
        os.environ.update(shells)
