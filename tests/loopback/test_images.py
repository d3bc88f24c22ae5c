"""Images of each release, made for real and pulled from a real registry by its HTTP API; programs in them run.

Layers come from the project's cache where they are there; the storage is the test's own, so every tar is rewritten.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import socket
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from config.cache import cache_folder
from images.build import NAMESPACE
from images.manifest import MANIFEST_TYPE
from images.recipe import Recipe, read, recipes
from machine import packages
from machine import registry as registry_daemon
from machine.roots import overlay_options

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Made:
    """A storage with all images."""

    storage: Path
    recipe: Recipe


def make(release: str, storage: Path) -> str:
    command = (sys.executable, "-m", "images", "--release", release, "--registry", str(storage))
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=3000, check=False)
    assert done.returncode == 0, done.stderr + done.stdout[-2000:]
    return done.stdout


@pytest.fixture(scope="module", params=recipes())
def made(request: pytest.FixtureRequest) -> Iterator[Made]:
    # In the cache's file system, whose disk has room for it.
    storage = cache_folder() / "kolla-images" / "test-registry"
    shutil.rmtree(storage, ignore_errors=True)
    make(request.param, storage)
    yield Made(storage, read(request.param))
    shutil.rmtree(storage)


@pytest.fixture(scope="module")
def registry(made: Made, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """Debian's docker-registry on the storage."""
    if missing := packages.missing({registry_daemon.PACKAGE: registry_daemon.PACKAGE}):
        packages.install(missing)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    file = tmp_path_factory.mktemp("registry") / "config.yml"
    file.write_text(yaml.safe_dump(registry_daemon.configuration(made.storage, address)))
    with (
        subprocess.Popen((registry_daemon.PACKAGE, "serve", str(file))) as process,
        httpx.Client(base_url=f"http://{address}", headers={"Accept": MANIFEST_TYPE}, timeout=60) as client,
    ):
        try:
            _wait(client, process)
            yield client
        finally:
            process.terminate()


def _wait(client: httpx.Client, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if client.get("/v2/").status_code == 200:
                return
        except httpx.ConnectError:
            time.sleep(0.05)
    pytest.fail("the registry does not answer")


def manifest(registry: httpx.Client, made: Made, image: str) -> dict[str, Any]:
    answer = registry.get(f"/v2/{NAMESPACE}/{image}/manifests/{made.recipe.tag}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == MANIFEST_TYPE
    digest = answer.headers["docker-content-digest"]
    assert digest == f"sha256:{hashlib.sha256(answer.content).hexdigest()}"
    found: dict[str, Any] = answer.json()
    return found


def blob(registry: httpx.Client, image: str, part: dict[str, Any], target: Path | None = None) -> bytes:
    """Pull a blob and compare it with its descriptor; its content where no target is named."""
    total, hashed, kept = 0, hashlib.sha256(), b""
    with registry.stream("GET", f"/v2/{NAMESPACE}/{image}/blobs/{part['digest']}") as answer:
        assert answer.status_code == 200
        with (target or Path("/dev/null")).open("wb") as file:
            for chunk in answer.iter_bytes():
                total += len(chunk)
                hashed.update(chunk)
                file.write(chunk)
                kept = kept + chunk if target is None and total < 1 << 20 else kept
    assert (f"sha256:{hashed.hexdigest()}", total) == (part["digest"], part["size"])
    return kept


def test_all_images_are_in_the_catalogue_with_the_releases_tag(made: Made, registry: httpx.Client) -> None:
    names = {f"{NAMESPACE}/{name}" for _, name, _ in made.recipe.every()}
    assert set(registry.get("/v2/_catalog", params={"n": 1000}).json()["repositories"]) == names
    for name in names:
        assert registry.get(f"/v2/{name}/tags/list").json()["tags"] == [made.recipe.tag]


def test_what_is_pulled_is_what_its_digests_say(made: Made, registry: httpx.Client) -> None:
    seen: set[str] = set()
    for _, name, _ in made.recipe.every():
        document = manifest(registry, made, name)
        configured = json.loads(blob(registry, name, document["config"]))
        assert configured["rootfs"]["diff_ids"] == [layer["digest"] for layer in document["layers"]]
        assert configured["config"]["Labels"]["kolla_version"] == made.recipe.kolla
        for layer in document["layers"]:
            if layer["digest"] not in seen:
                seen.add(layer["digest"])
                blob(registry, name, layer)


def test_images_share_their_layers(made: Made, registry: httpx.Client) -> None:
    shared: dict[str, set[str]] = {}
    for layer, name, _ in made.recipe.every():
        digests = [part["digest"] for part in manifest(registry, made, name)["layers"]]
        assert len(digests) == len(made.recipe.chain(layer)) + 1
        for place, digest in zip(made.recipe.chain(layer), digests, strict=False):
            shared.setdefault(place, set()).add(digest)
    assert {place: len(digests) for place, digests in shared.items()} == dict.fromkeys(shared, 1)


def test_second_run_has_nothing_to_do_and_says_so(made: Made, registry: httpx.Client) -> None:
    assert "nothing to do" in make(made.recipe.release, made.storage)


COMPRESS = "manage.py collectstatic --noinput --clear && manage.py compress --force"
RUNS = [
    ("cron", "kolla_set_configs --help && logrotate --version"),
    ("etcd", "etcd --version && etcdctl version"),
    ("haproxy", "haproxy -v"),
    ("keepalived", "keepalived --version"),
    (
        "mariadb-server",
        "mariadbd --version && mariabackup --version && test -x /usr/bin/clustercheck -o -x /usr/bin/healthcheck.sh && expect -v",
    ),
    ("memcached", "memcached -V"),
    ("rabbitmq", "rabbitmqctl version && test -f /etc/rabbitmq/enabled_plugins"),
    # Where Kolla-Ansible starts them.
    ("prometheus-server", "/opt/prometheus/prometheus --version && /opt/prometheus/promtool --version"),
    ("prometheus-alertmanager", "/opt/prometheus_alertmanager/alertmanager --version"),
    ("prometheus-blackbox-exporter", "/opt/blackbox_exporter/blackbox_exporter --version"),
    ("prometheus-mysqld-exporter", "/opt/mysqld_exporter/mysqld_exporter --version"),
    ("prometheus-node-exporter", "/opt/node_exporter/node_exporter --version"),
    ("ovn-northd", "ovn-northd --version && ovn-nbctl --version"),
    ("openvswitch-vswitchd", "ovs-vswitchd --version"),
    (
        "kolla-toolbox",
        "ansible --version && ansible-doc -l openstack.cloud | grep -q openstack.cloud.endpoint",
    ),
    (
        "keystone",
        "keystone-manage --version && if [ -f /usr/local/bin/kolla_httpd_setup ]; then . kolla_httpd_setup; fi",
    ),
    ("glance-api", "glance-manage --version && test -f /etc/glance/glance-api-paste.ini"),
    ("placement-api", "placement-manage --version"),
    # As Kolla-Ansible's ini files have it: PyPI's uwsgi with the folder of Debian's plugins.
    (
        "nova-api",
        "nova-manage --version && uwsgi --plugins-dir /usr/lib/uwsgi/plugins --plugins python3 --http :0 --help",
    ),
    ("nova-compute", "nova-compute --version && python3 -c 'import rbd, libvirt'"),
    ("neutron-server", "neutron-db-manage --help && test -d /etc/neutron/plugins/ml2"),
    (
        "cinder-volume",
        "cinder-manage --version && python3 -c 'import rbd' && test -f /etc/cinder/rootwrap.conf",
    ),
    ("barbican-api", "barbican-manage --version"),
    ("octavia-api", "octavia-db-manage --help && python3 -c 'import ovn_octavia_provider'"),
    ("magnum-conductor", "magnum-db-manage --help"),
    ("heat-engine", "heat-manage --version"),
    ("horizon", "echo COMPRESS_OFFLINE=True >> /etc/openstack-dashboard/local_settings.py; " + COMPRESS),
]
"""An image, and a shell line that its container could run, as its user."""


@pytest.fixture(scope="module")
def unpacked(made: Made, registry: httpx.Client, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Layers as Docker unpacks them, each once: a folder for each digest."""
    folder = made.storage.with_name("test-layers")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    yield folder
    shutil.rmtree(folder)


@pytest.mark.parametrize(("image", "line"), RUNS, ids=[image for image, _ in RUNS])
def test_programs_of_the_image_run(
    image: str, line: str, made: Made, registry: httpx.Client, unpacked: Path, tmp_path: Path
) -> None:
    document = manifest(registry, made, image)
    configured = json.loads(blob(registry, image, document["config"]))["config"]
    lowers = [_layer(registry, image, part, unpacked) for part in document["layers"]]
    places = [tmp_path / name for name in ("root", "upper", "work")]
    for place in places:
        place.mkdir(mode=0o755)
    root, upper, work = map(str, places)
    over = overlay_options(tuple(reversed(lowers)), Path(upper), Path(work))
    script = (
        f'mount -t overlay x -o {over} "$0" && mount --bind /dev "$0/dev" && mount -t proc proc "$0/proc"'
        ' && mount -t tmpfs tmpfs "$0/tmp" && user=$1 line=$2'
        ' && exec chroot --userspec="$user" "$0" bash -ec "$line"'
    )
    env = {**dict(entry.split("=", 1) for entry in configured["Env"]), "HOME": "/tmp"}
    done = subprocess.run(
        ("unshare", "--mount", "--pid", "--fork", "sh", "-c", script, root, configured["User"] or "root", line),
        env=env, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, (done.stdout + done.stderr)[-2000:]


def _layer(registry: httpx.Client, image: str, part: dict[str, Any], folder: Path) -> Path:
    place = folder / str(part["digest"]).removeprefix("sha256:")[:12]
    if not place.is_dir():
        archive = folder / "layer.tar"
        blob(registry, image, part, archive)
        place.mkdir()
        subprocess.run(("tar", "-xf", str(archive), "-C", str(place), "--xattrs"), check=True, timeout=300)
        with tarfile.open(archive) as members:
            for name in members.getnames():
                head, _, last = name.rpartition("/")
                if last.startswith(".wh."):
                    (place / name).unlink()
                    if last != ".wh..wh..opq":
                        subprocess.run(("mknod", str(place / head / last[4:]), "c", "0", "0"), check=True)
        archive.unlink()
    return place
