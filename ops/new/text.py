"""From fields to the text of a stack file, with a line for people above each section."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import indent
from typing import Any

import yaml

_HEAD = """\
# yaml-language-server: $schema=schema/pulumi-stack.schema.json
#
# Made by `make {made_by} STACK={name}`, and yours from now on: change what you like, `make preview STACK={name}` says what is
# wrong before any host is contacted. Every field is explained in docs/config.md; Pulumi.prod.yaml shows a cloud with more.
config:
  # Every resource names its provider, so a default one would be a mistake: let the engine refuse it.
  pulumi:disable-default-providers: ["*"]
"""

_NOTES: Mapping[str, str] = {
    "networks": "`provider` is Neutron's external network; the hosts have no address on it.",
    "virtualRouterId": "Keepalived's VRRP id: no other router on the networks with a `vip` may use it.",
    "nicProfiles": "How hosts are cabled, as `ip link` shows it; a bond is `bonds: {bond0: {members: [eno1, eno2]}}`.",
    "ssh": "The user exists on every host, accepts the key and may use sudo without a password.",
    "time": "NTP servers that the hosts can reach; the control hosts keep one time when they cannot.",
    "ceph": "With `osds`, every empty disk of the storage hosts that fits is taken.",
    "kolla": "With names for the APIs in DNS: `internalFqdn` and `externalFqdn`, and a certificate for both.",
}


_LINE = 100
"""Characters of what may stand on one line in braces or brackets."""


class _Dumper(yaml.SafeDumper):
    """Texts of several lines stand as they are, and what is long has a line for each part."""

    def represent_scalar(self, tag: str, value: str, style: str | None = None) -> yaml.ScalarNode:
        """A block where there are several lines."""
        return super().represent_scalar(tag, value, "|" if "\n" in value else style)

    def represent_mapping(self, tag: str, mapping: Any, flow_style: bool | None = None) -> yaml.MappingNode:
        """In braces where it fits on a line."""
        node = super().represent_mapping(tag, mapping, flow_style)
        node.flow_style = node.flow_style and sum(_width(*pair) for pair in node.value) < _LINE
        return node

    def represent_sequence(
        self, tag: str, sequence: Any, flow_style: bool | None = None
    ) -> yaml.SequenceNode:
        """In brackets where it fits on a line."""
        node = super().represent_sequence(tag, sequence, flow_style)
        node.flow_style = node.flow_style and sum(_width(item) for item in node.value) < _LINE
        return node


def _width(*nodes: yaml.Node) -> int:
    return sum(len(node.value) + 2 for node in nodes)


def text(fields: Mapping[str, Any], made_by: str = "new") -> str:
    """The stack file; `made_by`: the target of the Makefile."""
    parts = [_HEAD.format(name=fields["name"], made_by=made_by)]
    for name, value in fields.items():
        note = f"# {_NOTES[name]}\n" if name in _NOTES else ""
        # None: what holds nothing but plain values stands on one line; a plain value itself has no braces.
        flow = None if isinstance(value, dict) else False
        section = yaml.dump(
            {f"cloud:{name}": value},
            Dumper=_Dumper,
            sort_keys=False,
            default_flow_style=flow,
            width=110,
            allow_unicode=True,
        )
        blank = "\n" if note or isinstance(value, dict) or name == "name" else ""
        parts.append(blank + indent(note + section, "  "))
    return "".join(parts)
