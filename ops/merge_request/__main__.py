"""`make preview-touched`: a preview of each stack that a merge request touches, as a job of its pipeline.

Each text goes to the job's log, to `preview/STACK.txt` and, where CLOUD_NOTE_TOKEN is given, into a note on the merge
request. Exit 1 when a preview failed; the others are shown all the same.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from ops import stack
from ops.merge_request.gitlab import TOKEN, MergeRequest, NoteError
from ops.merge_request.text import Preview, masked, note, secrets
from ops.merge_request.touched import touched


def main(argv: Sequence[str] | None = None) -> int:
    """The command; 1 when something failed."""
    options = _parse(argv)
    hidden = secrets(os.environ)
    try:
        found = touched(changed_files(options.base), project_stacks(options.stacks))
    except stack.StackError as error:
        print(error, file=sys.stderr)
        return 1
    remarks = [
        f"Pulumi.{name}.yaml is changed, and {name} is not among CLOUD_STACKS: no preview of it"
        for name in found.unlisted
    ]
    for line in remarks or ([] if found.stacks else ["no stack is touched"]):
        print(line, flush=True)
    options.folder.mkdir(parents=True, exist_ok=True)
    previews = [preview(name, options.folder, hidden) for name in found.stacks]
    failed = [item.stack for item in previews if item.code]
    if failed:
        print(f"the preview failed for: {', '.join(failed)}", file=sys.stderr)
    written = _write_note(note(previews, remarks, os.environ.get("CI_JOB_URL", "")), hidden)
    return 0 if written and not failed else 1


def changed_files(base: str) -> list[str]:
    """Files that differ between a commit and the checkout's. Raises StackError."""
    if not base:
        raise stack.StackError(
            "no commit to compare with: this runs in a merge request's pipeline, or with --base COMMIT"
        )
    argv = ["git", "diff", "--name-only", "--no-renames", "-z", base, "HEAD", "--"]
    done = subprocess.run(argv, cwd=stack.ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise stack.StackError(
            f"git cannot compare with {base}: {done.stderr.strip()}; if the commit is missing, the clone is too "
            "shallow: set GIT_DEPTH to 0"
        )
    return [path for path in done.stdout.split("\0") if path]


def project_stacks(given: str) -> list[str]:
    """The names in CLOUD_STACKS; all stack files of the checkout where it is empty."""
    return given.replace(",", " ").split() or sorted(
        path.name.removeprefix("Pulumi.").removesuffix(".yaml") for path in stack.ROOT.glob("Pulumi.*.yaml")
    )


def preview(name: str, folder: Path, hidden: Iterable[str]) -> Preview:
    """Run `make preview` for a stack; its text is shown as it comes, and kept."""
    print(f"preview of {name}", flush=True)
    command = [sys.executable, "-m", "ops.run", "preview", "--stack", name]
    lines: list[str] = []
    with subprocess.Popen(
        command,
        cwd=stack.ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as child:
        for line in child.stdout or ():
            lines.append(masked(line, hidden))
            print(lines[-1], end="", flush=True)
    text = "".join(lines)
    (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return Preview(name, child.returncode, text)


def _write_note(body: str, hidden: Iterable[str]) -> bool:
    """Write the note where a token is given; whether nothing went wrong."""
    token, request = os.environ.get(TOKEN, ""), MergeRequest.of(os.environ)
    if token and request:
        try:
            request.write(body, token)
        except NoteError as error:
            print(masked(f"the note could not be written: {error}", hidden), file=sys.stderr)
            return False
    return True


def _parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m ops.merge_request", description=__doc__)
    environment = os.environ.get
    parser.add_argument(
        "--base",
        default=environment("CI_MERGE_REQUEST_DIFF_BASE_SHA", ""),
        help="commit that the branch left from; the pipeline's by default",
    )
    parser.add_argument(
        "--stacks",
        default=environment("CLOUD_STACKS", ""),
        help="stacks of the project; CLOUD_STACKS by default, else all stack files",
    )
    parser.add_argument("--folder", type=Path, default=Path("preview"), help="where the texts go")
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main())
