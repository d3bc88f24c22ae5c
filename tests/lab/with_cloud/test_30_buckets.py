"""A user's S3 bucket, in Ceph, with a key that Keystone made."""

from __future__ import annotations

import boto3  # type: ignore[import-untyped]  # it has no types
from openstack.connection import Connection


def test_a_users_bucket_keeps_what_is_put_into_it(cloud: Connection) -> None:
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
        region_name="RegionOne",
    )
    try:
        storage.create_bucket(Bucket="tests")
        storage.put_object(Bucket="tests", Key="greeting", Body=b"hello")
        assert storage.get_object(Bucket="tests", Key="greeting")["Body"].read() == b"hello"
        assert [row["Key"] for row in storage.list_objects_v2(Bucket="tests")["Contents"]] == ["greeting"]
        storage.delete_object(Bucket="tests", Key="greeting")
        storage.delete_bucket(Bucket="tests")
    finally:
        cloud.identity.delete(f"{path}/{key['access']}")
