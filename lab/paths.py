"""Where the lab keeps things: its state in the checkout, its cache per user, its record per machine."""

from __future__ import annotations

import os
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
LAB = CHECKOUT / ".lab"
HOSTS_DIR = LAB / "hosts"
SSH_DIR = LAB / "ssh"
KNOWN_HOSTS = LAB / "known_hosts"
ENV = LAB / "env"
BASE_STACK_FILE = CHECKOUT / "Pulumi.lab.yaml"
STACK_FILE = LAB / "Pulumi.lab.yaml"
PROFILES = CHECKOUT / "lab" / "profiles"
RECORDS = LAB / "records.json"
RUN = Path("/run/openstack-cloud-lab")
"""Machine-wide, so that another checkout finds a lab that runs."""
MACHINE_RECORD = RUN / "lab.json"


def write(path: Path, text: str, mode: int = 0o644) -> None:
    """Write a file whole or not at all, with its mode from the start."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w") as file:
        os.fchmod(file.fileno(), mode)
        file.write(text)
    temporary.replace(path)
