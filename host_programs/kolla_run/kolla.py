"""Kolla-Ansible's runs and the folders that go with them: effects, each with its verdict."""

from __future__ import annotations

import contextlib
import glob
import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from host_programs.contract.kolla_run import DEPLOYED, EXIT_HOSTS, KOLLA_USER, Release
from host_programs.kolla_run import patches, process, quorum_queues, readers, replaced, results, tree
from host_programs.kolla_run.censor import censor, secrets
from host_programs.kolla_run.changes import HostSums
from host_programs.kolla_run.dialect import (
    Request,
    command,
    on_containers,
    playbook,
    read_release,
)
from host_programs.kolla_run.events import Event
from host_programs.kolla_run.inputs import Inputs, read_inputs, read_yaml
from host_programs.kolla_run.paths import LIVE, SCRATCH, Paths
from host_programs.kolla_run.registry import Image, Login, parse
from host_programs.kolla_run.runner import Execute, FailedError, Judged, Runner
from host_programs.kolla_run.state import Records


class Kolla:
    """The deploy host's Kolla-Ansible."""

    def __init__(
        self,
        paths: Paths | None = None,
        tell: process.Say = process.say,
        execute: Execute = process.run,
        user: str = KOLLA_USER,
    ) -> None:
        """Read what is installed; `user` is the one who runs Ansible.

        Raises:
            RunError: the host is not ready for it.
        """
        self.paths = paths or Paths()
        self.tell = tell
        self.release: Release = read_release(self.paths)
        self.records = Records(self.paths.state)
        self._user = user
        python = f"{self.venv}/bin/python3"
        config = self.paths.config
        self.options, passwords = read_yaml(python, f"{config}/globals.yml", f"{config}/passwords.yml")
        clean = censor(secrets(passwords))
        self._runner = Runner(self.release.series, self.paths, clean, user, tell, execute)
        self._registry_password = str(passwords.get("docker_registry_password") or "")

    @property
    def venv(self) -> str:
        """The venv of the release."""
        return self.paths.venv(self.release.series)

    @property
    def engine(self) -> str:
        """The program of the container engine on the hosts."""
        return str(self.options.get("kolla_container_engine") or "docker")

    @property
    def _source(self) -> str:
        """Kolla-Ansible's playbooks and roles."""
        return f"{self.venv}/share/kolla-ansible/ansible"

    def inputs(self) -> Inputs:
        """Checksums of all that a deployment is made from."""
        return read_inputs(self.paths.config, self.release.kolla_ansible, self.options)

    def run(self, request: Request, scratch: str = "") -> Judged:
        """Run Kolla-Ansible, tell how it went.

        Raises:
            FailedError: hosts failed, or Kolla-Ansible itself.
        """
        if not request.playbook:
            request = request._replace(playbook=self._mended(request.action))
        argv = command(self.release, request, self.paths)
        return self._runner.run(str(request), request.action, argv, scratch)

    def _mended(self, action: str) -> str:
        """The playbook of an action with the release's defects mended; "" where its own will do."""
        names = [
            name for name in on_containers(self.release, action) if os.path.isfile(f"{self._source}/{name}")
        ]
        texts, lines = replaced.for_containers(
            self._source, self.paths.program, patches.of(self.release.series)
        )
        if not names:
            return ""
        for line in lines:
            self.tell(line)
        if not texts:
            return ""
        tree.build(self.paths.tree, self._source, texts)
        return f"{self.paths.tree}/{names[0]}"

    def generate(self, tags: Sequence[str] = (), limit: str = "", extra: Sequence[str] = ()) -> Judged:
        """Write configuration files on the hosts, where containers read them.

        No container is touched, whatever the roles think of it. Raises as `run`.
        """
        deployed = self.records.read(DEPLOYED) is not None
        texts = self._for_configuration(deployed=deployed)
        return self._genconfig(Request("genconfig", tags, limit, extra), texts)

    def _compare(self, tags: Sequence[str]) -> Judged:
        """Write configuration files below the scratch folder; compare containers if there are any. Raises as `run`."""
        if self.records.read(DEPLOYED) is None:
            texts = self._for_configuration(deployed=False)
        else:
            texts = replaced.for_plan(self._source, self.paths.program, patches.of(self.release.series))
        # node_config_directory is where the roles write to on the hosts; CONFIG_DIR is another folder.
        request = Request("genconfig", tags, "", [f"node_config_directory={SCRATCH}"])
        return self._genconfig(request, texts, SCRATCH)

    def _genconfig(self, request: Request, texts: Mapping[str, str], scratch: str = "") -> Judged:
        tree.build(self.paths.tree, self._source, texts)
        return self.run(request._replace(playbook=f"{self.paths.tree}/site.yml"), scratch)

    def _for_configuration(self, *, deployed: bool) -> dict[str, str]:
        modules, patched = f"{self.paths.program}/library", patches.of(self.release.series)
        return replaced.for_configuration(self._source, modules, deployed=deployed, patches=patched)

    def images(self, tags: Sequence[str] = ()) -> dict[Image, set[str]]:
        """The images that the hosts need, each with its hosts; nothing is pulled.

        Raises:
            FailedError: a host failed.
        """
        tree.build(self.paths.tree, self._source, replaced.for_images(self.paths.program))
        request = Request("pull", tags, playbook=f"{self.paths.tree}/site.yml")
        ended = self._runner.run(
            f"{request} (which images)", "images", command(self.release, request, self.paths)
        )
        found: dict[Image, set[str]] = {}
        for event in ended.events:
            if event["e"] == "image":
                found.setdefault(parse(event["image"]), set()).add(event["host"])
        return found

    def login(self, host: str) -> Login:
        """How a registry is asked, by what Kolla-Ansible is told about its own."""
        if host != self.options.get("docker_registry", "quay.io"):
            return Login()
        user = str(self.options.get("docker_registry_username") or "")
        insecure = str(self.options.get("docker_registry_insecure", False)).lower() in {"true", "yes"}
        return Login(user, self._registry_password if user else "", insecure)

    def tree(self) -> readers.Tree:
        """What the release's own variables and roles read."""
        (package,) = glob.glob(f"{self.venv}/lib/python3*/site-packages/kolla_ansible") or [""]
        return readers.read(self._source, package)

    def render(self, tags: Sequence[str] | None = None) -> dict[str, Any]:
        """Render the configuration into a scratch folder of every host, read it back, and compare containers.

        Args:
            tags: of the services to render, perhaps none at all; None: the whole.

        Returns:
            `hosts`: live and next checksums by host; `tags`: tag by folder; `differing`: by host and folder, how
            its container is not as it should be.

        Raises:
            FailedError: a host failed; nothing that runs was touched.
        """
        events: list[Event] = []
        if tags is None or tags:
            self.play("prepare", scratch=SCRATCH, live=LIVE)
            try:
                events = self._compare(tags or ()).events
            except FailedError:
                # What was rendered until then holds passwords; hosts that are gone do so at the next plan.
                with contextlib.suppress(FailedError):
                    self.play("clear", scratch=SCRATCH)
                raise
        hosts = {host: sums._asdict() for host, sums in self.collect().items()}
        found = {event["folder"]: event["tag"] for event in events if event["e"] in ("folder", "container")}
        differing: dict[str, dict[str, list[str]]] = {}
        for event in events:
            if event["e"] == "container":
                differing.setdefault(event["host"], {})[event["folder"]] = event["differs"]
        return {"hosts": hosts, "tags": found, "differing": differing}

    def collect(self) -> dict[str, HostSums]:
        """Checksums of the live and the rendered configuration by host; the scratch folders go.

        Raises:
            FailedError: a host failed.
        """
        found = self.play("collect", scratch=SCRATCH, live=LIVE)
        return {host: HostSums(live, rendered) for host, (live, rendered) in found.items()}

    def observe(self, urls: Iterable[str], tell: process.Say | None = None) -> dict[str, Any]:
        """What each host that answers shows of itself, as playbooks/observe.py has it.

        Args:
            urls: asked by the hosts with the load balancer.
            tell: takes the lines of it; None: as those of any other run.

        Raises:
            FailedError: Ansible itself could not work.
        """
        return self.play(
            "observe",
            tell,
            partial=True,
            engine=self.engine,
            live=LIVE,
            count_queues=quorum_queues.COUNT,
            urls=",".join(urls),
        )

    def play(
        self, name: str, tell: process.Say | None = None, *, partial: bool = False, **variables: Any
    ) -> dict[str, Any]:
        """Run a playbook of ours; what it has left in `results`, by host.

        Args:
            name: of the playbook, without `.yml`.
            tell: takes the lines of the run; None: as those of any other.
            partial: hosts that fail or do not answer are just not among those that did.
            variables: of the playbook.

        Raises:
            FailedError: a host failed, unless `partial`; or Ansible itself could not work.
        """
        path = f"{self.paths.program}/playbooks/{name}.yml"
        given = {**variables, "results": self.paths.results}
        results.empty(self.paths.results, self._user)
        try:
            self._runner.run(name, name, playbook(self.release.series, path, given, self.paths), tell=tell)
        except FailedError as error:
            if not (partial and error.code == EXIT_HOSTS):
                raise
        return results.take(self.paths.results)

    def order(self, what: str, orders: Mapping[str, Sequence[Sequence[str]]]) -> None:
        """Have root run commands on hosts, one after another on each of them.

        Raises:
            FailedError: one failed.
        """
        self.play("orders", what=what, orders=orders)
