"""Takes every mail for anybody and keeps it in a folder: the site's mail server.

It runs on the mirror's host, so it needs nothing but Python's own library.
"""

from __future__ import annotations

import socketserver
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import cast

PORT = 25


class MailSink(socketserver.ThreadingTCPServer):
    """Speaks SMTP without extensions, so there is neither TLS nor a login."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, address: tuple[str, int], take: Callable[[bytes], object]) -> None:
        """`take` is given each mail as it was sent, before its sender is told that it arrived."""
        super().__init__(address, _Session)
        self.take = take


class _Session(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self._say("220 sink")
        while line := self.rfile.readline():
            match line[:4].upper().strip():
                case b"DATA":
                    self._say("354 go on")
                    cast("MailSink", self.server).take(self._text())
                    self._say("250 taken")
                case b"QUIT":
                    self._say("221 bye")
                    return
                case _:
                    self._say("250 ok")

    def _text(self) -> bytes:
        lines = iter(self.rfile.readline, b".\r\n")
        return b"".join(line[1:] if line.startswith(b"..") else line for line in lines)

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


def keep(folder: Path, text: bytes) -> None:
    """A file of its own for a mail, whole or not at all; their names sort by the time of arrival."""
    place = folder / f"{time.time_ns()}.eml"
    new = place.with_suffix(".new")
    new.write_bytes(text)
    new.rename(place)


def main(folder: Path) -> None:
    """Serve until killed."""
    with MailSink(("", PORT), lambda text: keep(folder, text)) as sink:
        sink.serve_forever()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
