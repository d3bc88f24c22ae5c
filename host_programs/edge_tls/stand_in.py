"""The certificate that a load balancer starts with where the real one is issued only once it runs."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Sequence

from host_programs.edge_tls.errors import EdgeError
from host_programs.edge_tls.source import joined

DAYS = 7


def stand_in(names: Sequence[str]) -> str:
    """PEM of a certificate for DNS names that is signed by itself, so nobody trusts it.

    Raises:
        EdgeError: OpenSSL cannot make it.
    """
    with tempfile.TemporaryDirectory(prefix="edge-tls-") as folder:
        certificate, key = (os.path.join(folder, name) for name in ("crt", "key"))
        argv = [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
        ]
        argv += ["-days", str(DAYS), "-subj", "/CN=stand-in", "-keyout", key, "-out", certificate]
        argv += ["-addext", "subjectAltName=" + ",".join(f"DNS:{name}" for name in names)]
        done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        if done.returncode:
            raise EdgeError("openssl", (done.stderr.strip().splitlines() or ["failed"])[-1])
        texts = []
        for path in (certificate, key):
            with open(path, encoding="utf-8") as file:
                texts.append(file.read())
        return joined(*texts)
