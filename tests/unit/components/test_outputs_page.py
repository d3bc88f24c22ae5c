"""docs/outputs.md is a contract: it names every output and every step that the program declares, and no other."""

from __future__ import annotations

import re
from unittest import mock

import pulumi

from config import load
from tests.unit.components.answers import answers
from tests.unit.components.engine import Declared
from tests.unit.components.support import ROOT, STACKS, cloud
from tests.unit.components.test_program import main

PAGE = (ROOT / "docs" / "outputs.md").read_text()


def rows(heading: str) -> set[str]:
    """Names in the first column of the table after a text."""
    table = next(block for block in PAGE[PAGE.index(heading) :].split("\n\n") if block.startswith("|"))
    return {name for line in table.splitlines()[2:] for name in re.findall(r"`([^`]+)`", line.split("|")[1])}


class Page(Declared):
    async def test_every_output_and_every_step_is_on_the_page(self) -> None:
        outputs: set[str] = set()
        steps: dict[str, set[str]] = {"hosts": set(), "firewall": set(), "ceph": set(), "kolla": set()}
        for stack in STACKS:
            config = cloud(stack)
            with (
                mock.patch.object(load, "load_pulumi", return_value=config),
                mock.patch.object(pulumi, "export", lambda name, _: outputs.add(name)),
            ):
                found = await self.run_program(main(), answers)
            for name in found:
                stage = name.split("-")[0]
                # The tenancy's are the stack file's own objects, and its provider; Vault's have tests of their own.
                if "-" in name and stage not in ("tenancy", "vault", "secrets"):
                    host = f"^{stage}-({'|'.join(config.hosts)})(?=-|$)"
                    steps[stage].add(name if stage == "kolla" else re.sub(host, f"{stage}-HOST", name))
        assert rows("They are a contract") == outputs
        assert rows("## Resources of a host") == steps["hosts"] | steps["firewall"] | {"hosts-HOST-sources"}
        assert {f"ceph-HOST-ceph-{step}" for step in rows("named `ceph-HOST-ceph-STEP`")} == steps["ceph"]
        assert rows("For `kolla` (") == steps["kolla"]
