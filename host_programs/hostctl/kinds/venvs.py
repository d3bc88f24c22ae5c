"""Python environments: made with the system's Python, with these requirements installed."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any, Dict, List, Optional

from host_programs.hostctl import shapes

if TYPE_CHECKING:
    from host_programs.hostctl.plan import Plan
    from host_programs.hostctl.system import System

SHAPE: Dict[str, Any] = {"*": {"system_site_packages": bool, "requirements": [str]}}
STAYS = True


def check(want: Dict[str, Dict[str, Any]], where: str) -> None:
    """Refuse what is no path or mode."""
    shapes.check_paths(want, where)


def compare(want: Optional[Dict[str, Dict[str, Any]]], plan: Plan) -> None:
    """Each environment. It stays when it leaves the state."""
    for path, venv in sorted((want or {}).items()):
        system_packages = bool(venv.get("system_site_packages"))
        config = plan.host.read(f"{path}/pyvenv.cfg")
        usable = config is not None and plan.host.exists(f"{path}/bin/python3")
        right = f"include-system-site-packages = {'true' if system_packages else 'false'}" in (config or "")
        if usable and right:
            plan.fine(path)
        else:
            verb = "rebuilt" if config is not None else "created"
            effect = functools.partial(_make, plan.host, path, system_packages)
            plan.add(path, f"venv {path} {verb}", effect)
        installed = _installed(plan.host, path) if usable and right else {}
        missing = [text for text in venv.get("requirements", []) if not _satisfied(text, installed)]
        if missing:
            names = " ".join(re.split(r"[<>=!~\[; ]", text)[0] for text in missing)
            effect = functools.partial(_install, plan.host, path, missing)
            plan.add(f"requirements:{path}", f"venv {path} install {names}", effect)


def _make(host: System, path: str, system_packages: bool) -> None:
    flags = ["--system-site-packages"] if system_packages else []
    host.run(["python3", "-m", "venv", "--clear", *flags, path], f"venv {path}", seconds=300)


def _install(host: System, path: str, requirements: List[str]) -> None:
    pip = [f"{path}/bin/python3", "-m", "pip", "install", "--disable-pip-version-check", "--quiet"]
    host.run([*pip, *requirements], f"venv {path}", seconds=900)


def _installed(host: System, path: str) -> Dict[str, str]:
    """Version by name of what is installed in the environment itself."""
    versions: Dict[str, str] = {}
    for python in host.names(f"{path}/lib"):
        for name in host.names(f"{path}/lib/{python}/site-packages"):
            if name.endswith(".dist-info"):
                project, _, version = name[: -len(".dist-info")].rpartition("-")
                versions[_normal(project)] = version
    return versions


def _satisfied(requirement: str, installed: Dict[str, str]) -> bool:
    """An exact pin is compared; of anything else it is enough that the project is there."""
    name, _, version = requirement.partition("==")
    found = installed.get(_normal(re.split(r"[<>=!~\[; ]", name)[0]))
    return found is not None and (not version or found == version.strip())


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
