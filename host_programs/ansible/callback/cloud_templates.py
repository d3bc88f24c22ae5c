"""Ansible compiles an expression once a run instead of once a task and host: more than half of its processor time here.

Ansible works on each task of each host in a process of its own, forked from one that has compiled nothing. So every
`when`, every loop and every variable that they lead to is parsed and compiled again: for one service of Kolla's on eleven
hosts that was 59 % of all samples (py-spy, ansible-core 2.18). Here the compiled code is shared by the processes of a
run, through files below Ansible's own temporary folder, which only its user may read and which it removes at its end.
Filters' own files are loaded once, before the first fork, for the same reason.

It stands alone on the deploy host and works with ansible-core 2.15 to 2.20 and Jinja 3.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from typing import Any

import jinja2
from ansible import constants
from ansible.plugins.callback import CallbackBase
from ansible.plugins.loader import filter_loader, test_loader
from jinja2 import nodes

DOCUMENTATION = """
    name: cloud_templates
    type: aggregate
    short_description: compiled templates for all processes of a run
    description:
        - Keeps the code of Jinja's templates where the forked processes of a run find it.
"""

COLLECTIONS_FILTER = "ansible.utils.ipaddr"
"""A filter whose search loads all of its collection's: Kolla-Ansible's variables use it everywhere."""
SETTINGS = (
    *("block_start_string", "block_end_string", "variable_start_string", "variable_end_string"),
    *("comment_start_string", "comment_end_string", "line_statement_prefix", "line_comment_prefix"),
    *("trim_blocks", "lstrip_blocks", "newline_sequence", "keep_trailing_newline", "optimized", "autoescape"),
)
"""What of an environment decides what a template's code is, next to its class and extensions."""


def _never_constant(self: nodes.Node, eval_ctx: Any = None) -> Any:
    """A filter or a test is asked each time, as by a process that compiles again: think of `random` and `is file`."""
    raise nodes.Impossible(self, eval_ctx)


def share_code(folder: str) -> None:
    """Let Jinja keep compiled code in a folder that processes share; for the rest of this process and its children."""
    compiled = jinja2.Environment.compile
    files = jinja2.FileSystemBytecodeCache(folder)
    known: dict[str, Any] = {}

    def compile_once(
        self: jinja2.Environment,
        source: Any,
        name: str | None = None,
        filename: str | None = None,
        raw: bool = False,
        defer_init: bool = False,
    ) -> Any:
        if raw:
            return compiled(self, source, name, filename, raw, defer_init)
        own = (
            type(self).__qualname__,
            *(getattr(self, setting) for setting in SETTINGS),
            *sorted(self.extensions),
        )
        key = hashlib.sha256(repr((own, name, filename, defer_init, source)).encode()).hexdigest()
        if key not in known:
            bucket = files.get_bucket(self, key, None, key)
            if bucket.code is None:
                bucket.code = compiled(self, source, name, filename, raw, defer_init)
                files.set_bucket(bucket)
            known[key] = bucket.code
        return known[key]

    jinja2.Environment.compile = compile_once  # type: ignore[method-assign]
    nodes._FilterTestCommon.as_const = _never_constant  # type: ignore[method-assign]


class CallbackModule(CallbackBase):  # type: ignore[misc]
    """Loaded by Ansible before its first fork."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "cloud_templates"

    def __init__(self) -> None:
        super().__init__()
        folder = os.path.join(constants.DEFAULT_LOCAL_TMP, "templates")
        os.makedirs(folder, mode=0o700, exist_ok=True)
        share_code(folder)

    def v2_playbook_on_start(self, playbook: Any) -> None:
        """Load the filters and tests that a fork would load for itself; the playbook's own folders are known by now."""
        del playbook
        for loader in (filter_loader, test_loader):
            list(loader.all())
        with contextlib.suppress(KeyError):  # not installed yet, while that is what is being done
            filter_loader.get(COLLECTIONS_FILTER)
