"""A registry that keeps to the protocol: on 127.0.0.1, over http."""

from __future__ import annotations

import base64
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PASSWORD = "canary-of-the-registry"
BASIC = "Basic " + base64.b64encode(f"kolla:{PASSWORD}".encode()).decode()
HAS = {"ns/nova-api": ["2025.1"], "ns/glance-api": ["2025.1", "2026.1"]}


class Server:
    """Its images are those of `HAS`; `scheme` says how it wants a login."""

    def __init__(self, scheme: str = "") -> None:
        server, self.asked = self, []  # type: tuple[Server, list[str]]
        self.logins: list[str] = []
        self.status = 0
        self.documents: dict[str, Any] = {}
        """Manifests and blobs by path; a text is where another one is to be had."""

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.asked.append(self.path)
                login = self.headers.get("Authorization", "")
                server.logins.append(login)
                code, text, headers = server._answer(self.path, login, scheme)
                self.send_response(code)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *_: Any) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self._http.server_port}"
        threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()

    def _answer(self, path: str, given: str, scheme: str) -> tuple[int, str, dict[str, str]]:
        if self.status:
            return self.status, "", {}
        if path.startswith("/token?"):
            return (200, json.dumps({"token": "t"}), {}) if given == BASIC else (401, "", {})
        realm = f'Bearer realm="http://{self.host}/token",service="r"'
        wanted = {"": "", "basic": BASIC, "bearer": "Bearer t"}[scheme]
        if given != wanted:
            return 401, "", {"WWW-Authenticate": realm if scheme == "bearer" else 'Basic realm="r"'}
        if path == "/v2/":
            return 200, "{}", {}
        if path in self.documents:
            found = self.documents[path]
            return (307, "", {"Location": found}) if isinstance(found, str) else (200, json.dumps(found), {})
        repository, _, rest = path.removeprefix("/v2/").partition("/manifests/")
        if rest:
            return (200 if rest in HAS.get(repository, []) else 404), "{}", {}
        repository = path.removeprefix("/v2/").removesuffix("/tags/list")
        return (200, json.dumps({"tags": HAS[repository]}), {}) if repository in HAS else (404, "", {})

    def image(
        self, name: str, *layers: tuple[str, int], media: str = "application/vnd.oci.image.layer.v1.tar"
    ) -> None:
        """Describe the image `name:2025.1` of `HAS`: the diff id and the size of each layer, the lowest first."""
        packed = [{"mediaType": media, "size": size} for _, size in layers]
        manifest = {"config": {"digest": f"sha256:{name}"}, "layers": packed}
        self.documents[f"/v2/ns/{name}/manifests/2025.1"] = manifest
        config = {"rootfs": {"diff_ids": [diff for diff, _ in layers]}}
        self.documents[f"/v2/ns/{name}/blobs/sha256:{name}"] = config
