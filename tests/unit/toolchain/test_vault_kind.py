"""Ids of the vault's objects, and its durations."""

from __future__ import annotations

import pytest

from toolchain.plugins.vault.kind import Kind, seconds

PARSED = [
    ("{name}", "one", {"name": "one"}),
    ("{path}", "pki/inner/", {"path": "pki/inner"}),
    ("{backend}/roles/{name}", "pki/roles/api", {"backend": "pki", "name": "api"}),
    ("{backend}/roles/{name}", "a/b/roles/api", {"backend": "a/b", "name": "api"}),
    ("{mount}/data/{name}", "kv/data/a/data/b", {"mount": "kv", "name": "a/data/b"}),
    ("auth/{backend}/role/{roleName}", "auth/approle/role/api", {"backend": "approle", "roleName": "api"}),
    ("{backend}/roles/{name}", "pki/role/api", {}),
    ("{backend}/config/urls", "config/urls", {}),
]
SECONDS = [
    ("72h", 259200),
    ("1h30m", 5400),
    ("2d", 172800),
    ("90", 90),
    (90, 90),
    ("0s", 0),
    ("soon", None),
    ("1 h", None),
    ("", None),
    (None, None),
]


@pytest.mark.parametrize(("template", "identity", "places"), PARSED)
def test_an_id_tells_where_the_object_is(template: str, identity: str, places: dict[str, str]) -> None:
    assert Kind("object", template).parse(identity) == places


@pytest.mark.parametrize(("text", "number"), SECONDS)
def test_a_duration_is_compared_in_seconds(text: object, number: float | None) -> None:
    assert seconds(text) == number
