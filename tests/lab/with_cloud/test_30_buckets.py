"""A user's S3 bucket, in Ceph, with a key that Keystone made."""

from __future__ import annotations

import secrets
from typing import Any

import boto3  # type: ignore[import-untyped]  # it has no types
import pytest
from botocore.config import Config  # type: ignore[import-untyped]  # nor this
from openstack.connection import Connection

pytestmark = pytest.mark.cloud


def test_a_users_bucket_keeps_what_is_put_into_it(cloud: Connection, access: dict[str, Any]) -> None:
    user, project = cloud.current_user_id, cloud.current_project_id
    path = f"/users/{user}/credentials/OS-EC2"
    key = cloud.identity.post(path, json={"tenant_id": project}).json()["credential"]
    endpoint = cloud.session.get_endpoint(service_type="object-store", interface="internal")
    assert endpoint
    storage = boto3.client(
        "s3",
        endpoint_url="/".join(endpoint.split("/")[:3]),
        aws_access_key_id=key["access"],
        aws_secret_access_key=key["secret"],
        region_name=access["region_name"],
        verify=access.get("cacert"),
        # Over TLS botocore sends checksums behind what is put, in chunks, which Ceph's gateway of this release does not take.
        config=Config(request_checksum_calculation="when_required"),
    )
    bucket = f"tests-{secrets.token_hex(3)}"
    try:
        storage.create_bucket(Bucket=bucket)
        storage.put_object(Bucket=bucket, Key="greeting", Body=b"hello")
        assert storage.get_object(Bucket=bucket, Key="greeting")["Body"].read() == b"hello"
        assert [row["Key"] for row in storage.list_objects_v2(Bucket=bucket)["Contents"]] == ["greeting"]
        storage.delete_object(Bucket=bucket, Key="greeting")
        storage.delete_bucket(Bucket=bucket)
    finally:
        cloud.identity.delete(f"{path}/{key['access']}")
