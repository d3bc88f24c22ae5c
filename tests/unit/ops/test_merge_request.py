"""Merge requests: which stacks are touched, what the note says, and what it never says."""

from __future__ import annotations

import json
import string
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
import yaml
from yamllint.config import YamlLintConfig

from ops import stack
from ops.merge_request import __main__ as command
from ops.merge_request.gitlab import MergeRequest, NoteError
from ops.merge_request.text import LONGEST, MARK, Preview, masked, note, secrets
from ops.merge_request.touched import Touched, touched

CASES = yaml.safe_load(Path(__file__).with_name("touched.yaml").read_text())


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_stack_is_previewed_where_its_file_or_the_program_is_changed(case: dict[str, list[str]]) -> None:
    expected = Touched(tuple(case.get("stacks", ())), tuple(case.get("unlisted", ())))
    assert touched(case["changed"], ["prod", "prod-r2"]) == expected


def test_secrets_of_the_job_are_in_no_text(tmp_path: Path) -> None:
    (tmp_path / "passphrase").write_text("long-passphrase\n")
    environment = {
        "PULUMI_CONFIG_PASSPHRASE_FILE": str(tmp_path / "passphrase"),
        "PULUMI_BACKEND_URL": "s3://states?user=a",
        "AWS_SECRET_ACCESS_KEY": "key-of-the-bucket",
        "CLOUD_NOTE_TOKEN": "glpat-of-the-note",
        "SITE_SSH_KEY": str(tmp_path / "passphrase"),
        "GOOGLE_CREDENTIALS": "credentials-of-the-bucket",
        "SITE_KEY_SECRET": "-----BEGIN KEY-----\nfirst-line-of-it\nsecond-line-of-it\n",
        "CI_JOB_NAME": "preview-of-it",
        "SHORT_SECRET": "true",
    }
    hidden = "long-passphrase s3://states?user=a key-of-the-bucket glpat-of-the-note first-line-of-it credentials-of-the-bucket"
    said = f"{hidden} true preview-of-it"
    assert masked(said, secrets(environment)) == " ".join(["[MASKED]"] * 6 + ["true preview-of-it"])


def test_a_secret_that_begins_with_another_is_masked_whole() -> None:
    values = secrets({"A_TOKEN": "12345678", "B_TOKEN": "1234567890"})
    assert masked("1234567890 12345678", values) == "[MASKED] [MASKED]"


def test_a_note_has_every_preview_and_no_text_ends_its_block() -> None:
    text = note(
        [Preview("one", 0, "a\n```\n</details>\n"), Preview("two", 1, "wrong")], ["a remark"], "https://job"
    )
    assert text.startswith(MARK)
    assert "a remark" in text
    assert "one: what `make up` would change" in text
    assert "````text\na\n```\n</details>\n````" in text
    assert "two: failed" in text
    assert "https://job" in text


def test_a_long_preview_is_shortened_in_its_middle() -> None:
    text = note([Preview("one", 0, "first" + "x" * LONGEST + "last")], [], "")
    assert "first" in text
    assert "last" in text
    assert "9 characters left out" in text
    assert len(text) < LONGEST + 500


class GitLab(BaseHTTPRequestHandler):
    notes: ClassVar[dict[int, str]] = {}

    def do_GET(self) -> None:
        page = int(self.path.rpartition("page=")[2])
        rows = [{"id": key, "body": body} for key, body in self.notes.items()]
        self._answer(200, rows[page - 1 : page], {"x-next-page": str(page + 1) if page < len(rows) else ""})

    def do_POST(self) -> None:
        self.notes[len(self.notes)] = self._given()
        self._answer(201, {})

    def do_PUT(self) -> None:
        self.notes[int(self.path.rpartition("/")[2])] = self._given()
        self._answer(200, {})

    def _given(self) -> str:
        return str(json.loads(self.rfile.read(int(self.headers["Content-Length"])))["body"])

    def _answer(self, code: int, body: Any, headers: dict[str, str] | None = None) -> None:
        allowed = self.headers["PRIVATE-TOKEN"] == "right"
        self.send_response(code if allowed else 403)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name
        pass


@pytest.fixture
def request_of() -> Iterator[MergeRequest]:
    GitLab.notes = {0: "somebody's words"}
    server = ThreadingHTTPServer(("127.0.0.1", 0), GitLab)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    found = MergeRequest.of(
        {
            "CI_API_V4_URL": f"http://127.0.0.1:{server.server_port}",
            "CI_MERGE_REQUEST_PROJECT_ID": "7",
            "CI_MERGE_REQUEST_IID": "3",
        }
    )
    assert found is not None
    yield found
    server.shutdown()
    server.server_close()


def test_the_note_is_written_once_and_then_over(request_of: MergeRequest) -> None:
    request_of.write(f"{MARK} first", "right")
    request_of.write(f"{MARK} second", "right")
    assert GitLab.notes == {0: "somebody's words", 1: f"{MARK} second"}


def test_a_refused_note_says_what_the_token_needs_and_not_the_token(request_of: MergeRequest) -> None:
    with pytest.raises(NoteError, match="scope `api`") as caught:
        request_of.write(MARK, "wrong-token")
    assert "wrong-token" not in str(caught.value)


def test_a_file_of_the_ca_that_is_not_there_is_one_line() -> None:
    with pytest.raises(NoteError, match="FileNotFoundError"):
        MergeRequest("https://gitlab.site.test/api/v4", "7", "3", "/no/such/ca.pem").write(MARK, "right")


def test_the_pipelines_cache_has_keys_that_runners_take_and_is_no_part_of_the_checks() -> None:
    root = Path(__file__).parents[3]
    pipeline = yaml.safe_load((root / ".gitlab-ci.yml").read_text())
    cache = pipeline["default"]["cache"]
    keys = {string.Template(cache["key"]).substitute(CI_JOB_NAME=job) for job in ("unit", "preview")}
    assert len(keys) == 2
    assert not [key for key in keys if "/" in key]
    checks = YamlLintConfig(file=str(root / ".yamllint"))
    assert all(checks.is_file_ignored(f"{folder}a/b.yaml") for folder in cache["paths"])


def test_outside_a_merge_request_there_is_nowhere_to_write() -> None:
    assert MergeRequest.of({"CI_API_V4_URL": "https://gitlab.site.test/api/v4"}) is None


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(stack, "ROOT", tmp_path)
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@site.test"]
    subprocess.run([*git, "init", "--quiet"], cwd=tmp_path, check=True)
    for text in ("1", "2"):
        (tmp_path / "Pulumi.mine.yaml").write_text(text)
        (tmp_path / "a file of ä.conf").write_text(text)
        subprocess.run([*git, "add", "."], cwd=tmp_path, check=True)
        subprocess.run([*git, "commit", "--quiet", "-m", text], cwd=tmp_path, check=True)
    return tmp_path


def test_changed_files_are_named_as_they_are(checkout: Path) -> None:
    assert set(command.changed_files("HEAD~1")) == {"Pulumi.mine.yaml", "a file of ä.conf"}
    assert command.project_stacks("") == ["mine"]
    assert command.project_stacks("b, a") == ["b", "a"]


def test_a_commit_that_the_clone_lacks_is_one_line(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main(["--base", "0" * 40]) == 1
    assert "GIT_DEPTH" in capsys.readouterr().err
    assert command.main([]) == 1
    assert "--base COMMIT" in capsys.readouterr().err


def test_a_change_of_documents_needs_no_preview(
    checkout: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert command.main(["--base", "HEAD", "--folder", str(tmp_path / "preview")]) == 0
    assert capsys.readouterr().out == "no stack is touched\n"
