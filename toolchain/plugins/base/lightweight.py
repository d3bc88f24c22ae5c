"""Import Pulumi's protocol modules without the SDK.

`import pulumi` costs half a second and 40 MB for things that only programs use (automation, telemetry,
dynamic providers). A plugin's process needs the generated protocol modules alone, so it registers empty
packages in their place first. Only for processes that never run a Pulumi program.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType


def skip_sdk() -> None:
    """Make `pulumi.runtime.proto.*` importable on its own; does nothing when the SDK is there already."""
    if "pulumi" in sys.modules:
        return
    spec = importlib.util.find_spec("pulumi")
    if spec is None or spec.origin is None:
        msg = "the Python package `pulumi` is not installed (pip install -r requirements.lock)"
        raise ImportError(msg)
    folder = Path(spec.origin).parent
    for name in ("pulumi", "pulumi.runtime", "pulumi.runtime.proto"):
        package = ModuleType(name)
        package.__path__ = [str(folder.joinpath(*name.split(".")[1:]))]
        sys.modules[name] = package
