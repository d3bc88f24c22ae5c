"""What Kolla-Ansible starts in its toolbox, in a real run: with no password on a command line or in a log."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from host_programs.kolla_run import replaced
from tests.unit.host_programs.kolla_run.small_tree import write

TOOLBOX = "library/kolla_toolbox.py"
CALLS = {
    "18.8.0 and 19.8.0, Docker": """
def run(client, kolla_toolbox, command_line, environment, kwargs):
    job = client.exec_create(kolla_toolbox, command_line,
                             environment=environment, **kwargs)
    return job
""",
    "18.8.0 and 19.8.0, Podman": """
def run(client, kolla_toolbox, command_line, environment, kwargs):
    return client.exec_run(
        command_line,
        environment=environment,
        tty=True,
        **kwargs
    )
""",
    "20.6.0 and 21.3.0": """
def run(client, kolla_toolbox, command, environment, kwargs):
    return client._run_command(kolla_toolbox,
                               command,
                               environment=environment,
                               tty=True,
                               **kwargs)
""",
}


@pytest.mark.parametrize("text", CALLS.values(), ids=CALLS)
def test_a_password_for_the_toolbox_is_on_no_command_line_and_in_no_log(text: str, tmp_path: Path) -> None:
    """What is started instead really is Ansible's ad-hoc command with the arguments that were meant."""
    write(tmp_path, {TOOLBOX: "import json\n" + text})
    texts, (line,) = replaced.for_containers(str(tmp_path), "/nowhere")
    assert "passwords on command lines and into ansible.log" in line
    space: dict[str, Any] = {}
    exec(texts[TOOLBOX], space)  # noqa: S102 - what was mended, to see what it does

    class Client:
        def exec_create(self, _toolbox: Any, command: list[str], *, environment: Any, **_more: Any) -> Any:
            return command, environment

        _run_command = exec_create

        def exec_run(self, command: list[str], *, environment: Any, **_more: Any) -> Any:
            return command, environment

    asked = ["ansible", "localhost", "-m", "ping", "-a", "data='a canary'"]
    program, environment = space["run"](Client(), None, asked, {"ANSIBLE_NOCOLOR": "1"}, {})
    assert "canary" not in " ".join(program)
    assert environment["ANSIBLE_LOG_PATH"] == os.devnull
    own = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "HOME": str(tmp_path)}
    done = subprocess.run(
        program,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**own, **environment},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout.partition("=>")[2])["ping"] == "a canary"
