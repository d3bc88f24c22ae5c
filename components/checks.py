"""Cross-checks of the configuration that only components can make; whoever loads one here passes them on."""

from __future__ import annotations

from components.firewall.services import services
from config.checks import Check
from config.checks.firewall import no_clash_with

CHECKS: tuple[Check, ...] = (no_clash_with(services()),)
"""For `extra_checks` of the loaders in config.load."""
