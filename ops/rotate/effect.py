"""Does a plan: new values into the stack, then `up`. What it has done is on record, so a killed run goes on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import asyncssh

from config.cloud import CloudConfig
from config.kolla.passwords import generate
from ops import password_stores, stack
from ops.files import save_file
from ops.rotate.catalogue import DEPLOY_KEY
from ops.rotate.plan import Plan, RotateError
from ops.rotate.record import Record


@dataclass(frozen=True)
class Place:
    """Where the stack is."""

    stack: str
    config_file: Path | None
    config: CloudConfig


def rotate(plan: Plan, place: Place, record: Record, up: Callable[[], int], now: datetime) -> None:
    """Replace the plan's secrets.

    Args:
        plan: driven by this program.
        place: the stack.
        record: of the stack; changed and saved.
        up: runs `make up`; its exit code.
        now: when they are made.

    Raises:
        RotateError: the plan is the operator's, or `up` failed; the next run goes on.
        StackError, OSError: the new values cannot be kept; then none is new.
    """
    names = plan.names()
    if not plan.driven:
        raise RotateError(f"{', '.join(names)}: not done by this program; without YES=1 it shows the steps")
    kolla = place.config.kolla
    if kolla is not None and not kolla.deploy and names != [DEPLOY_KEY]:
        raise RotateError("cloud:kolla.deploy is off: make up would not bring new passwords into the cloud")
    if not plan.resumed:
        _new_values(names, place)
        record.rotating = names
        record.stamp(names, now)
        record.save()
    if code := up():
        again = "once the cause is fixed: make rotate WHAT=resume YES=1"
        raise RotateError(
            f"make up ended with {code}: the new values are in the stack, perhaps not in the cloud; {again}"
        )
    record.rotating = []
    record.save()


def _new_values(names: list[str], place: Place) -> None:
    of_kolla = [name for name in names if name != DEPLOY_KEY]
    if of_kolla:
        kept = password_stores.store(place.stack, place.config_file, place.config)
        before = kept.read()
        if not before:
            raise RotateError(
                "there are no passwords where cloud:kolla.passwords says (make kolla-passwords)"
            )
        kept.save(before | {name: generate(name) for name in of_kolla})
    if DEPLOY_KEY in names:
        _new_deploy_key(place)


def _new_deploy_key(place: Place) -> None:
    key = asyncssh.generate_private_key("ssh-ed25519", comment=f"deploy@{place.stack}")
    text = key.export_private_key().decode()
    file = place.config.ssh.deploy_key.file
    if file is None:
        path = stack.stack_file(place.stack, place.config_file)
        stack.save_secret(place.stack, path, text, "cloud:ssh.deployKey.secret")
        return
    path = stack.ROOT / file.expanduser()
    save_file(path, text)
    path.with_name(f"{path.name}.pub").write_bytes(key.export_public_key())
