"""What the product sets in services' own files, next to what the site has there."""

from __future__ import annotations

import pytest

from config.kolla.setting import Setting, joined, sets

DURABLE = Setting("galera.cnf", "mysqld", "innodb_flush_log_at_trx_commit", "1")
MTU = Setting("neutron/ml2_conf.ini", "ml2", "path_mtu", "1558", "kolla.neutron.tenantMtu")
MTUS = Setting(
    "neutron/ml2_conf.ini", "ml2", "physical_network_mtus", "physnet1:1500", "kolla.neutron.tenantMtu"
)


@pytest.mark.parametrize(
    ("text", "there"),
    [
        ("[mysqld]\ninnodb_flush_log_at_trx_commit = 0\n", True),
        ("[client]\nport=3306\n[mysqld]\ninnodb-flush-log-at-trx-commit=2\n", True),
        ("[mysqld]\n# innodb_flush_log_at_trx_commit = 0\n", False),
        ("[client]\ninnodb_flush_log_at_trx_commit = 0\n", False),
        ("[mysqld]\ninnodb_flush_log_at_timeout = 0\n", False),
        ("", False),
    ],
)
def test_an_option_counts_as_set_in_its_own_section_alone(text: str, there: bool) -> None:
    assert sets(text, DURABLE) is there


def test_without_a_text_of_the_site_the_file_is_the_products() -> None:
    assert joined("", [MTU, MTUS]) == "[ml2]\npath_mtu = 1558\nphysical_network_mtus = physnet1:1500\n"


def test_the_sites_text_stays_word_for_word_and_has_the_last_word() -> None:
    site = "[mysqld]\ninnodb_buffer_pool_size = 4G"
    assert joined(site, [DURABLE]) == f"{site}\n\n[mysqld]\ninnodb_flush_log_at_trx_commit = 1\n"
    own = "[mysqld]\ninnodb_flush_log_at_trx_commit = 0\n"
    assert joined(own, [DURABLE]) == own
