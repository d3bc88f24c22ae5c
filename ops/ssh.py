"""SSH to many hosts at once, each proven by its pinned host key; an error says what to do about it.

One connection costs one key exchange, and with twelve hosts on two cores that is what a check costs:
so curve25519 and an AEAD cipher come first, nothing of the operator's ~/.ssh is read, and no agent is asked.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import asyncssh

from ops.access import HostError, Login, Target, fingerprint, public_text

KEX = (
    "curve25519-sha256",
    "curve25519-sha256@libssh.org",
    "ecdh-sha2-nistp256",
    "diffie-hellman-group16-sha512",
)
CIPHERS = ("aes128-gcm@openssh.com", "chacha20-poly1305@openssh.com", "aes256-gcm@openssh.com", "aes256-ctr")
SIGNATURES = {"ssh-rsa": ("rsa-sha2-512", "rsa-sha2-256")}
"""Signature algorithms of a key type, where they are not named like the type."""
SCAN_ORDER = ("ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "ssh-rsa")


@dataclass(frozen=True)
class Result:
    """What a remote command left: exit status (-1: the connection broke first), stdout, stderr."""

    status: int
    stdout: str
    stderr: str


class _Pinned(asyncssh.SSHClient):
    """Trusts one key and remembers what was offered instead."""

    def __init__(self, expected: str) -> None:
        self.expected = expected
        self.offered = ""

    def validate_host_public_key(self, host: str, addr: str, port: int, key: asyncssh.SSHKey) -> bool:
        del host, addr, port
        self.offered = public_text(key)
        return self.offered == self.expected


@contextlib.asynccontextmanager
async def connect(
    target: Target, login: Login, tunnel: asyncssh.SSHClientConnection | None = None
) -> AsyncIterator[asyncssh.SSHClientConnection]:
    """A connection to a host that proved its pinned key. Raises HostError; nothing runs on a wrong host."""
    if not target.host_key:
        raise HostError("no host key", f"{target.address}: its host key is not known: run make host-keys")
    watch = _Pinned(target.host_key)
    connection = await _dial(target, login.user, login, watch, tunnel)
    try:
        yield connection
    finally:
        connection.close()
        await connection.wait_closed()


@contextlib.asynccontextmanager
async def way(login: Login | None) -> AsyncIterator[asyncssh.SSHClientConnection | None]:
    """The connection to the bastion that all hosts share; None without a bastion."""
    if login is None or login.bastion is None:
        yield None
        return
    watch = _Pinned(login.bastion.host_key)
    connection = await _dial(login.bastion, login.bastion_user, login, watch, None)
    try:
        yield connection
    finally:
        connection.close()
        await connection.wait_closed()


async def _dial(
    target: Target,
    user: str,
    login: Login,
    watch: _Pinned,
    tunnel: asyncssh.SSHClientConnection | None,
) -> asyncssh.SSHClientConnection:
    kind = target.host_key.split()[0]
    try:
        return await asyncssh.connect(
            target.address,
            target.port,
            tunnel=tunnel or (),
            client_factory=lambda: watch,
            known_hosts=([], [], []),
            username=user,
            client_keys=[login.key],
            preferred_auth="publickey",
            kex_algs=KEX,
            encryption_algs=CIPHERS,
            server_host_key_algs=SIGNATURES.get(kind, (kind,)),
            compression_algs=None,
            config=None,
            agent_path=None,
            connect_timeout=login.connect_timeout,
            login_timeout=login.connect_timeout,
            keepalive_interval=15,
        )
    except asyncssh.HostKeyNotVerifiable:
        raise wrong_key(target, watch.offered) from None
    except asyncssh.KeyExchangeFailed as error:
        # A host that has no key of the pinned type may be another host: show the key that it does have.
        offered = await scan(target, login, tunnel) if watch.offered == "" else watch.offered
        if offered and offered != target.host_key:
            raise wrong_key(target, offered) from None
        raise HostError("unreachable", f"{target.address}: no common SSH algorithm: {error.reason}") from None
    except asyncssh.PermissionDenied:
        reason = f"{target.address}: the key is refused for user {user} (cloud:ssh.user, cloud:ssh.key)"
        raise HostError("refused", reason) from None
    except TimeoutError:
        reason = f"{target.address}: no answer within {login.connect_timeout:g} s (cloud:ssh.connectTimeout)"
        raise HostError("unreachable", reason) from None
    except (OSError, asyncssh.Error) as error:
        raise HostError("unreachable", f"{target.address}: {_reason(error)}") from None


def wrong_key(target: Target, offered: str) -> HostError:
    """The error for a host that shows another key than the pinned one."""
    return HostError(
        "wrong key",
        f"{target.address} shows {fingerprint(offered)}, the stack expects {fingerprint(target.host_key)}; "
        "nothing was run (if the host was reinstalled: make host-keys)",
    )


async def scan(target: Target, login: Login | None, tunnel: asyncssh.SSHClientConnection | None) -> str:
    """The host key that a host shows, `TYPE BASE64`; one of the known type first. Raises HostError."""
    known = target.host_key.split()[:1]
    order = known + [kind for kind in SCAN_ORDER if kind not in known]
    algorithms = [name for kind in order for name in SIGNATURES.get(kind, (kind,))]
    limit = login.connect_timeout if login else 10
    try:
        async with asyncio.timeout(limit):
            key = await asyncssh.get_server_host_key(
                target.address,
                target.port,
                tunnel=tunnel or (),
                kex_algs=KEX,
                server_host_key_algs=algorithms,
                config=None,
            )
    except TimeoutError:
        raise HostError("unreachable", f"{target.address}: no answer within {limit:g} s") from None
    except (OSError, asyncssh.Error) as error:
        raise HostError("unreachable", f"{target.address}: {_reason(error)}") from None
    if key is None:
        raise HostError("unreachable", f"{target.address}: it shows no host key")
    return public_text(key)


async def run(connection: asyncssh.SSHClientConnection, command: str, deadline: float) -> Result:
    """Run a command; raises HostError when it takes longer than `deadline` seconds."""
    try:
        done = await connection.run(command, timeout=deadline, encoding="utf-8", errors="replace")
    except (TimeoutError, asyncssh.TimeoutError):
        raise HostError("failed", f"no result within {deadline:g} s: {command}") from None
    except (OSError, asyncssh.Error) as error:
        return Result(-1, "", _reason(error))
    status = -1 if done.exit_status is None else done.exit_status
    return Result(status, _text(done.stdout), _text(done.stderr))


async def follow(
    connection: asyncssh.SSHClientConnection, command: str, show: Callable[[str], None]
) -> tuple[int, str]:
    """Run a command that takes long, telling each line of its stdout as it comes.

    Returns:
        its exit status (-1: the connection broke first), and its stderr or why the connection broke.
    """
    try:
        async with connection.create_process(command, encoding="utf-8", errors="replace") as process:
            async for line in process.stdout:
                show(line.rstrip("\n"))
            errors = await process.stderr.read()
            await process.wait_closed()
    except (OSError, asyncssh.Error) as error:
        return -1, _reason(error)
    status = process.exit_status
    return -1 if status is None else status, errors


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _reason(error: BaseException) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return str(getattr(error, "reason", "") or error or type(error).__name__)
