"""The command line."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys

from lab import keep, lifecycle, mail, paths, power, ssh, stack_file, status, wait
from lab.errors import LabError
from machine.errors import MachineError
from machine.progress import step


def parser() -> argparse.ArgumentParser:
    """`lab up | image | down | save | restore | stack-file | status | summary | mail | wait | ssh | power | reset`."""
    top = argparse.ArgumentParser(prog="lab", description="A datacentre on this machine.")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    up = commands.add_parser("up", help="bring the lab up; does what is missing")
    up.add_argument("--snapshot", metavar="NAME", help="a new lab starts from it, if one fits")
    up.add_argument("--release", default="", help="of the container images in it: 2025.1")
    commands.add_parser("image", help="make the hosts' image, if it is not in the cache")
    down = commands.add_parser("down", help="take it down; only the cache stays")
    down.add_argument("--purge", action="store_true", help="remove the cached images and packages too")
    save = commands.add_parser("save", help="cut the power, keep the disks, power on again")
    save.add_argument("--once", action="store_true", help="not if there is one already that fits")
    restore = commands.add_parser(
        "restore", help="start again from a snapshot, in place of the lab that is there"
    )
    for kept in (save, restore):
        kept.add_argument("name")
        kept.add_argument("--release", default="", help="of the container images in it: 2025.1")
    made = commands.add_parser("stack-file", help="write the stack file of a profile, in .lab")
    made.add_argument("profile")
    made.add_argument("--release", default="", help="of OpenStack; else the one of Pulumi.lab.yaml")
    shown = commands.add_parser("status", help="hosts and networks")
    shown.add_argument("--json", action="store_true")
    commands.add_parser("summary", help="addresses, credentials' place, commands to try")
    commands.add_parser("mail", help="what has arrived at the site's mail server; starts it if need be")
    waiting = commands.add_parser("wait", help="wait until a deployed cloud is healthy")
    waiting.set_defaults(command="ssh", host="deploy", argv=[wait.COMMAND])
    session = commands.add_parser("ssh", help="a shell, or a command, on a host")
    session.add_argument("host")
    session.add_argument("argv", nargs=argparse.REMAINDER, metavar="CMD")
    switch = commands.add_parser("power", help="pull a host's plug, or boot it again from its disk")
    switch.add_argument("state", choices=("on", "off"))
    switch.add_argument("hosts", nargs="+", metavar="HOST")
    reset = commands.add_parser("reset", help="blank disk, new host key: a reinstalled machine")
    reset.add_argument("hosts", nargs="+", metavar="HOST")
    return top


def main(argv: list[str]) -> int:
    """Run a command; 1 and one line on stderr when it fails."""
    args = parser().parse_args(argv)
    os.umask(0o022)
    try:
        _dispatch(args)
        sys.stdout.flush()
    except MachineError as error:
        print(f"lab: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:  # who read our output (`| head`) has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (OSError, subprocess.SubprocessError) as error:
        # Something of the lab went away, or came, while it was being looked at.
        print(f"lab: {error}; run the same command again, it goes on where it stopped", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("lab: interrupted; run it again and it goes on where it stopped", file=sys.stderr)
        return 130
    return 0


def _dispatch(args: argparse.Namespace) -> None:
    match args.command:
        case "up":
            keep.up(args.snapshot, args.release)
        case "image":
            lifecycle.make_image()
        case "down":
            lifecycle.down(purge=args.purge)
        case "save":
            keep.save(args.name, args.release, once=args.once)
        case "restore":
            keep.restore(args.name, args.release)
        case "stack-file":
            stack_file.write(args.profile, args.release)
        case "status" | "summary" | "mail":
            print(_shown(args))
        case "ssh":
            _session(args.host, args.argv)
        case "power":
            change = {"on": power.on, "off": power.off}[args.state]
            with step(f"power {args.state}: {' '.join(args.hosts)}"):
                change(*args.hosts)
        case "reset":
            with step(f"reset: {' '.join(args.hosts)}"):
                power.reset(*args.hosts)


def _shown(args: argparse.Namespace) -> str:
    match args.command:
        case "summary":
            return status.summary()
        case "mail":
            return mail.arrived()
    return json.dumps(status.document(), indent=1) if args.json else status.table()


def _session(host: str, argv: list[str]) -> None:
    if not paths.KNOWN_HOSTS.exists():
        raise LabError("there is no lab here: `lab/lab up`")
    ssh.replace(host, *argv)
