"""What clients would say to a certificate: it is shown to one, in memory, once for each name."""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from typing import Any

from host_programs.edge_tls.errors import EdgeError
from host_programs.edge_tls.plan import Life


def examined(file: str, ca: str, names: Sequence[str]) -> Life:
    """The life of a certificate with which a handshake succeeds for every name: its key, chain, names and dates are right.

    Args:
        file: PEM of certificate, chain and key.
        ca: file of the CAs that clients trust.
        names: DNS names and addresses.

    Raises:
        EdgeError: it fails; says why.
    """
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        server.load_cert_chain(file)
        client.load_verify_locations(ca)
        shown = [_handshake(server, client, name) for name in names]
    except ssl.SSLCertVerificationError as error:
        raise EdgeError(file, error.verify_message) from None
    except ssl.SSLError as error:
        raise EdgeError(file, f"cannot be used: {error.reason or error}") from None
    except OSError as error:
        raise EdgeError(error.filename or file, error.strerror or "cannot be read") from None
    begin, end = (ssl.cert_time_to_seconds(shown[0][key]) for key in ("notBefore", "notAfter"))
    return Life(begin, end)


def _handshake(server: ssl.SSLContext, client: ssl.SSLContext, name: str) -> Any:
    one, other = _ends(server, client, name)
    waiting = [other, one]
    while waiting:
        end = waiting.pop(0)
        try:
            end.do_handshake()
        except ssl.SSLWantReadError:
            waiting.append(end)
    return other.getpeercert()


def _ends(server: ssl.SSLContext, client: ssl.SSLContext, name: str) -> tuple[ssl.SSLObject, ssl.SSLObject]:
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    one = server.wrap_bio(there, back, server_side=True)
    return one, client.wrap_bio(back, there, server_hostname=name)
