"""Horizon, through HAProxy, as a browser would log in."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
import requests

pytestmark = pytest.mark.cloud

DASHBOARD = "http://10.10.10.250"
"""Behind the internal VIP."""


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


def test_a_user_logs_in_and_sees_the_project(passwords: dict[str, str]) -> None:
    with requests.Session() as browser:
        page = browser.get(f"{DASHBOARD}/auth/login/", timeout=60)
        page.raise_for_status()
        fields = Form(page.text).fields
        assert "csrfmiddlewaretoken" in fields
        fields |= {"username": "admin", "password": passwords["keystone_admin_password"]}
        inside = browser.post(page.url, data=fields, headers={"Referer": page.url}, timeout=120)
        inside.raise_for_status()
        assert "/auth/logout/" in inside.text
        networks = browser.get(f"{DASHBOARD}/admin/networks/", timeout=120)
        networks.raise_for_status()
        assert "public" in networks.text
