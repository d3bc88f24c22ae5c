"""One nftables table: a file for the next boot and the same live. Other tables are never touched."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Dict, Optional

from host_programs.hostctl import filework
from host_programs.hostctl.errors import HostctlError

if TYPE_CHECKING:
    from host_programs.hostctl.plan import Plan
    from host_programs.hostctl.system import System

SHAPE: Dict[str, Any] = {"table": str, "ruleset": str}
REQUIRED = ("table", "ruleset")
STAYS = False
UNIT = "hostctl-nftables.service"
UNIT_FILE = f"/etc/systemd/system/{UNIT}"
WANTED = f"/etc/systemd/system/sysinit.target.wants/{UNIT}"
FOLDER = "/etc/nftables.d"
BOOT_UNIT = """# Managed by hostctl: the firewall is up before the network is.
[Unit]
Description=Firewall of the cloud (hostctl)
DefaultDependencies=no
RequiresMountsFor=/etc/nftables.d
After=systemd-modules-load.service
Before=network-pre.target shutdown.target
Wants=network-pre.target
Conflicts=shutdown.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/sbin/nft -f %s

[Install]
WantedBy=sysinit.target
"""
# Lists what the kernel makes of a ruleset, in a network namespace that is thrown away.
SCRATCH = ["unshare", "--net", "sh", "-c", 'nft -f - && exec nft -s list table "$@"', "sh"]


def compare(want: Optional[Dict[str, str]], plan: Plan) -> None:
    """The file, the boot unit, and the live table."""
    host = plan.host
    if want is not None:
        table = want["table"].split()
        path = file_of(want["table"])
        text = _transaction(want["table"], want["ruleset"])
        expected = host.query([*SCRATCH, *table], stdin=text)
        if expected.code != 0:
            reason = " ".join(expected.err.split())[-400:]
            raise HostctlError(f"nftables {want['table']}", f"the kernel refuses the ruleset: {reason}")
        now = _live(host, want["table"])
        item = f"table:{want['table']}"
        if now == expected.out:
            plan.fine(item)
        else:
            verb = "loaded" if now is None else "replaced"
            effect = functools.partial(_load, host, want["table"], text)
            label = f"nftables table {want['table']} {verb}"
            # First the live table: what the kernel refuses never becomes the boot's file.
            plan.add(item, label, effect, before={"live": now, "table": want["table"]})
        filework.ensure(plan, path, text, "0640", label="nftables")
        filework.ensure(plan, UNIT_FILE, BOOT_UNIT % path, label="nftables boot unit")
        if host.readlink(WANTED) == UNIT_FILE:
            plan.fine(WANTED)
        else:
            effect = functools.partial(_enable, host)
            plan.add(WANTED, f"nftables {UNIT} enabled", effect, before=filework.capture(host, WANTED))
    for item in plan.leaving():
        if item.startswith("/"):
            filework.undo(plan, item)
        else:
            effect = functools.partial(restore, host, item, plan.originals[item], boot=False)
            name = plan.originals[item]["table"]
            current = {"live": _live(host, name), "table": name}
            plan.undo(item, f"nftables table {name} restored", effect, now=current)


def restore(host: System, item: str, before: Dict[str, Any], boot: bool) -> None:
    """Load the old table, or take ours away. At boot nothing is loaded yet: the file decides."""
    if boot:
        return
    table = before["table"]
    host.run(
        ["nft", "-f", "-"], f"nftables {item}", stdin=_transaction(table, before["live"] or ""), seconds=30
    )


def file_of(table: str) -> str:
    """The file that the boot unit loads."""
    return f"{FOLDER}/{table.rsplit(maxsplit=1)[-1]}.nft"


def _transaction(table: str, ruleset: str) -> str:
    """Replaces this one table and nothing else, in one step; it need not exist before."""
    return f"table {table} {{}}\ndelete table {table}\n{ruleset.rstrip()}\n"


def _live(host: System, table: str) -> Optional[str]:
    found = host.query(["nft", "-s", "list", "table", *table.split()])
    if found.code == 127:
        raise HostctlError("nftables", "nft is not installed", "add nftables to packages")
    return found.out if found.code == 0 else None


def _load(host: System, table: str, text: str) -> None:
    host.run(["nft", "-c", "-f", "-"], f"nftables {table}", stdin=text, seconds=30)
    host.run(["nft", "-f", "-"], f"nftables {table}", stdin=text, seconds=30)


def _enable(host: System) -> None:
    host.make_dir(WANTED.rpartition("/")[0])
    host.symlink(WANTED, UNIT_FILE)
