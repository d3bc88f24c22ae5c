"""Horizon, through HAProxy, as a browser would log in."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

pytestmark = pytest.mark.cloud


class Form(HTMLParser):
    """The fields of a page and what they hold."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep what a browser would send back."""
        found = dict(attrs)
        if tag == "input" and found.get("name"):
            self.fields[str(found["name"])] = found.get("value") or ""


def test_a_user_logs_in_and_sees_the_project(access: dict[str, Any]) -> None:
    keystone = urlsplit(access["auth"]["auth_url"])
    dashboard = f"{keystone.scheme}://{keystone.hostname}"
    with requests.Session() as browser:
        browser.trust_env = False  # a bundle of CAs that the machine names would win over the cloud's
        browser.verify = access.get("cacert", True)
        page = browser.get(f"{dashboard}/auth/login/", timeout=60)
        page.raise_for_status()
        fields = Form(page.text).fields
        assert "csrfmiddlewaretoken" in fields
        fields |= {"username": "admin", "password": access["auth"]["password"]}
        inside = browser.post(page.url, data=fields, headers={"Referer": page.url}, timeout=120)
        inside.raise_for_status()
        assert "/auth/logout/" in inside.text
        networks = browser.get(f"{dashboard}/admin/networks/", timeout=120)
        networks.raise_for_status()
        assert "public" in networks.text
