"""The registration in Keystone, in a real run of Ansible."""

from __future__ import annotations

from pathlib import Path

from tests.unit.host_programs.kolla_run.keystone_host import Toolbox


def test_ansible_registers_a_service_with_one_login_and_no_password_in_sight(tmp_path: Path) -> None:
    box = Toolbox(tmp_path)
    said = box.play()
    assert "changed=1" in said, said
    assert len(box.rows()["assignment"]) == 4
    assert (tmp_path / "keystone.logins").read_text() == "login\n"
    again = box.play()
    assert "changed=0" in again, again
    assert "canary" not in said + again + (tmp_path / "argv").read_text()
