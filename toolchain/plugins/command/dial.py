"""Open an SSH connection: the host's key checked, faults of the network retried, everything else not.

As the official plugin: up to `dialErrorLimit` failed attempts with a growing pause between them, each within
`perDialTimeout`. Better than it: a wrong host key and a refused login end the operation at once, because
asking again can not help, and may lock an account.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import lru_cache

import asyncssh
import grpc

from toolchain.plugins.base.errors import InvalidError, ProviderError
from toolchain.plugins.base.resource import Log
from toolchain.plugins.command.connection import Connection

_FIRST_PAUSE, _GROWTH, _LONGEST_PAUSE = 0.1, 1.5, 5.0  # seconds, as the official plugin waits
_KEEPALIVE_SECONDS, _KEEPALIVE_MISSES = 15, 4  # a dead host is noticed within a minute

# Fast and sound first; what a host may need instead follows. No compression: the payload is small.
_KEX = [
    "curve25519-sha256",
    "curve25519-sha256@libssh.org",
    "ecdh-sha2-nistp256",
    "mlkem768x25519-sha256",
    "ecdh-sha2-nistp384",
    "ecdh-sha2-nistp521",
    "diffie-hellman-group16-sha512",
    "diffie-hellman-group14-sha256",
]
_CIPHERS = [
    "aes128-gcm@openssh.com",
    "aes256-gcm@openssh.com",
    "chacha20-poly1305@openssh.com",
    "aes256-ctr",
    "aes128-ctr",
]
_HOST_KEYS = ["ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"]
_RSA = ["rsa-sha2-512", "rsa-sha2-256"]


class HostKeyError(ProviderError):
    """The host showed another key than the one that is pinned; nothing was sent to it."""

    def __init__(self, connection: Connection, expected: asyncssh.SSHKey, shown: str) -> None:
        super().__init__(
            f"{connection.host}: wrong host key, so no command was run. Expected {expected.get_fingerprint()}"
            f" ({_algorithm(expected)}), the host showed {shown}. If the host was reinstalled on purpose, collect"
            " its new key and put it into the configuration; if not, somebody may be in between.",
            grpc.StatusCode.FAILED_PRECONDITION,
        )


class _Client(asyncssh.SSHClient):
    """Compares the host's key with the pinned one, and remembers it for the message."""

    def __init__(self, expected: asyncssh.SSHKey | None) -> None:
        self._expected = expected
        self.shown: asyncssh.SSHKey | None = None

    def validate_host_public_key(self, host: str, addr: str, port: int, key: asyncssh.SSHKey) -> bool:
        self.shown = key
        return self._expected is None or key == self._expected


@asynccontextmanager
async def dial(connection: Connection, log: Log) -> AsyncIterator[asyncssh.SSHClientConnection]:
    """An open connection, through the proxy if there is one; closed on leaving.

    Each call opens its own: a later command of the same host proves by it that the host still lets us in.

    Raises:
        ProviderError: No connection within the attempts allowed, a wrong host key, a refused login.
    """
    async with AsyncExitStack() as stack:
        tunnel = None
        if connection.proxy is not None:
            tunnel = await _with_retries(connection.proxy, log, None, "bastion ")
            stack.callback(tunnel.abort)
        link = await _with_retries(connection, log, tunnel, "")
        stack.callback(link.abort)
        yield link
        link.close()
        await link.wait_closed()


async def _with_retries(
    connection: Connection, log: Log, tunnel: asyncssh.SSHClientConnection | None, role: str
) -> asyncssh.SSHClientConnection:
    failures, pause = 0, _FIRST_PAUSE
    limit = connection.dial_error_limit
    while True:
        try:
            return await _attempt(connection, tunnel)
        except (
            OSError,
            asyncssh.ConnectionLost,
            asyncssh.DisconnectError,
            asyncssh.ChannelOpenError,
        ) as error:
            failures += 1
            reason = _reason(error, connection)
            if limit >= 0 and failures > limit:
                tries = f" after {failures} attempts" if failures > 1 else ""
                msg = f"{role}{connection.endpoint}: can not connect{tries}: {reason}. No command was run."
                raise ProviderError(msg) from None
            of = "" if limit < 0 else f"/{limit}"
            await log(
                f"{role}{connection.host}: {reason}; attempt {failures}{of}, trying again",
                logging.INFO,
                False,
            )
        await asyncio.sleep(pause)
        pause = min(pause * _GROWTH, _LONGEST_PAUSE)


async def _attempt(
    connection: Connection, tunnel: asyncssh.SSHClientConnection | None
) -> asyncssh.SSHClientConnection:
    expected = _host_key(connection.host_key) if connection.host_key else None
    client = _Client(expected)
    try:
        async with asyncio.timeout(connection.per_dial_timeout or None):
            link, _ = await asyncssh.create_connection(
                lambda: client,
                connection.host,
                connection.port,
                tunnel=tunnel or (),
                config=None,
                username=connection.user,
                password=connection.password,
                client_keys=[_private_key(connection)] if connection.private_key else None,
                agent_path=connection.agent or None,
                # Nothing is known, so that every key goes through _Client; None would take any key unseen.
                known_hosts=([], [], []),
                server_host_key_algs=_host_key_algorithms(expected),
                kex_algs=_KEX,
                encryption_algs=_CIPHERS,
                compression_algs=["none"],
                gss_host=None,
                keepalive_interval=_KEEPALIVE_SECONDS,
                keepalive_count_max=_KEEPALIVE_MISSES,
                login_timeout=0,
                agent_forwarding=False,
            )
            return link
    except asyncssh.HostKeyNotVerifiable:
        if expected is None or client.shown is None:
            raise
        shown = f"{client.shown.get_fingerprint()} ({_algorithm(client.shown)})"
        raise HostKeyError(connection, expected, shown) from None
    except asyncssh.PermissionDenied:
        msg = f"{connection.endpoint}: the host refused the login ({_means(connection)}). No command was run."
        raise ProviderError(msg, grpc.StatusCode.PERMISSION_DENIED) from None
    except asyncssh.KeyExchangeFailed as error:
        msg = f"{connection.endpoint}: no common SSH algorithms: {error.reason}. No command was run."
        raise ProviderError(msg, grpc.StatusCode.FAILED_PRECONDITION) from None


def _reason(error: Exception, connection: Connection) -> str:
    """A short cause without the parts that the message says already."""
    if isinstance(error, TimeoutError):
        return f"no answer within {connection.per_dial_timeout:g} s"
    if isinstance(error, asyncssh.Error):
        return error.reason or "connection lost"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror[0].lower() + error.strerror[1:]
    return str(error) or type(error).__name__


def _means(connection: Connection) -> str:
    means = [
        name
        for name, given in (
            ("private key", connection.private_key),
            ("password", connection.password),
            (f"agent {connection.agent}", connection.agent),
        )
        if given
    ]
    return "tried " + ", ".join(means) if means else "no key, no password and no agent to log in with"


@lru_cache(maxsize=4096)
def _host_key(text: str) -> asyncssh.SSHKey:
    try:
        return asyncssh.import_public_key(text)
    except asyncssh.KeyImportError:
        msg = f"connection.hostKey is not a public key of the form `TYPE BASE64`: {text[:40]}"
        raise InvalidError(msg) from None


def _algorithm(key: asyncssh.SSHKey) -> str:
    return key.get_algorithm()


def _host_key_algorithms(expected: asyncssh.SSHKey | None) -> list[str]:
    """The pinned key's algorithm first; the others only so that a wrong key can be named."""
    if expected is None:
        return [*_HOST_KEYS, *_RSA]
    own = _RSA if _algorithm(expected) == "ssh-rsa" else [_algorithm(expected)]
    return [*own, *(name for name in [*_HOST_KEYS, *_RSA] if name not in own)]


def _private_key(connection: Connection) -> asyncssh.SSHKey:
    try:
        return _import_private_key(connection.private_key or "", connection.private_key_password)
    except asyncssh.KeyEncryptionError as error:
        msg = f"{connection.endpoint}: the private key can not be decrypted: {error}"
        raise InvalidError(msg) from None
    except asyncssh.KeyImportError as error:
        msg = f"{connection.endpoint}: the private key is not readable: {error}"
        raise InvalidError(msg) from None


@lru_cache(maxsize=16)
def _import_private_key(key: str, passphrase: str | None) -> asyncssh.SSHKey:
    return asyncssh.import_private_key(key, passphrase)
