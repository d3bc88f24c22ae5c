"""The hosts with containers, and whether a container was started again."""

from __future__ import annotations

from tests.lab.support import ssh

CONTROLLERS = {"ctl01", "ctl02", "ctl03"}
NETWORKS = {"net01", "net02"}
COMPUTES = {"cmp01", "cmp02"}
HOSTS = CONTROLLERS | NETWORKS | COMPUTES
_STARTED = (
    "docker ps --quiet --no-trunc | xargs docker inspect --format '{{.Name}} {{.State.StartedAt}}' | sort"
)


def started() -> dict[str, str]:
    """Each host's containers with their start times: equal before and after where nothing was started again."""
    return {host: ssh(host, _STARTED).stdout for host in sorted(HOSTS)}
