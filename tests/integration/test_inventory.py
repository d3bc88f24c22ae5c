"""The inventory's lines, read by Ansible itself."""

from __future__ import annotations

from pathlib import Path

from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader

from components.kolla_cluster.inventory import host_line

VALUES = {
    "text": "bond0.30",
    "number": 51,
    "number_as_text": "51",
    "words": "a b",
    "truth": True,
    "word": "true",
    "none_as_text": "None",
    "truth_as_text": "True",
    "empty": "",
    "listed": ["x", "1", 1],
    "quoted": 'it\'s "so"',
    "jinja": "{{ network_interface }}",
    "sign": "a#b",
    "equals": "a=b",
    "letters": "Zürich",
    "more_letters": "à côté 😀 \\u00e9",
    "listed_letters": ["é 😀", {"a\nb": "\\n"}],
    "lines": "one\ntwo\r\n\tthree\u2028four\x85",
    "lines_as_text": "one\\ntwo",
    "limits": {"mem_limit": "8g", "ulimits": {"nofile": 5}},
}


def test_a_hosts_variables_are_read_as_they_were_written(tmp_path: Path) -> None:
    file = tmp_path / "inventory"
    file.write_text(f"[control]\n{host_line('one', VALUES)}\n")
    host = InventoryManager(DataLoader(), str(file)).get_host("one")
    assert {name: host.vars.get(name) for name in VALUES} == VALUES
