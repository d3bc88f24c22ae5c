"""What nft itself says to a ruleset, asked in a network namespace of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from components.firewall.plan import HostFirewall

needs_nft = pytest.mark.skipif(
    os.geteuid() != 0 or not shutil.which("nft"), reason="it takes root for a network namespace, and nft"
)


def refused(*firewalls: HostFirewall) -> list[str]:
    """Why those are not accepted that are not; none: all are."""
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder, str(at)) for at in range(len(firewalls))]
        for file, firewall in zip(files, firewalls, strict=True):
            file.write_text(firewall.state["nftables"]["ruleset"])
        done = subprocess.run(
            [
                "unshare",
                "--net",
                "sh",
                "-c",
                'for file; do nft -c -f "$file" || echo "$file $?" >&2; done',
                "-",
                *files,
            ],
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        )
    return done.stderr.splitlines() or ([str(done.returncode)] if done.returncode else [])
