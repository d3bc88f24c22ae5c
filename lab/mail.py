"""The site's mail: what takes it on the mirror's host, and what has arrived there."""

from __future__ import annotations

from pathlib import Path

from lab import mail_sink, paths, ssh
from lab.errors import LabError
from lab.topology import MIRROR

FOLDER = "/var/mail/sink"
_PROGRAM = "/usr/local/sbin/mail-sink"
_UNIT = f"""\
[Service]
ExecStart=/usr/bin/python3 {_PROGRAM} {FOLDER}
Restart=on-failure
[Install]
WantedBy=multi-user.target
"""
# Not in the mirror's image: that would make every image of the lab another one, and its snapshots fit no longer.
_COMMAND = f"""\
set -eu
sudo -n install -m 755 /dev/stdin {_PROGRAM}
sudo -n install -d {FOLDER}
printf %s '{_UNIT}' | sudo -n tee /etc/systemd/system/mail-sink.service > /dev/null
sudo -n systemctl daemon-reload
sudo -n systemctl enable --quiet --now mail-sink
sudo -n find {FOLDER} -name '*.eml' | sort | xargs -r sudo -n awk 'FNR == 1 {{ print "From " FILENAME }} {{ print }}'
"""


def arrived() -> str:
    """Every mail since the mirror's host was made, each below a line `From FILE`; starts what takes them where it does not run.

    Raises:
        LabError: there is no lab, or its mirror does not answer.
    """
    if not paths.KNOWN_HOSTS.exists():
        raise LabError("there is no lab here: `lab/lab up`")
    source = Path(mail_sink.__file__).read_text(encoding="utf-8")
    done = ssh.run(MIRROR.name, _COMMAND, stdin=source)
    if done.returncode != 0:
        raise LabError(f"{MIRROR.name}: mail: {done.stderr.strip()}")
    return done.stdout
