"""What a service or the way to it says, as one line for the operator."""

from __future__ import annotations

from collections.abc import Iterable

_LONGEST = 600


def one_line(error: Exception, secrets: Iterable[str] = ()) -> str:
    """The service's own message with its status; never a token, a password or a traceback.

    Args:
        error: What the SDK raised.
        secrets: Values that no message may hold, should a service repeat what it was sent.
    """
    from keystoneauth1.exceptions import ClientException, HttpError  # noqa: PLC0415 - with the SDK
    from openstack.exceptions import HttpException  # noqa: PLC0415

    text = str(error)
    if isinstance(error, HttpException) and error.status_code:
        text = f"{error.details or error.message} (HTTP {error.status_code})"
    elif isinstance(error, HttpError):
        text = f"{error.message} (HTTP {error.http_status})"
    elif isinstance(error, ClientException):
        text = str(error.message or error)
    text = " ".join(text.split())
    for secret in secrets:
        if secret:
            text = text.replace(secret, "***")
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def is_foreign(error: Exception) -> bool:
    """Whether the error is the cloud's or the network's, and not a bug here."""
    from keystoneauth1.exceptions import ClientException  # noqa: PLC0415
    from openstack.exceptions import SDKException  # noqa: PLC0415
    from requests import RequestException  # noqa: PLC0415

    return isinstance(error, ClientException | SDKException | RequestException | OSError)
