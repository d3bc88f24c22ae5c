"""The benchmark's state as a pyinfra deploy would have it."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path

from pyinfra.operations import apt, files, server, systemd  # type: ignore[import-not-found,unused-ignore]

BENCH = json.loads(Path(os.environ["BENCH_STATE"]).read_text(encoding="utf-8"))

apt.packages(name="packages", packages=BENCH["packages"], present=True)
for path in BENCH["directories"]:
    files.directory(name=f"directory {path}", path=path, mode="755")
for user in BENCH["users"]:
    server.user(name=f"user {user}", user=user, shell="/bin/bash", home=f"/home/{user}", ensure_home=True)  # noqa: S604  # a login shell
for path, content in BENCH["files"].items():
    files.put(name=f"file {path}", src=io.StringIO(content), dest=path, mode="644")
for key, value in BENCH["sysctl"].items():
    # pyinfra reads the live value and writes the drop-in: the finer check of the two peers.
    server.sysctl(
        name=f"sysctl {key}",
        key=key,
        value=int(value),
        persist=True,
        persist_file="/etc/sysctl.d/91-bench.conf",
    )
for unit in BENCH["units"]:
    systemd.service(name=f"service {unit}", service=unit, running=True, enabled=True, daemon_reload=False)
