"""`python3 -m hostctl`, and the start of the bundle."""

from host_programs.hostctl.cli import run

run()
