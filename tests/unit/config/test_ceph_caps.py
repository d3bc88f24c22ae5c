"""What a user may do that two services share."""

from __future__ import annotations

from config.ceph.resolved import users
from config.load import load_mapping
from tests.unit.config.support import ROOT, fields


def test_a_user_of_cinder_and_nova_may_do_what_both_need_and_nothing_twice() -> None:
    raw = fields("prod", {"ceph.services.nova": {"user": "cinder"}})
    ceph = load_mapping(raw, "prod", ROOT, require_host_keys=False).ceph
    assert ceph is not None
    found = users(ceph)
    assert "nova" not in found
    assert found["cinder"] == {
        "mgr": "profile rbd pool=volumes, profile rbd pool=vms",
        "mon": "profile rbd",
        "osd": "profile rbd pool=volumes, profile rbd-read-only pool=images, profile rbd pool=vms",
    }
