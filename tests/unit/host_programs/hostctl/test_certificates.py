"""`hostctl certificates`: public data leaves the host, keys do not; whatever is in the way is said."""

from __future__ import annotations

import contextlib
import http.server
import json
import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from host_programs.hostctl import certificates, cli
from tests.unit.pem import Made, made

START = datetime(2026, 1, 1, tzinfo=UTC)
LEAF = made("api.example.com", START, 3650, "Example CA")
CA = made("Example CA", START, 3650)


class _Pem(http.server.BaseHTTPRequestHandler):
    """A CA that hands out its certificate, as a vault does; `/sealed` has none."""

    def do_GET(self) -> None:
        good = self.path == "/v1/pki/ca/pem"
        self.send_response(200 if good else 503)
        self.end_headers()
        self.wfile.write(CA.pem.encode() if good else b"")

    def log_message(self, *args: object) -> None:
        pass


@contextlib.contextmanager
def listening(shown: Made, folder: Path) -> Iterator[int]:
    """A TLS server on loopback."""
    file = folder / "server.pem"
    file.write_text(shown.pem + shown.key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Pem)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_file_gives_its_certificates_in_order_and_never_its_key(tmp_path: Path) -> None:
    file = tmp_path / "haproxy.pem"
    file.write_text(LEAF.pem + CA.pem + LEAF.key)
    (found,) = certificates.read(str(file))
    assert found == {"place": str(file), "chain": [LEAF.der, CA.der], "error": ""}
    secret = "".join(LEAF.key.split("-----")[2].split())
    assert secret[:40] not in json.dumps(found)


def test_a_key_between_the_lines_of_a_damaged_certificate_stays_on_the_host(tmp_path: Path) -> None:
    file = tmp_path / "mixed.pem"
    cut = LEAF.pem.replace("-----END CERTIFICATE-----\n", "")
    file.write_text(cut + LEAF.key + CA.pem)
    (found,) = certificates.read(str(file))
    assert found["chain"] == []
    assert found["error"] == "has a damaged certificate"


def test_a_pattern_finds_every_file_and_no_file_is_an_answer(tmp_path: Path) -> None:
    for service in ("nova-api", "glance-api"):
        (tmp_path / service).mkdir()
        (tmp_path / service / "x-cert.pem").write_text(LEAF.pem)
    found = certificates.read(f"{tmp_path}/*/*-cert.pem")
    assert [Path(one["place"]).parent.name for one in found] == ["glance-api", "nova-api"]
    assert certificates.read(f"{tmp_path}/nothing.pem") == []


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ("", "has no certificate in PEM form"),
        (LEAF.key, "has no certificate in PEM form"),
        (None, "is not a file"),
    ],
)
def test_what_holds_no_certificate_says_so(tmp_path: Path, content: str | None, error: str) -> None:
    file = tmp_path / "x.pem"
    file.mkdir() if content is None else file.write_text(content)
    assert certificates.read(str(file))[0]["error"] == error


def test_a_server_shows_its_certificate_whoever_signed_it_and_however_old_it_is(tmp_path: Path) -> None:
    ended = made("old.example.com", datetime(2020, 1, 1, tzinfo=UTC), 30)
    with listening(ended, tmp_path) as port:
        (found,) = certificates.read(f"127.0.0.1:{port}")
    assert found["chain"] == [ended.der], found["error"]


def test_a_ca_is_read_from_its_address(tmp_path: Path) -> None:
    with listening(LEAF, tmp_path) as port:
        (found,) = certificates.read(f"https://127.0.0.1:{port}/v1/pki/ca/pem")
        (sealed,) = certificates.read(f"https://127.0.0.1:{port}/sealed")
    assert found["chain"] == [CA.der]
    assert sealed["error"] == "HTTP 503"


def test_who_does_not_answer_or_not_in_tls_is_named_with_the_reason() -> None:
    with socket.create_server(("127.0.0.1", 0)) as plain:
        port = plain.getsockname()[1]
        talk = threading.Thread(target=lambda: plain.accept()[0].sendall(b"SSH-2.0-x\r\n" * 8))
        talk.start()
        assert certificates.read(f"127.0.0.1:{port}")[0]["error"].startswith("no TLS: ")
        talk.join()
    assert certificates.read(f"127.0.0.1:{port}")[0]["error"] == "connection refused"


def test_the_command_answers_with_one_line_by_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0)
    file = tmp_path / "ca.pem"
    file.write_text(CA.pem)
    assert cli.main(["certificates", str(file), "/nowhere/*.pem"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == {
        "certificates": {
            str(file): [{"place": str(file), "chain": [CA.der], "error": ""}],
            "/nowhere/*.pem": [],
        }
    }
    assert cli.main(["certificates"]) == cli.EXIT_USAGE
