"""Grafana's login by OpenID Connect: who gets which role, and the secret in the passwords alone."""

from __future__ import annotations

from configparser import ConfigParser
from typing import Any

import jmespath
import pytest

from components.kolla_cluster.overrides import overrides
from components.kolla_cluster.passwords import read_passwords
from config.cloud import CloudConfig
from config.kolla.services.grafana import CLIENT_SECRET
from config.release_map import known
from config.release_map.data_file import option_rows
from tests.unit.components.support import Raw, cloud

SECRET = "s3cret;with#signs{%"
LOGIN: Raw = {
    "authorizationEndpoint": "https://sso.example.com/realms/cloud/protocol/openid-connect/auth",
    "tokenEndpoint": "https://sso.example.com/realms/cloud/protocol/openid-connect/token",
    "userinfoEndpoint": "https://sso.example.com/realms/cloud/protocol/openid-connect/userinfo",
    "clientId": "grafana",
    "clientSecret": {"secret": SECRET},
    "admins": ["/cloud/admins"],
    "viewers": ["/cloud/operators", "/audit"],
}


def with_login(**changes: Any) -> CloudConfig:
    def change(raw: Raw) -> None:
        raw["kolla"]["grafana"] = {"login": LOGIN | changes}

    return cloud("prod", change)


def ini(made: CloudConfig) -> ConfigParser:
    found = ConfigParser(interpolation=None)
    found.read_string(overrides(made)["grafana.ini"])
    return found


@pytest.mark.parametrize(
    ("groups", "role"),
    [
        (["/cloud/admins", "/audit"], "Admin"),
        (["/audit"], "Viewer"),
        (["/cloud/operators"], "Viewer"),
        (["/cloud"], False),
        ([], False),
    ],
)
def test_a_login_has_the_role_of_its_groups_and_without_one_none(groups: list[str], role: str | bool) -> None:
    login = ini(with_login())["auth.generic_oauth"]
    assert jmespath.search(login["role_attribute_path"], {"groups": groups}) == role
    assert login["role_attribute_strict"] == "true", "what is no role is no access"


def test_groups_may_stand_within_another_claim() -> None:
    login = ini(with_login(claim="realm_access.roles", editors=["maker"]))["auth.generic_oauth"]
    claims = {"realm_access": {"roles": ["maker"]}}
    assert jmespath.search(login["role_attribute_path"], claims) == "Editor"


def test_the_secret_is_in_the_passwords_and_nowhere_else() -> None:
    made = with_login()
    assert not [path for path, text in overrides(made).items() if SECRET in text]
    assert read_passwords(made)[CLIENT_SECRET] == SECRET
    # Between backticks Grafana takes `;` and `#` as they are.
    assert ini(made)["auth.generic_oauth"]["client_secret"] == f"`{{{{ {CLIENT_SECRET} }}}}`"


def test_people_come_back_to_where_they_reach_grafana() -> None:
    assert ini(with_login())["server"]["root_url"] == "{{ grafana_internal_endpoint }}/"
    assert ini(with_login(url="https://g.example.com"))["server"]["root_url"] == "https://g.example.com/"


def test_passwords_are_asked_for_only_where_the_site_wants_them() -> None:
    assert ini(with_login())["auth"]["disable_login_form"] == "true"
    assert ini(with_login(passwords=True))["auth"]["disable_login_form"] == "false"


def test_without_a_login_grafana_is_left_as_kolla_ansible_makes_it() -> None:
    made = cloud("prod")
    assert "grafana.ini" not in overrides(made)
    assert CLIENT_SECRET not in read_passwords(made)


@pytest.mark.parametrize("series", known())
def test_every_release_has_the_address_that_logins_come_back_to(series: str) -> None:
    assert "grafana_internal_endpoint" in option_rows(series)
