"""Glance: images, from a file of this machine, from a URL, or fetched by Glance itself."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from toolchain.plugins.base.errors import ProviderError
from toolchain.plugins.base.schema import Property
from toolchain.plugins.openstack.api import Api
from toolchain.plugins.openstack.kind import Kind
from toolchain.plugins.openstack.sdk import Fields, answer_of, if_there

if TYPE_CHECKING:
    from openstack.connection import Connection

_CHUNK = 1024 * 1024
_URL_SECONDS = 60
_STORED_SECONDS = 900
_PATCH = {"Content-Type": "application/openstack-images-v2.1-json-patch"}
# What Glance itself says of an image; everything else is a property that somebody set.
_STANDARD = frozenset(
    {
        "checksum",
        "container_format",
        "created_at",
        "direct_url",
        "disk_format",
        "file",
        "id",
        "locations",
        "min_disk",
        "min_ram",
        "name",
        "os_hash_algo",
        "os_hash_value",
        "os_hidden",
        "owner",
        "protected",
        "schema",
        "self",
        "size",
        "status",
        "stores",
        "tags",
        "updated_at",
        "virtual_size",
        "visibility",
    }
)


class Image(Api):
    """An image. Its data is sent once, when it is made; a file that changes under the same name is not noticed."""

    def check(self, inputs: Mapping[str, Any]) -> Any:
        """The data must come from one place."""
        yield from super().check(inputs)
        if (inputs.get("localFilePath") is None) == (inputs.get("imageSourceUrl") is None):
            yield "localFilePath", "set either localFilePath or imageSourceUrl"

    def make(self, cloud: Connection, wanted: Mapping[str, Any]) -> Fields:
        """Register it and send its data; what could not be sent is not left behind."""
        made = answer_of(cloud.image.post("/images", json=self.to_fields(wanted)))
        try:
            self._data(cloud, made["id"], wanted)
        except BaseException:
            cloud.image.delete(f"/images/{made['id']}")
            raise
        return made

    def fetch(self, cloud: Connection, identity: str, known: Mapping[str, Any]) -> Fields | None:
        """As ever; an import that failed is a status of its own."""
        found = if_there(lambda: answer_of(cloud.image.get(f"/images/{identity}")))
        if found and found.get("os_glance_failed_import"):
            found["status"] = "failed"
        return found

    def change(self, cloud: Connection, identity: str, changed: Mapping[str, Any], now: Fields) -> None:
        """A JSON patch of what changes."""
        fields = self.to_fields(changed)
        patch = [
            {"op": "replace" if name in now else "add", "path": f"/{name}", "value": value}
            for name, value in fields.items()
        ]
        if patch:
            answer_of(cloud.image.patch(f"/images/{identity}", json=patch, headers=_PATCH))

    def remove(self, cloud: Connection, identity: str, state: Mapping[str, Any]) -> None:
        """As ever."""
        if_there(lambda: answer_of(cloud.image.delete(f"/images/{identity}")))

    def to_fields(self, properties: Mapping[str, Any]) -> Fields:
        """As ever; properties are fields of the image itself."""
        own = {name: v for name, v in properties.items() if name != "properties"}
        return {**super().to_fields(own), **properties.get("properties", {})}

    def value(self, name: str, kind: Property, fields: Mapping[str, Any]) -> Any:
        """As ever, with the properties together."""
        if name == "properties":
            return {
                key: value
                for key, value in fields.items()
                if key not in _STANDARD and not key.startswith("os_glance") and isinstance(value, str)
            }
        return super().value(name, kind, fields)

    def _data(self, cloud: Connection, identity: str, wanted: Mapping[str, Any]) -> None:
        if wanted.get("webDownload"):
            method = {"name": "web-download", "uri": wanted["imageSourceUrl"]}
            answer_of(cloud.image.post(f"/images/{identity}/import", json={"method": method}))
        elif "localFilePath" in wanted:
            with _opened(wanted["localFilePath"]) as file:
                _send(cloud, identity, file, check=wanted.get("verifyChecksum", True))
        else:
            with tempfile.TemporaryFile("w+b") as file:
                _download(wanted, file)
                _send(cloud, identity, file, check=wanted.get("verifyChecksum", True))


def _opened(path: str) -> BinaryIO:
    try:
        return Path(path).expanduser().open("rb")
    except OSError as error:
        msg = f"localFilePath {path}: {error.strerror}"
        raise ProviderError(msg) from None


def _download(wanted: Mapping[str, Any], file: BinaryIO) -> None:
    """The data of the URL, by way of this machine."""
    import requests  # noqa: PLC0415 - with the SDK

    user = wanted.get("imageSourceUsername")
    auth = (user, wanted.get("imageSourcePassword") or "") if user else None
    with requests.get(wanted["imageSourceUrl"], stream=True, timeout=_URL_SECONDS, auth=auth) as answer:
        if answer.status_code != 200:
            msg = f"imageSourceUrl {wanted['imageSourceUrl']} answers {answer.status_code} {answer.reason}"
            raise ProviderError(msg)
        file.writelines(answer.iter_content(_CHUNK))
    file.seek(0)


def _send(cloud: Connection, identity: str, file: BinaryIO, *, check: bool) -> None:
    headers = {"Content-Type": "application/octet-stream", "Accept": ""}
    # Glance answers when it has stored all of it, which takes longer than an ordinary answer may.
    answer_of(
        cloud.image.put(f"/images/{identity}/file", data=file, headers=headers, timeout=_STORED_SECONDS)
    )
    if check:
        file.seek(0)
        found = answer_of(cloud.image.get(f"/images/{identity}")).get("checksum")
        sent = hashlib.md5(usedforsecurity=False)  # Glance's own; it finds mistakes, it protects nothing
        while chunk := file.read(_CHUNK):
            sent.update(chunk)
        if found and found != sent.hexdigest():
            msg = f"Glance has data with the checksum {found}, sent was {sent.hexdigest()}"
            raise ProviderError(msg)


IMAGES = {
    "openstack:images/image:Image": (
        Image,
        Kind(
            "image",
            "image",
            fields={
                "imageId": "id",
                "minDiskGb": "min_disk",
                "minRamMb": "min_ram",
                "hidden": "os_hidden",
                "sizeBytes": "size",
            },
            defaults={
                "hidden": False,
                "protected": False,
                "minDiskGb": 0,
                "minRamMb": 0,
                "visibility": "shared",
            },
            own=frozenset(
                {
                    "imageCachePath",
                    "imageSourcePassword",
                    "imageSourceUrl",
                    "imageSourceUsername",
                    "localFilePath",
                    "verifyChecksum",
                    "webDownload",
                }
            ),
            partial=frozenset({"properties"}),
            refused={"decompress": "unpack the file first"},
            status="status",
            ready="active",
            failed=frozenset({"killed", "deleted", "failed"}),
            seconds=1800.0,
        ),
    ),
}
