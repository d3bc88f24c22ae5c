"""`python3 -m hostctl`, and the start of the bundle."""

from hostctl.cli import run

run()
