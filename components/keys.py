"""Private keys of the stack: reading them, and the public half without a crypto library."""

from __future__ import annotations

import base64
import binascii

from config.ssh import PrivateKey

_MAGIC = b"openssh-key-v1\0"
_BEGIN = "-----BEGIN OPENSSH PRIVATE KEY-----"
_END = "-----END OPENSSH PRIVATE KEY-----"


def read_private_key(key: PrivateKey, where: str) -> str:
    """The text of a private key, with one newline at its end.

    Raises:
        ValueError: the file cannot be read; the message names the place and the fix, never the content.
    """
    if key.secret is not None:
        return key.secret.get_secret_value().strip() + "\n"
    if key.file is None:
        raise ValueError(f"cloud:{where}: give `file` or `secret`")
    try:
        return key.file.read_text().strip() + "\n"
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a text file"
        raise ValueError(f"cloud:{where}.file: {key.file}: {reason} (make the key with ssh-keygen)") from None


def public_key(private: str, where: str) -> str:
    """`TYPE BASE64` of a private key in OpenSSH's format, which holds its public half in clear.

    Raises:
        ValueError: the key has another format; the message never shows the key.
    """
    body = private.strip()
    if not (body.startswith(_BEGIN) and body.endswith(_END)):
        raise ValueError(
            f"cloud:{where}: not a private key in OpenSSH's format (convert it with ssh-keygen -p -f FILE)"
        )
    try:
        data = base64.b64decode("".join(body[len(_BEGIN) : -len(_END)].split()), validate=True)
        rest = data.removeprefix(_MAGIC)
        for _ in ("cipher", "kdf", "kdf options"):
            _, rest = _take(rest)
        blob, _ = _take(rest[4:])  # after the number of keys
        kind, _ = _take(blob)
        return f"{kind.decode('ascii')} {base64.b64encode(blob).decode()}"
    except (binascii.Error, ValueError):
        raise ValueError(
            f"cloud:{where}: the private key is damaged (make it anew with ssh-keygen)"
        ) from None


def _take(data: bytes) -> tuple[bytes, bytes]:
    """One length-prefixed string and what follows it."""
    end = 4 + int.from_bytes(data[:4], "big")
    if len(data) < max(4, end):
        raise ValueError("cut off")
    return data[4:end], data[end:]
