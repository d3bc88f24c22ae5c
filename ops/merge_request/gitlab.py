"""The note on a merge request, by GitLab's API: one, rewritten by each run."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ops.merge_request.text import MARK

if TYPE_CHECKING:
    import httpx

TOKEN = "CLOUD_NOTE_TOKEN"  # noqa: S105 - the name of the variable


class NoteError(Exception):
    """The note could not be written; `str()` says why, without the token."""


@dataclass(frozen=True)
class MergeRequest:
    """Where the note goes, as GitLab gives it to the job."""

    api: str
    project: str
    number: str
    ca: str | None

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> MergeRequest | None:
        """The merge request of this job; None outside one."""
        names = ("CI_API_V4_URL", "CI_MERGE_REQUEST_PROJECT_ID", "CI_MERGE_REQUEST_IID")
        api, project, number = (environment.get(name, "") for name in names)
        if not (api and project and number):
            return None
        return cls(api, project, number, environment.get("CI_SERVER_TLS_CA_FILE"))

    def write(self, body: str, token: str) -> None:
        """Write the note, over that of an earlier run. Raises NoteError."""
        import httpx  # noqa: PLC0415 - slow to import, and needed once

        notes = f"{self.api}/projects/{self.project}/merge_requests/{self.number}/notes"
        try:
            verify = ssl.create_default_context(cafile=self.ca) if self.ca else True
            with httpx.Client(headers={"PRIVATE-TOKEN": token}, verify=verify, timeout=30) as client:
                if (known := _earlier(client, notes)) is None:
                    client.post(notes, json={"body": body}).raise_for_status()
                else:
                    client.put(f"{notes}/{known}", json={"body": body}).raise_for_status()
        except httpx.HTTPStatusError as error:
            raise NoteError(
                f"GitLab answered {error.response.status_code}: {TOKEN} has to be a token of the project with the "
                "scope `api` and the role Reporter or above"
            ) from None
        except (httpx.HTTPError, OSError, ValueError) as error:
            raise NoteError(f"{type(error).__name__}: {error}") from None


def _earlier(client: httpx.Client, notes: str) -> Any:
    """Number of the note that an earlier run wrote; None if there is none."""
    page = "1"
    while page:
        answer = client.get(notes, params={"per_page": "100", "page": page}).raise_for_status()
        for item in answer.json():
            if str(item.get("body", "")).startswith(MARK):
                return item["id"]
        page = answer.headers.get("x-next-page", "")
    return None
