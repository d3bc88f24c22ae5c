"""A merge request's pipeline, run on this machine: what is previewed, what fails, and what is in no output."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.gitlab_ci import Pipeline, pipeline
from tests.programs import CACHE
from tests.unit.support import ROOT, cloud_fields, host_key, private_key

__all__ = ["pipeline"]
PASSPHRASE = "canary-of-the-passphrase"
BACKEND = "canary-of-the-backend"
KEYS = {"key": private_key("of the site"), "deployKey": private_key("of its deploy host")}
CANARIES = (PASSPHRASE, BACKEND, *(key.splitlines()[2] for key in KEYS.values()))
STACKS = ("one", "two")
PROGRAM = ("Makefile", "Pulumi.yaml", ".gitlab-ci.yml", "__main__.py", "requirements.lock")
FOLDERS = ("components", "config", "host_programs", "machine", "ops", "schema", "toolchain")


@dataclass
class Site:
    """A repository with the program and two stacks, and a folder with their state."""

    checkout: Path
    home: Path
    state: Path
    pipeline: Pipeline

    def git(self, *words: str) -> str:
        argv = ["git", "-c", "user.name=site", "-c", "user.email=site@site.test", *words]
        return subprocess.run(
            argv, cwd=self.checkout, capture_output=True, text=True, check=True
        ).stdout.strip()

    def merge_request(self, **changes: str) -> tuple[int, str]:
        """Exit code and output of the job `preview` on a branch with these changes: line of a stack file → new one."""
        base = self.git("rev-parse", "base")
        self.git("reset", "--quiet", "--hard", base)
        for name, (old, new) in ((name, change.split(" -> ")) for name, change in changes.items()):
            path = self.checkout / f"Pulumi.{name}.yaml"
            text = path.read_text()
            assert old in text
            path.write_text(text.replace(old, new))
        self.git("commit", "--quiet", "--all", "--allow-empty", "--message", "change")
        shutil.rmtree(self.checkout / "preview", ignore_errors=True)
        job = {"CI_MERGE_REQUEST_DIFF_BASE_SHA": base, "CLOUD_STACKS": " ".join(STACKS)}
        done = self.pipeline.run("preview", self.checkout, job | self.variables, self.home)
        return done.returncode, done.stdout + done.stderr + self.artifacts()

    @property
    def variables(self) -> dict[str, str]:
        """What the project's CI variables say."""
        return {
            "OPENSTACK_CLOUD_CACHE": str(CACHE),
            "PULUMI_BACKEND_URL": f"file://{self.state}",
            "PULUMI_CONFIG_PASSPHRASE_FILE": str(self.home / "passphrase"),
        }

    def make_tools(self) -> None:
        self._run("make", "tools")

    def pulumi(self, *words: str, given: str = "") -> None:
        self._run(
            "bash", "-c", 'source .tools/env; exec pulumi "$@" --non-interactive', "-", *words, given=given
        )

    def _run(self, *argv: str, given: str = "") -> None:
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.home), **self.variables}
        done = subprocess.run(
            argv, cwd=self.checkout, env=environment, input=given, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def artifacts(self) -> str:
        return "".join(path.read_text() for path in sorted(self.checkout.glob("preview/*.txt")))


@pytest.fixture(scope="module")
def made(pipeline: Pipeline, tmp_path_factory: pytest.TempPathFactory) -> Site:
    folder = tmp_path_factory.mktemp("site")
    site = Site(folder / "checkout", folder / "home", folder / BACKEND, pipeline)
    for made in (site.checkout, site.home, site.state):
        made.mkdir()
    (site.home / "passphrase").write_text(PASSPHRASE + "\n")
    for name in PROGRAM:
        shutil.copy(ROOT / name, site.checkout)
    for name in FOLDERS:
        shutil.copytree(ROOT / name, site.checkout / name, ignore=shutil.ignore_patterns("__pycache__"))
    _python(site.checkout / ".venv")
    (site.checkout / ".gitignore").write_text((ROOT / ".gitignore").read_text())
    hosts = cloud_fields("Pulumi.lab.yaml")["hosts"]
    (site.checkout / "known_hosts").write_text("".join(f"{name} {host_key(name)}\n" for name in hosts))
    site.make_tools()
    for name in STACKS:
        (site.checkout / f"Pulumi.{name}.yaml").write_text(_stack_file(name))
        site.pulumi("stack", "init", name, "--no-select")
        for field, key in KEYS.items():
            site.pulumi(
                "config", "set", "--secret", "--path", f"cloud:ssh.{field}.secret", "-s", name, given=key
            )
    site.git("init", "--quiet", "--initial-branch=main")
    site.git("add", "--all")
    site.git("commit", "--quiet", "--message", "site")
    site.git("tag", "base")
    return site


def _python(folder: Path) -> None:
    """The interpreter of this test as the checkout's virtual environment, so that nothing is installed."""
    folder.mkdir()
    for name in ("bin", "lib", "pyvenv.cfg"):
        (folder / name).symlink_to(Path(sys.prefix) / name)
    (folder / ".ready").touch()


def _stack_file(name: str) -> str:
    text = (ROOT / "Pulumi.lab.yaml").read_text()
    lines = [line for line in text.splitlines(keepends=True) if not line.startswith("encryptionsalt:")]
    assert "      file: .lab/ssh/id_ed25519\n" in lines
    lines = [line for line in lines if not line.startswith("      file: .lab/ssh/")]
    text = "".join(lines).replace("knownHosts: .lab/known_hosts", "knownHosts: known_hosts")
    return text.replace("cloud:name: lab", f"cloud:name: {name}")


def test_only_the_touched_stack_is_previewed(made: Site) -> None:
    code, said = made.merge_request(one="servers: [10.10.10.5] -> servers: [10.10.10.5, 10.10.10.6]")
    assert code == 0, said
    assert "preview of one: done" in said
    assert "preview of two" not in said
    assert "10.10.10.6" in (made.checkout / "preview/one.txt").read_text()
    assert not [secret for secret in CANARIES if secret in said]


def test_a_wrong_stack_file_fails_the_job_with_one_report_and_the_other_stack_is_previewed(
    made: Site,
) -> None:
    code, said = made.merge_request(
        one="confirmWithin: 60 -> confirmWithin: soon", two="confirmWithin: 60 -> confirmWithin: 90"
    )
    assert code != 0
    text = (made.checkout / "preview/one.txt").read_text()
    assert text.count("cloud:firewall.confirmWithin") == 1
    assert "Traceback" not in said
    assert "preview of two: done" in said
    assert not [secret for secret in CANARIES if secret in said]
