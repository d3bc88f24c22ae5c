"""`make vault-restore`: where the snapshot comes from, what is asked of the founder, and what stays out of arguments."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from host_programs.contract.vault_boot import Snapshot
from ops.access import HostError
from ops.stack import StackError
from ops.vault_restore import content, listed, restore, table

NODES = ("ctl01", "ctl02")


def kept(node: str, day: int) -> Snapshot:
    name = f"{node}-202611{day}T000000Z.snap"
    return {"name": name, "path": f"/s/{name}", "taken": f"2026-11-{day}T00:00:00Z", "bytes": 4096}


class Nodes:
    """Answers like vault-boot on each node."""

    def __init__(self, *, refuses: bool = False) -> None:
        self.asked: list[tuple[str, str, bytes]] = []
        self.refuses = refuses

    async def run(self, node: str, command: str, given: bytes) -> bytes:
        self.asked.append((node, command, given))
        if command.endswith("vault-boot snapshots"):
            return json.dumps([kept(node, 26), kept(node, 27)]).encode()
        if " restore " in command and self.refuses:
            raise HostError("failed", "refused")
        return b"content" if command.startswith("cat ") else b"said\n"


def test_all_nodes_snapshots_are_listed_by_time() -> None:
    text = table(asyncio.run(listed(NODES, Nodes().run)))
    assert [line.split()[3] for line in text.splitlines()[1:]] == [
        kept(node, day)["name"] for day in (26, 27) for node in NODES
    ]


def test_no_snapshot_yet_says_when_there_will_be_one() -> None:
    assert "five minutes after" in table({"ctl01": []})


def test_a_snapshot_comes_from_the_node_that_its_name_says() -> None:
    nodes = Nodes()
    assert asyncio.run(content(kept("ctl02", 27)["name"], NODES, nodes.run)) == b"content"
    assert {node for node, _, _ in nodes.asked} == {"ctl02"}


def test_a_snapshot_may_be_a_file_here(tmp_path: Path) -> None:
    (tmp_path / "one.snap").write_bytes(b"here")
    assert asyncio.run(content(str(tmp_path / "one.snap"), NODES, Nodes().run)) == b"here"


@pytest.mark.parametrize(
    "name", ["ctl02-20261101T000000Z.snap", "ctl09-20261127T000000Z.snap", "../etc/shadow"]
)
def test_an_unknown_snapshot_is_one_error(name: str) -> None:
    with pytest.raises(StackError, match="neither a file here nor a snapshot on a node"):
        asyncio.run(content(name, NODES, Nodes().run))


def test_without_yes_nothing_is_asked_for_but_a_dry_run() -> None:
    nodes = Nodes()
    asyncio.run(restore("ctl01", b"data", "", nodes.run, other_keys=True, yes=False))
    assert [command for _, command, _ in nodes.asked if " restore " in command] == [
        "/usr/local/sbin/vault-boot restore /var/lib/openbao-snapshots/.restoring --other-keys --dry-run"
    ]


@pytest.mark.parametrize("refuses", [False, True])
def test_the_token_goes_by_stdin_and_the_copy_is_private_and_goes(refuses: bool) -> None:
    nodes = Nodes(refuses=refuses)
    work = restore("ctl01", b"data", "hunter2", nodes.run, other_keys=False, yes=True)
    if refuses:
        with pytest.raises(HostError, match="refused"):
            asyncio.run(work)
    else:
        assert asyncio.run(work) == "said"
    sent, done, gone = nodes.asked
    assert (sent[2], "umask 077" in sent[1]) == (b"data", True)
    assert done[2] == b"hunter2\n"
    assert gone[1].startswith("rm -f ")
    assert "hunter2" not in " ".join(command for _, command, _ in nodes.asked)
