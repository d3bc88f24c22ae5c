"""The three tools on the same hosts in turn: cold, second run, one-line change, drift check; the floor."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench import state, tools
from bench.fleet import Fleet, everywhere, floor
from ops import stack

HERE = Path(__file__).resolve().parent
SCENES = ("cold", "second", "change", "check")


@dataclass
class Tool:
    """A tool: its command for bringing the state about and for checking it."""

    name: str
    apply: Sequence[str]
    check: Sequence[str]
    cwd: Path
    environment: dict[str, str] = field(default_factory=dict)
    fresh: Callable[[], None] = lambda: None
    """What has to be forgotten on the operator's side before a cold run; not timed."""

    def run(self, words: Sequence[str], log: Path) -> float:
        """Seconds that a run took. Raises RuntimeError with the end of its output when it fails."""
        started = time.monotonic()
        with log.open("wb") as out:
            done = subprocess.run(
                words,
                cwd=self.cwd,
                env={**stack.environment(), **self.environment},
                stdout=out,
                stderr=out,
                check=False,
            )
        seconds = time.monotonic() - started
        if done.returncode:
            end = log.read_text(encoding="utf-8", errors="replace")[-2000:]
            raise RuntimeError(f"{self.name}: {' '.join(words)}: exit {done.returncode}\n{end}")
        return seconds


def lineup(fleet: Fleet, stack_name: str, config_file: Path | None, bundle: Path) -> list[Tool]:
    """The three tools, ready to run on the fleet."""
    folder, programs = fleet.folder, tools.peers()
    (folder / "backend").mkdir()
    pulumi = [stack.pulumi()]
    common = ["--non-interactive", "--stack", "bench"]
    ours = {
        "PULUMI_BACKEND_URL": f"file://{folder / 'backend'}",
        "PULUMI_CONFIG_PASSPHRASE": "bench",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "BENCH_HOSTS": str(folder / "hosts.json"),
        "BENCH_STATE": str(folder / "hostctl.json"),
        "BENCH_KEY": str(fleet.key),
        "BENCH_HOSTCTL": str(bundle),
    }

    def new_stack() -> None:
        environment = {**stack.environment(), **ours}
        for words in (
            ["stack", "rm", "bench", "--force", "--yes"],
            ["stack", "init", "bench", "--no-select"],
        ):
            subprocess.run(
                [*pulumi, *words, "--non-interactive"],
                cwd=HERE / "program",
                env=environment,
                capture_output=True,
                check=words[1] == "init",
            )

    drift = [sys.executable, "-m", "ops.drift", "--stack", stack_name, "--group", "bench"]
    drift += ["--config-file", str(config_file)] if config_file else []
    playbook = [str(programs / "ansible-playbook"), "-i", str(folder / "inventory.ini"), "site.yml"]
    playbook += ["-e", f"@{folder / 'ansible.json'}"]
    deploy = [
        str(programs / "pyinfra"),
        str(folder / "inventory.py"),
        "deploy.py",
        "--sudo",
        "--parallel",
        "50",
        "-y",
    ]
    return [
        Tool(
            "this program",
            [*pulumi, "up", *common, "--yes", "--skip-preview", "--suppress-outputs"],
            drift,
            HERE / "program",
            {**ours, "PYTHONPATH": str(stack.ROOT)},
            new_stack,
        ),
        Tool(
            "Ansible",
            playbook,
            [*playbook, "--check"],
            HERE / "peers",
            {
                "ANSIBLE_PIPELINING": "1",
                "ANSIBLE_FORKS": "50",
                "ANSIBLE_SSH_COMMON_ARGS": f"-F {fleet.ssh_config}",
                "ANSIBLE_SSH_CONTROL_PATH_DIR": str(folder / "cp"),
                "ANSIBLE_LOCAL_TEMP": str(folder / "ansible"),
                "ANSIBLE_PYTHON_INTERPRETER": "/usr/bin/python3",
                "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            },
        ),
        Tool(
            "pyinfra",
            deploy,
            [*deploy[:-1], "--dry"],
            HERE / "peers",
            {"BENCH_STATE": str(folder / "ansible.json"), "PYTHONDONTWRITEBYTECODE": "1"},
        ),
    ]


def write_state(folder: Path, *, changed: bool) -> None:
    """The state as each tool reads it."""
    now = state.read(changed=changed)
    text = json.dumps(state.for_hostctl(now), sort_keys=True, separators=(",", ":"))
    (folder / "hostctl.json").write_text(text, encoding="utf-8")
    # Top-level keys are what pyinfra's deploy reads; Ansible reads the same under one variable.
    (folder / "ansible.json").write_text(json.dumps({**now, "bench": now}), encoding="utf-8")


def rounds(fleet: Fleet, lined_up: Sequence[Tool], count: int) -> dict[str, dict[str, list[float]]]:
    """Seconds by tool and scene, one figure per round; the order of the tools moves on with every round."""
    figures: dict[str, dict[str, list[float]]] = {
        tool.name: {scene: list[float]() for scene in SCENES} for tool in lined_up
    } | {"floor": {"ssh": list[float]()}}
    # Ansible's apt module needs it on the host; without it, its first cold run alone would install it.
    everywhere(fleet, "sudo -n env DEBIAN_FRONTEND=noninteractive apt-get install -qqy python3-apt")
    undo = state.undo_script(state.read())
    for number in range(count):
        turn = number % len(lined_up)
        for tool in [*lined_up[turn:], *lined_up[:turn]]:
            figures["floor"]["ssh"].append(_timed_floor(fleet))
            everywhere(fleet, "sudo -n sh -s", undo)
            tool.fresh()
            for scene in SCENES:
                write_state(fleet.folder, changed=scene in {"change", "check"})
                words = tool.check if scene == "check" else tool.apply
                seconds = tool.run(words, fleet.folder / f"{tool.name}-{scene}.log")
                figures[tool.name][scene].append(round(seconds, 3))
                _verify(fleet, changed=scene in {"change", "check"})
                sys.stderr.write(f"round {number + 1} of {count}: {tool.name}, {scene}: {seconds:.2f} s\n")
    everywhere(fleet, "sudo -n sh -s", undo)
    return figures


def _timed_floor(fleet: Fleet) -> float:
    started = time.monotonic()
    if any(floor(fleet)):
        raise RuntimeError("ssh HOST true failed")
    return round(time.monotonic() - started, 3)


def _verify(fleet: Fleet, *, changed: bool) -> None:
    """A fast run that did nothing is no result: the state must really be on every host."""
    now = state.read(changed=changed)
    key = "net.ipv4.tcp_keepalive_time"
    wanted = now["sysctl"][key]
    command = (
        f"test $(cat /proc/sys/{key.replace('.', '/')}) = {wanted} && "
        f"systemctl is-active --quiet {now['units'][0]} && "
        f"id {now['users'][-1]} >/dev/null && "
        f"test -s {list(now['files'])[-2]}"
    )
    everywhere(fleet, command)
