"""Secrets are recognised by what they are, and nothing else is taken for one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from config.load import load_mapping, load_stack_file
from config.model.errors import ConfigErrors
from config.model.secrets import names_secret, secret_of, secret_within
from tests.unit.config.support import ROOT, fields, private_key

CLEAR = {
    "rabbit": "[DEFAULT]\ntransport_url = rabbit://openstack:S3cretPass@10.0.0.1:5672//\n",
    "database": "[database]\nconnection = mysql+pymysql://nova:S3cretPass@10.0.0.1/nova\n",
    "slack": "receivers:\n  - slack_configs:\n      - api_url: https://hooks.slack.com/services/T0AAA/B0BBB/cccDDD\n",
    "password": "[keystone_authtoken]\npassword = S3cretPass\n",
    "pass": "smtp_auth_pass: S3cretPass\n",
    "in a list": "users:\n  - password: S3cretPass\n",
    "python": 'SECRET_KEY = "S3cretPass"\n',
    "key": f"key: |\n{private_key('secrets')}",
    "comment": "# connection = mysql://nova:S3cretPass@db/nova\n",
    "key of Barbican": "[simple_crypto_plugin]\nkek = dGhpcnR5X3R3b19ieXRlX2tleWJsYWhibGFoYmxhaGg=\n",
}
HARMLESS = {
    "days": "[security_compliance]\npassword_expires_days = 90\n",
    "rule": "[security_compliance]\npassword_regex = ^(?=.*\\d).{7,}$\npassword_regex_description = seven\n",
    "plugins": "[secretstore]\nenabled_secretstore_plugins = store_crypto\n",
    "file": 'SECRET_KEY_FILE = "/var/lib/horizon/key"\n',
    "reference": "[database]\nconnection = mysql+pymysql://nova:{{ nova_database_password }}@{{ db }}/nova\n",
    "own reference": "[ldap]\npassword = {{ site_ldap_password }}\n",
    "policy": '"secret:get": "rule:all_but_audit"\n"identity:revoke_token": "rule:admin_required"\n',
    "path": "[certificates]\nca_private_key = /etc/octavia/certs/server_ca.key.pem\n",
    "switch": "[DEFAULT]\nuse_token = true\n",
    "port": "[DEFAULT]\nurl = http://10.0.0.1:5000/v3\n",
    "methods": "[auth]\nmethods = password,token,openid\n",
}


@pytest.mark.parametrize("text", CLEAR.values(), ids=CLEAR)
def test_a_text_with_a_secret_is_one(text: str) -> None:
    assert secret_within(text)


@pytest.mark.parametrize("text", HARMLESS.values(), ids=HARMLESS)
def test_a_text_that_only_speaks_of_secrets_is_none(text: str) -> None:
    assert secret_within(text) is None


@pytest.mark.parametrize("path", ["nova/nova-compute.conf", "prometheus/prometheus-alertmanager.yml"])
def test_an_override_with_a_secret_is_told_without_it(path: str) -> None:
    text = CLEAR["rabbit"] if path.endswith(".conf") else CLEAR["slack"]
    with pytest.raises(ConfigErrors, match="has a secret in it") as caught:
        load_mapping(fields("prod", {"kolla.overrides": {path: text}}), "prod", ROOT, require_host_keys=False)
    assert "S3cret" not in str(caught.value)
    assert "cccDDD" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value", "secret"),
    [
        ("site_database_url", "mysql://a:S3cretPass@db", True),
        ("site_smtp_pass", "S3cretPass", True),
        ("keystone_password_expires_days", "90", False),
        ("nova_ssh_key", private_key("secrets"), True),
        ("site_url", "https://a:{{ b }}@c", False),
    ],
)
def test_an_option_is_judged_by_its_value_and_the_end_of_its_name(
    name: str, value: str, secret: bool
) -> None:
    assert bool(names_secret(name, value) or secret_of(value)) is secret


@pytest.mark.parametrize(
    "field",
    [
        ("ssh", {"key": {"secret": "TEXT"}, "deployKey": {"file": "x"}}),
        (
            "packages",
            {"mirror": "https://m", "credentials": [{"machine": "m", "login": "a", "password": "TEXT"}]},
        ),
        ("packages", {"proxy": {"http": "http://TEXT", "noProxy": ["10.10.10.0/24"]}}),
    ],
    ids=str,
)
def test_a_secret_in_clear_in_a_stack_file_is_told_and_a_sealed_one_is_none(
    tmp_path: Path, field: tuple[str, dict[str, Any]]
) -> None:
    name, section = field
    for text, told in (("S3cretPass", True), ({"secure": "v1:AAAA"}, False)):
        raw = {**fields("prod"), name: _with(section, text)}
        file = tmp_path / "Pulumi.x.yaml"
        file.write_text(yaml.safe_dump({"config": {f"cloud:{key}": value for key, value in raw.items()}}))
        try:
            load_stack_file(file, require_host_keys=False)
            report = ""
        except ConfigErrors as errors:
            report = str(errors)
        assert ("is a secret in plain text" in report) is told, report
        assert "S3cret" not in report


def _with(value: Any, text: Any) -> Any:
    if isinstance(value, dict):
        return {key: _with(item, text) for key, item in value.items()}
    if isinstance(value, list):
        return [_with(item, text) for item in value]
    if isinstance(value, str) and "TEXT" in value:
        return value.replace("TEXT", text) if isinstance(text, str) else text
    return value
