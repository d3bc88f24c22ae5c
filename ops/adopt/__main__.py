"""`make adopt FROM=DIR STACK=mine [RELEASE=2025.1] [ARGS="--addresses FILE …"]`: the stack file of a cloud that is there.

FROM is the /etc/kolla of the deployment host, or a copy of it. What the stack file cannot say as the folder does is told,
a line each. A file that exists is never written over, and nothing of the folder is changed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import asyncssh

from config.kolla.passwords import dump, missing
from config.release_map import release
from ops import stack
from ops.adopt.accepted import left_to_do
from ops.adopt.adoption import Adoption, adopt
from ops.adopt.facts import read_facts
from ops.adopt.folder import read_folder
from ops.adopt.remark import AdoptError, Remark
from ops.adopt.yaml_mapping import read_mapping
from ops.deploy_key import make_key
from ops.files import save_file
from ops.new.dialogue import AnswersError, check_name
from ops.new.draft import home
from ops.new.text import text


def write(name: str, path: Path, found: Adoption) -> Iterator[str]:
    """Write the stack file and the secrets that it names.

    Yields:
        What was done, a line each, when it is done.

    Raises:
        OSError: a file cannot be written.
        stack.StackError: a secret of the stack's folder is there already, with another content.
        asyncssh.KeyImportError: a key file that is there holds no private key without a passphrase.
    """
    folder = Path(home(name)).expanduser()
    secrets = {"passwords.yml": dump(found.passwords), **found.files}
    for own, content in secrets.items():
        there = folder / own
        if there.exists() and there.read_text(encoding="utf-8") != content:
            raise stack.StackError(
                f"{there}: is there already, of another cloud or an earlier try; move it away"
            )
    for what, made_for in (("key", "your key"), ("deployKey", "the deploy host's key")):
        file = Path(found.fields["ssh"][what]["file"]).expanduser()
        before = file.exists()
        make_key(file, f"{name}-{what}")
        yield f"{'kept' if before else 'created'} {file}: {made_for}"
    for own, content in secrets.items():
        save_file(folder / own, content)
        yield f"created {folder / own}"
    with path.open("x", encoding="utf-8") as out:
        out.write(text(found.fields, "adopt"))
    yield f"created {path}: the stack file"


def report(name: str, found: Adoption, series: str, root: Path) -> Iterator[str]:
    """What the operator has to know once all is written, a line each."""
    lacking = missing(release(series).passwords, found.passwords)
    to_do = [*left_to_do(found.fields, root), *found.by_hand]
    yield from _section("By the stack file it is otherwise", found.unsaid)
    yield from _section("Assumed, because the folder does not say it", found.assumed)
    yield from _section("To be added to the stack file by hand, or with --addresses FILE", to_do)
    if lacking:
        yield f"\n{len(lacking)} passwords of {series} are missing ({', '.join(lacking)}): run make kolla-passwords STACK={name}"
    yield f"\nNext: make host-keys STACK={name}, then make preview STACK={name}"


def _section(heading: str, remarks: Sequence[Remark]) -> Iterator[str]:
    if remarks:
        yield f"\n{heading} ({len(remarks)}):"
        yield from (f"  {remark}" for remark in remarks)


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m ops.adopt", description=__doc__, allow_abbrev=False)
    stack.arguments(parser)
    parser.add_argument(
        "--from", dest="folder", type=Path, required=True, help="the folder, such as /etc/kolla"
    )
    parser.add_argument("--release", help="the release of OpenStack, where globals.yml does not say it")
    parser.add_argument("--inventory", type=Path, help="the inventory, where it is not in the folder")
    parser.add_argument(
        "--addresses",
        type=Path,
        help="YAML with fields of a stack file over what is found: subnets, addresses",
    )
    parser.add_argument(
        "--facts", type=Path, help="the folder of Ansible's cache of facts, for subnets and addresses"
    )
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> int:
    """The command; returns its exit code."""
    options = parse(argv)
    name: str = options.stack
    path: Path = options.config_file or stack.ROOT / f"Pulumi.{name}.yaml"
    try:
        check_name(name, stack.ROOT)
        stack.free(path)
        given = _given(options.addresses)
        folder = read_folder(options.folder, inventory=options.inventory, series=options.release)
        root = stack.ROOT if options.config_file is None else path.absolute().parent
        facts = read_facts(options.facts) if options.facts else {}
        found = adopt(name, folder, given, facts, root)
        for lines in (write(name, path, found), report(name, found, folder.series, root)):
            sys.stdout.writelines(f"{line}\n" for line in lines)
    except asyncssh.KeyImportError:
        sys.stderr.write(f"~/.ssh/openstack-{name}*: not a private key without passphrase; move it away\n")
        return 1
    except (AdoptError, AnswersError, stack.StackError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _given(path: Path | None) -> dict[str, Any]:
    """The operator's own fields, with or without the namespace."""
    said = read_mapping(path) if path else {}
    return {key.removeprefix("cloud:"): value for key, value in said.items()}


if __name__ == "__main__":
    sys.exit(main())
