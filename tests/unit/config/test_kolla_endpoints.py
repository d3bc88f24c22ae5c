"""Where Keystone is reached, by the options that move it."""

from __future__ import annotations

import pytest

from config.kolla.endpoints import service_endpoints


@pytest.mark.parametrize(
    ("options", "found"),
    [
        (
            {"kolla_internal_vip_address": "10.0.0.1"},
            {"internal": "http://10.0.0.1:5000", "external": "http://10.0.0.1:5000"},
        ),
        (
            {
                "kolla_internal_fqdn": "in.test",
                "kolla_internal_vip_address": "10.0.0.1",
                "kolla_external_fqdn": "out.test",
                "kolla_enable_tls_external": True,
            },
            {"internal": "http://in.test:5000", "external": "https://out.test:5000"},
        ),
        (
            {"kolla_internal_vip_address": "fd00::1", "kolla_external_vip_address": "192.0.2.1"},
            {"internal": "http://[fd00::1]:5000", "external": "http://192.0.2.1:5000"},
        ),
    ],
)
def test_endpoints_follow_globals(options: dict[str, object], found: dict[str, str]) -> None:
    assert service_endpoints(options) == found
