"""The page at the end of a first preview: the whole cloud for a person, none of its secrets."""

from __future__ import annotations

import pytest

from components import overview
from components.plans import plan_cloud
from config.kolla.tls import Tls
from config.kolla.values import Values
from tests.unit.components.support import GOLDEN, STACKS, Raw, cloud
from tests.unit.golden import compare


@pytest.mark.parametrize("stack", STACKS)
def test_a_reviewer_has_read_the_page(stack: str) -> None:
    config = cloud(stack)
    text = overview.text(config, plan_cloud(config), width=120)
    compare(GOLDEN, {f"overview/{stack}.txt": text})


def test_a_stack_of_hosts_alone_has_no_services_and_nothing_in_clear() -> None:
    def hosts_only(raw: Raw) -> None:
        for name in ("kolla", "ceph", "tenancy", "vault"):
            raw.pop(name, None)

    config = cloud("lab", hosts_only)
    plans = plan_cloud(config)
    assert list(overview.services(config, plans)) == []
    assert list(overview.in_clear(config)) == []
    assert [line[0] for line in overview.hosts(config, plans)] == list(config.active())
    assert "what is not encrypted" not in overview.text(config, plans, width=120)


@pytest.mark.parametrize(
    ("release", "tls", "database", "said"),
    [
        ("2026.1", {"internal": True, "backend": True}, {}, None),
        ("2026.1", {"internal": True, "backend": False}, {}, "kolla.tls.backend"),
        ("2026.1", {"internal": False, "backend": False}, {}, "kolla.tls.internal, kolla.tls.backend"),
        ("2026.1", {"internal": True, "backend": True}, {"proxysql": False}, "kolla.database.proxysql"),
        ("2025.1", {"internal": True, "backend": True}, {}, "Kolla-Ansible has no TLS there before 2025.2"),
    ],
)
def test_the_database_is_encrypted_only_through_proxysql(
    release: str, tls: Raw, database: Raw, said: str | None
) -> None:
    options = {f"kolla_enable_tls_{side}": on for side, on in tls.items()}
    options |= {f"enable_{name}": on for name, on in database.items()}
    known = Values(release, options)
    assert dict(Tls(**tls).in_clear(known)).get("the database") == said
