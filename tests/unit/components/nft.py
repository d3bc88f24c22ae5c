"""What nft itself says to a ruleset, asked in a network namespace of its own."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

from components.firewall.plan import HostFirewall

needs_nft = pytest.mark.skipif(
    os.geteuid() != 0 or not shutil.which("nft"), reason="it takes root for a network namespace, and nft"
)


def refused(firewall: HostFirewall) -> str:
    """Why it is not accepted; empty: it is."""
    done = subprocess.run(
        ["unshare", "--net", "nft", "-c", "-f", "-"],
        input=firewall.state["nftables"]["ruleset"],
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    return done.stderr or str(done.returncode or "")
