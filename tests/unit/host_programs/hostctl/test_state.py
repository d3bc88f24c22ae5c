"""The desired state as text: what is refused, and with which words."""

from __future__ import annotations

import pytest

from host_programs.hostctl.errors import HostctlError
from host_programs.hostctl.state import canonical, digest, parse

REFUSED = {
    "not JSON": ("{", "is not JSON"),
    "no object": ("[]", "state: must be an object"),
    "unknown kind": ('{"pakages": {}}', r"state\.pakages: is not known .known here: apt, "),
    "unknown key": (
        '{"files": {"/x": {"content": "", "owned": "root"}}}',
        r"state\.files\./x\.owned: is not known",
    ),
    "number for text": ('{"sysctl": {"net.x": 1}}', r"state\.sysctl\.net\.x: must be a string"),
    "text for a list": ('{"modules": "bonding"}', r"state\.modules: must be a list"),
    "file without content": ('{"files": {"/x": {"mode": "0600"}}}', "neither content nor absent"),
    "relative path": ('{"files": {"etc/x": {"content": ""}}}', "is not an absolute path"),
    "path that climbs": ('{"files": {"/a/../etc/x": {"content": ""}}}', "is not an absolute path"),
    "half a firewall": ('{"nftables": {"table": "inet cloud"}}', r"state\.nftables: has no ruleset"),
    "swap on": ('{"swap": "on"}', "can only be off"),
    "daemon of no kind": ('{"ceph_daemons": {"osdd.x": {}}}', r"ceph_daemons\.osdd\.x: is not a daemon"),
    "daemon whose name is a path": ('{"ceph_daemons": {"mon.../x": {}}}', "is not a daemon"),
    "monitor without its map": (
        '{"ceph_daemons": {"mon.a": {"fsid": "x", "keyring": "/k"}}}',
        r"ceph_daemons\.mon\.a: has no monmap",
    ),
    "truth for a number": ('{"ceph": {"osds": true}}', r"state\.ceph\.osds: must be a whole number"),
    "half a realm": (
        '{"ceph": {"realm": {"realm": "a", "zone": "b"}}}',
        r"state\.ceph\.realm: has no zonegroup",
    ),
    "filesystem without data": (
        '{"ceph": {"filesystems": {"a": {"metadata": "b"}}}}',
        r"state\.ceph\.filesystems\.a: has no data",
    ),
    "mount of nothing": ('{"mounts": {"/x": {"type": "ext4"}}}', r"state\.mounts\./x: has no device"),
    "unknown dialect": ('{"effective": {"/etc/x": "toml"}}', r"state\.effective\./etc/x: .* .known: apt, "),
    "name with a space": ('{"hostname": "ctl 01"}', r"state\.hostname: is not a host name"),
    "mode that is none": ('{"files": {"/x": {"content": "", "mode": "rw"}}}', "is not an octal mode"),
}


@pytest.mark.parametrize(("text", "message"), REFUSED.values(), ids=REFUSED)
def test_a_state_that_makes_no_sense_is_refused_with_its_place(text: str, message: str) -> None:
    with pytest.raises(HostctlError, match=message):
        parse(text)


def test_an_error_never_shows_a_value() -> None:
    with pytest.raises(HostctlError) as caught:
        parse('{"files": {"/x": {"content": ["canary-secret"]}}}')
    assert "canary-secret" not in str(caught.value)


def test_order_and_spaces_do_not_change_the_checksum() -> None:
    one, two = parse('{"swap": "off", "modules": ["ä"]}'), parse('{"modules":["ä"],"swap":"off"}')
    assert digest(one) == digest(two)
    assert canonical(one) == '{"modules":["ä"],"swap":"off"}'
