"""Ansible's real programs, on this machine."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ANSIBLE = Path(sys.executable).with_name("ansible-playbook")


def play(home: Path, site: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a playbook in the folder `home`: on localhost, unless `words` name another inventory."""
    return subprocess.run(
        [ANSIBLE, *(words or ("-i", "localhost,", "-c", "local")), site],
        cwd=home,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=100,
        env={**os.environ, "ANSIBLE_PYTHON_INTERPRETER": sys.executable, "HOME": str(home), **environment},
    )
