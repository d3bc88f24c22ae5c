"""Ansible's output as one event a line, for kolla-run: plays with their counts, failures with their message.

It stands alone on the deploy host and works with ansible-core 2.15 to 2.20. An event is a line of its own on
stdout: the mark, then one JSON object. What Ansible hides (`no_log`) is hidden here too.
"""

from __future__ import annotations

import json
import os
import time
from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
    name: cloud_progress
    type: stdout
    short_description: events for kolla-run
    description:
        - Prints each play's counts and each failure as one line of JSON.
    requirements:
        - set as stdout_callback
"""

MARK = "@cloud-kolla@ "
MESSAGE_LIMIT = 1000
"""Characters of a message: a line must fit into one write to a pipe (4096 bytes), or lines would mix."""
EVENT_LIMIT = 4000
SAYS_NOTHING = ("non-zero return code", "MODULE FAILURE")
"""Beginnings of a message that leave the reason to the next one."""
SCRATCH = "CLOUD_KOLLA_SCRATCH"
"""Environment: the folder below which the tags of what is written are wanted."""
ROLE_PLAY = "Apply role "


def service_of(play: str) -> str:
    """`mariadb` of the play `Apply role mariadb`; any other play keeps its name."""
    return play.removeprefix(ROLE_PLAY)


def tag_of(service: str, tags: list[str]) -> str:
    """The tag that selects the whole play of a service: its own name, else the first that there is."""
    own = [tag for tag in tags if tag != "always"]
    return service if service in own or not own else own[0]


def message_of(result: dict[str, Any]) -> str:
    """What went wrong, on one line.

    A loop says only that some item failed, so its first failed item is asked.
    """
    if "censored" in result:
        return "hidden, because the task handles secrets (no_log)"
    items = result.get("results")
    if isinstance(items, list):
        for item in items:
            if isinstance(item, dict) and (item.get("failed") or item.get("unreachable")):
                return message_of(item)
    for key in ("msg", "stderr", "module_stderr", "stdout", "module_stdout", "reason"):
        text = result.get(key)
        if text and not str(text).startswith(SAYS_NOTHING):
            words = text if isinstance(text, str) else json.dumps(text, default=str)
            return " ".join(without_traceback(words).split())[:MESSAGE_LIMIT]
    return f"failed with code {result['rc']}" if "rc" in result else "failed without a message"


def without_traceback(text: str) -> str:
    """The exception that a traceback ends with: it says what went wrong; other texts as they are.

    Kolla's own modules send theirs as the literal of a string.
    """
    _, mark, after = text.rpartition("Traceback (most recent call last):")
    lines = after.replace("\\n", "\n").splitlines()
    raised = [line for line in lines if line.strip(" '\"") and not line.startswith(" ")]
    return " ".join(raised).strip(" '\"") if mark and raised else text


def has_rescue(task: Any) -> bool:
    """Whether a failure of the task may be made good by a `rescue` around it."""
    parent = getattr(task, "_parent", None)
    while parent is not None:
        if getattr(parent, "rescue", None):
            return True
        parent = getattr(parent, "_parent", None)
    return False


def entries_of(result: dict[str, Any]) -> list[dict[str, Any]]:
    """The result of a task and, of a loop, those of its items."""
    items = result.get("results")
    entries = [result, *(items if isinstance(items, list) else [])]
    return [entry for entry in entries if isinstance(entry, dict)]


def paths_of(result: dict[str, Any]) -> list[str]:
    """The files and folders that a task wrote, or would have if they had not been right."""
    return [
        entry[key]
        for entry in entries_of(result)
        if not entry.get("skipped")
        for key in ("dest", "path")
        if isinstance(entry.get(key), str)
    ]


def images_of(result: dict[str, Any]) -> list[str]:
    """The images that our own plugin of the name `kolla_container` was asked for."""
    return [entry["cloud_image"] for entry in entries_of(result) if entry.get("cloud_image")]


def differing_of(result: dict[str, Any]) -> dict[str, list[str]]:
    """By folder below /etc/kolla: how its container differs, by another plugin of ours of that name."""
    found = {}
    for entry in entries_of(result):
        if entry.get("cloud_differs"):
            item = entry.get("item")
            known = item.get("key") if isinstance(item, dict) else None
            folder = known or entry["cloud_container"].replace("_", "-")
            found[str(folder)] = [str(name) for name in entry["cloud_differs"]]
    return found


class CallbackModule(CallbackBase):  # type: ignore[misc]  # Ansible is not typed
    """Counts by play, and says what fails as soon as it does."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "cloud_progress"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._scratch = os.environ.get(SCRATCH, "").rstrip("/")
        self._play = ""
        self._reset("")

    def _reset(self, play: str) -> None:
        self._play = play
        self._started = time.monotonic()
        self._hosts: set[str] = set()
        self._tasks: set[str] = set()
        self._folders: dict[str, str] = {}
        self._counts = {"changed": 0, "failed": 0, "unreachable": 0}

    # --- what Ansible tells

    def v2_playbook_on_start(self, playbook: Any) -> None:
        self._emit({"e": "start", "playbook": os.path.basename(str(getattr(playbook, "_file_name", "")))})

    def v2_playbook_on_play_start(self, play: Any) -> None:
        self._end_play()
        self._reset(play.get_name().strip())
        self._emit({"e": "play", "service": service_of(self._play)})

    def v2_playbook_on_task_start(self, task: Any, is_conditional: bool) -> None:
        del is_conditional
        self._emit({"e": "task", "task": task.get_name().strip()})

    def v2_playbook_on_handler_task_start(self, task: Any) -> None:
        self._emit({"e": "task", "task": task.get_name().strip()})

    def v2_runner_on_ok(self, result: Any) -> None:
        self._count(result)
        self._counts["changed"] += bool(result._result.get("changed"))
        if self._scratch:
            self._note(result)
        for image in images_of(result._result):
            self._emit({"e": "image", "host": result._host.get_name(), "image": image})

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        self._count(result)
        rescue = has_rescue(result._task)
        self._counts["failed"] += not (ignore_errors or rescue)
        self._problem("failed", result, ignored=ignore_errors, rescue=rescue)

    def v2_runner_on_unreachable(self, result: Any) -> None:
        self._count(result)
        self._counts["unreachable"] += 1
        ignored = bool(getattr(result._task, "ignore_unreachable", False))
        self._problem("unreachable", result, ignored=ignored)

    def v2_playbook_on_stats(self, stats: Any) -> None:
        self._end_play()
        for host in sorted(stats.processed):
            self._emit({"e": "host", "host": host, **stats.summarize(host)})
        self._emit({"e": "end", "hosts": len(stats.processed)})

    # --- what becomes of it

    def _count(self, result: Any) -> None:
        self._hosts.add(result._host.get_name())
        self._tasks.add(result._task._uuid)

    def _problem(self, kind: str, result: Any, *, ignored: bool, rescue: bool = False) -> None:
        event = {
            "e": kind,
            "host": result._host.get_name(),
            "service": service_of(self._play),
            "task": result._task.get_name().strip(),
            "message": message_of(result._result),
        }
        delegate = getattr(result._task, "delegate_to", None)
        if isinstance(delegate, str) and delegate and delegate != event["host"]:
            event["on"] = delegate
        flags = {name: True for name, is_set in (("ignored", ignored), ("rescue", rescue)) if is_set}
        self._emit({**event, **flags})

    def _note(self, result: Any) -> None:
        """Remember which tag is responsible for the folder that the task wrote to."""
        tag = tag_of(service_of(self._play), [str(tag) for tag in result._task.tags])
        for path in paths_of(result._result):
            if path.startswith(self._scratch + "/"):
                self._folders[path[len(self._scratch) + 1 :].split("/")[0]] = tag
        for folder, differs in differing_of(result._result).items():
            host = result._host.get_name()
            self._emit({"e": "container", "host": host, "folder": folder, "tag": tag, "differs": differs})

    def _end_play(self) -> None:
        if self._folders:
            for folder, tag in sorted(self._folders.items()):
                self._emit({"e": "folder", "folder": folder, "tag": tag})
        if self._tasks:
            self._emit(
                {
                    "e": "service",
                    "service": service_of(self._play),
                    "hosts": len(self._hosts),
                    "tasks": len(self._tasks),
                    "seconds": round(time.monotonic() - self._started, 1),
                    **self._counts,
                }
            )
        self._reset("")

    def _emit(self, event: dict[str, Any]) -> None:
        line = f"{MARK}{json.dumps(event, ensure_ascii=True)}\n"
        while len(line) > EVENT_LIMIT and event.get("message"):
            # One letter of another script is six bytes long here, so how much to cut has to be tried.
            event = {**event, "message": event["message"][: len(event["message"]) * 3 // 4]}
            line = f"{MARK}{json.dumps(event, ensure_ascii=True)}\n"
        self._write(line)

    def _write(self, line: str) -> None:
        """In one write, so that no other process's line gets into the middle of it."""
        os.write(1, line.encode("ascii"))
