"""A host without space says so, and keeps its files whole."""

from __future__ import annotations

from tests.lab.support import Config, Stack, ssh

FOLDER = "/etc/sysctl.d"


def test_disk_full_is_a_clear_error_and_leaves_no_half_written_file(stack: Stack) -> None:
    def longer(config: Config) -> None:
        config["cloud:hosts"]["net02"]["sysctl"] = {"net.ipv4.tcp_keepalive_time": "613"}

    changed = stack.edited("disk-full", longer)
    saved = ssh("net02", f"cd {FOLDER} && sha256sum *").stdout
    # A full file system of its own over the folder, with the same files in it.
    ssh(
        "net02",
        f"mkdir -p /run/full && mount -t tmpfs -o size=64k tmpfs /run/full && cp -a {FOLDER}/. /run/full/"
        " && { cat /dev/zero >/run/full/.filler 2>/dev/null; true; }"
        f" && mount --bind /run/full {FOLDER}",
    )
    try:
        done = changed.make("up")
        said = done.stdout + done.stderr
        assert done.returncode != 0
        assert any("net02" in line and "space" in line.lower() for line in said.splitlines()), said
        assert FOLDER in said
        assert ssh("net02", f"cd {FOLDER} && sha256sum *").stdout == saved
        assert ssh("net02", f"ls -A {FOLDER} | wc -l").stdout.strip() == str(len(saved.splitlines()) + 1)
    finally:
        ssh("net02", f"umount {FOLDER} && umount /run/full")
    changed.up()
    assert ssh("net02", "sysctl -n net.ipv4.tcp_keepalive_time").stdout.strip() == "613"
    stack.up()
