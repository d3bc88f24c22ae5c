"""`make new STACK=mine [YES=1] [ARGS="--domain … --control …"]`: a stack file, with keys, passwords and a trial's certificate.

What is not answered by a flag is asked; YES=1 takes the defaults. A file that exists is never written over.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import asyncssh

from ops import kolla_passwords, stack
from ops.deploy_key import make_key
from ops.files import save_file
from ops.new.dialogue import AnswersError, Ask, check_name, converse
from ops.new.draft import fields, home
from ops.new.questions import QUESTIONS, SELF_SIGNED, Answers, Question
from ops.new.text import text
from ops.own_certificate import own_certificate

_TRIAL_DAYS = 365


def ask(question: Question, default: str) -> str:
    """Ask at the terminal."""
    return input(f"{question.asks} [{default}]: ")


def make(name: str, config_file: Path | None, answers: Answers) -> Iterator[str]:
    """Write the stack file and what it names; what is there already stays.

    Yields:
        What was done, a line each, when it is done.

    Raises:
        OSError: a file cannot be written.
        stack.StackError: the passwords cannot be made.
        asyncssh.KeyImportError: a key file that is there holds no private key without a passphrase.
    """
    path = config_file or stack.ROOT / f"Pulumi.{name}.yaml"
    drawn = fields(answers)
    for what, made_for in (("key", "your key"), ("deployKey", "the deploy host's key")):
        file = Path(drawn["ssh"][what]["file"]).expanduser()
        there = file.exists()
        make_key(file, f"{name}-{what}")
        yield f"{'kept' if there else 'created'} {file}: {made_for}"
    if answers["certificate"] == SELF_SIGNED:
        yield _certificate(name, answers)
    with path.open("x", encoding="utf-8") as out:
        out.write(text(drawn))
    yield f"created {path}: the stack file"
    kolla_passwords.renew(name, config_file, clean=False)
    yield f"created {Path(home(name)).expanduser() / 'passwords.yml'}: the services' passwords"


def _certificate(name: str, answers: Answers) -> str:
    folder = Path(home(name)).expanduser()
    own, ca = folder / "haproxy.pem", folder / "ca.pem"
    there = [file for file in (own, ca) if file.exists()]
    if len(there) == 1:
        raise stack.StackError(
            f"{there[0]}: is there without its other half; move it away to have both created"
        )
    if there:
        return f"kept {own}, {ca}: the certificate and its CA"
    domain = answers["domain"]
    vips = [answers[flag] for flag in ("external-vip", "internal-vip") if flag in answers]
    names = [f"api.{domain}", f"internal.{domain}", *vips]
    made = own_certificate(f"{name} trial", names, datetime.now(UTC), _TRIAL_DAYS)
    for file, pem in ((own, made.certificate + made.key), (ca, made.ca)):
        save_file(file, pem)
    return f"created {own}, {ca}: a trial's certificate and its CA"


def next_steps(name: str, answers: Answers) -> str:
    """What is left for the operator."""
    public = Path(f"~/.ssh/openstack-{name}.pub").expanduser().read_text(encoding="utf-8").strip()
    return f"""
Next:
  1. On every host: a user `cloud` with sudo without a password that accepts this key:
     {public}
  2. make host-keys STACK={name}            compare the fingerprints, then again with WRITE=1
  3. make preview STACK={name}              what `up` would do
  4. make up STACK={name}
The APIs will answer on {answers.get("external-vip", answers["internal-vip"])}."""


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m ops.new", description=__doc__, allow_abbrev=False)
    stack.arguments(parser)
    parser.add_argument("--yes", action="store_true", help="use the defaults without asking")
    for question in QUESTIONS:
        parser.add_argument(f"--{question.flag}", dest=question.flag, help=question.asks.replace("%", "%%"))
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None, asking: Ask | None = None) -> int:
    """The command; returns its exit code. `asking` asks instead of the terminal."""
    options = parse(argv)
    name: str = options.stack
    given = {q.flag: value for q in QUESTIONS if (value := getattr(options, q.flag)) is not None}
    asking = asking or (ask if sys.stdin.isatty() else None)
    try:
        check_name(name, stack.ROOT)
        stack.free(options.config_file or stack.ROOT / f"Pulumi.{name}.yaml")
        answers = converse(name, given, stack.ROOT, defaults=options.yes, ask=asking, show=_show)
        for line in make(name, options.config_file, answers):
            sys.stdout.write(f"{line}\n")
    except (EOFError, KeyboardInterrupt):
        _show("\nnothing was created")
        return 1
    except asyncssh.KeyImportError:
        _show(
            f"~/.ssh/openstack-{name}*: not a private key without passphrase; move it away to have a new one created"
        )
        return 1
    except (AnswersError, stack.StackError, OSError) as error:
        _show(str(error))
        return 1
    sys.stdout.write(next_steps(name, answers) + "\n")
    return 0


def _show(line: str) -> None:
    sys.stderr.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main())
