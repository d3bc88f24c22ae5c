"""The command line of a program on a host: its commands from a table, what goes wrong as one line."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Callable, Dict, Mapping, Optional, TextIO

from host_programs.contract import EXIT_ERROR
from host_programs.errors import OperatorError


class CommandLine:
    """One program's.

    Args:
        program: its name.
        description: what it is for.
        version: what its command `version` prints.
        parts: its other commands, and what they do.
    """

    def __init__(
        self,
        program: str,
        description: str,
        version: str,
        parts: Mapping[str, str],
    ) -> None:
        self.program = program
        self._version = version
        self.top = argparse.ArgumentParser(prog=program, description=description)
        self._commands = self.top.add_subparsers(dest="command", required=True, metavar="COMMAND")
        self.commands: Dict[str, argparse.ArgumentParser] = {}
        for name, text in {**parts, "version": "checksum of its sources"}.items():
            self.add(name, text)

    def add(self, name: str, text: str) -> argparse.ArgumentParser:
        """A command, for options of its own."""
        self.commands[name] = self._commands.add_parser(name, help=text)
        return self.commands[name]

    def run(
        self,
        options: argparse.Namespace,
        work: Callable[[], Optional[str]],
        errors: Optional[TextIO] = None,
    ) -> int:
        """Do a command's work and print what it returns; return the exit code. `errors`: where errors go; none: stderr."""
        if options.command == "version":
            sys.stdout.write(self._version + "\n")
            return 0
        say = errors or sys.stderr
        try:
            answer = work()
        except OperatorError as error:
            say.write(f"{self.program}: {error}\n")
            if error.summary:
                say.write(json.dumps(error.summary, ensure_ascii=False) + "\n")
            return error.code
        except OSError as error:
            say.write(f"{self.program}: {error.filename or options.command}: {error.strerror}\n")
            return EXIT_ERROR
        if answer is not None:
            sys.stdout.write(answer + "\n")
        return 0
