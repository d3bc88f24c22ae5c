"""The peers in a virtual environment of their own, made once, in the cache folder."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from config.cache import cache_folder

PEERS = ("ansible-core==2.18.*", "pyinfra>=3,<4")


def peers() -> Path:
    """Folder of the peers' programs; the environment is made when it is missing or of other versions."""
    home = cache_folder() / "bench-venv"
    ready = home / ".ready"
    wanted = "\n".join(PEERS)
    if not ready.is_file() or ready.read_text(encoding="utf-8") != wanted:
        sys.stderr.write(f"installing {', '.join(PEERS)} in {home}\n")
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(home)], check=True)
        pip = [str(home / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, *PEERS], check=True)
        ready.write_text(wanted, encoding="utf-8")
    return home / "bin"


def versions(folder: Path) -> dict[str, str]:
    """What is compared, by exact version."""
    code = "from importlib.metadata import version as v; print(v('ansible-core'), v('pyinfra'))"
    done = subprocess.run([str(folder / "python"), "-c", code], check=True, capture_output=True, text=True)
    ansible, pyinfra = done.stdout.split()
    return {"ansible-core": ansible, "pyinfra": pyinfra}
