"""The benchmark's state on every host of BENCH_HOSTS, in the pattern of components/host_work.py: copy, apply."""

import json
import os
from pathlib import Path

import pulumi
from pulumi_command import remote

HOSTCTL = "/usr/local/sbin/hostctl"
hosts = json.loads(Path(os.environ["BENCH_HOSTS"]).read_text(encoding="utf-8"))
state = Path(os.environ["BENCH_STATE"]).read_text(encoding="utf-8")
key = pulumi.Output.secret(Path(os.environ["BENCH_KEY"]).read_text(encoding="utf-8"))
bundle = pulumi.FileAsset(os.environ["BENCH_HOSTCTL"])

for name, host in hosts.items():
    connection = remote.ConnectionArgs(
        host=host["address"],
        port=host["port"],
        user=host["user"],
        private_key=key,
        host_key=host["key"],
        dial_error_limit=4,
    )
    copy = remote.CopyToRemote(
        f"{name}-copy", connection=connection, source=bundle, remote_path=".hostctl", triggers=[host["key"]]
    )
    remote.Command(
        f"{name}-base",
        connection=connection,
        create=f"sudo -n install -m 0755 .hostctl {HOSTCTL} && sudo -n timeout 600 {HOSTCTL} apply bench",
        stdin=state,
        logging=remote.Logging.STDERR,
        add_previous_output_in_env=False,
        opts=pulumi.ResourceOptions(depends_on=[copy]),
    )
