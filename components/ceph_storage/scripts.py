"""The few lines of shell that run on the cluster's first host; no secret is ever an argument of a program."""

from __future__ import annotations

import shlex
from collections.abc import Iterable

from components.ceph_storage.cephadm import FOLDER, KEY

FIRST_KEYS = f"""\
set -eu
umask 077
mkdir -p {FOLDER}
cd {FOLDER}
for name in mon admin; do
    [ -s "$name.key" ] || {{ ceph-authtool --gen-print-key >"$name.new" && mv "$name.new" "$name.key"; }}
done
mon=$(cat mon.key)
admin=$(cat admin.key)
printf '{{"mon": "%s", "admin": "%s"}}' "$mon" "$admin"
"""
"""Makes the two keys that all others are made with, once; prints them."""

SSH_KEY = (
    f"umask 077; mkdir -p {FOLDER}; "
    f'[ -s {KEY}.pub ] || {{ rm -f {KEY}; ssh-keygen -q -t ed25519 -N "" -C cephadm -f {KEY}; }}; '
    f"cat {KEY}.pub"
)
"""Makes the orchestrator's SSH key, once; prints its public half."""

ORCH_APPLY = "ceph --connect-timeout 30 orch apply -i -"
"""Hands specifications over; the orchestrator brings them about in its own time."""


def upgrade(version: str, image: str) -> str:
    """Starts a rolling upgrade unless every daemon runs the version; the orchestrator carries it out."""
    overall = "sed -n '/\"overall\"/,$p' | grep 'ceph version'"
    return f"""\
set -eu
versions=$(ceph --connect-timeout 30 versions | {overall})
if printf '%s\\n' "$versions" | grep -v 'ceph version {version} ' >/dev/null; then
    ceph --connect-timeout 30 orch upgrade start --image {shlex.quote(image)}
fi
"""


def user_keys(users: Iterable[str]) -> str:
    """Prints the users' keys as JSON; the names are letters, digits, dots and hyphens."""
    lines = ["set -eu", "separator=", "printf '{'"]
    for user in users:
        lines.append(f"key=$(ceph --connect-timeout 30 auth get-key client.{user})")
        lines.append(f"""printf '%s"%s": "%s"' "$separator" {user} "$key"; separator=,""")
    return "\n".join([*lines, "printf '}'"]) + "\n"
