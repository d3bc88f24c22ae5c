"""Ceph: a quorum, its OSDs, and the flags that a power-off set. Pure."""

from __future__ import annotations

from host_programs.kolla_run.recovery.gate import Order, Seen, Verdict

FLAGS = ("noout", "norebalance", "nobackfill", "norecover")
"""What a power-off sets: nobody copies data because hosts go, and come, one after another."""
_HINDER = (*FLAGS, "nodown", "noup", "noin", "pauserd", "pausewr")


def ceph(seen: Seen) -> Verdict:
    """Flags go only once the OSDs are there, and only those that power-off set: others are an operator's."""
    told = {host: one["ceph"] for host, one in seen.hosts.items() if one.get("ceph")}
    if not told:
        return Verdict("no host may ask a cluster: none, or one that is not made here")
    answers = {host: one for host, one in told.items() if not one["problem"]}
    if not answers:
        reasons = "; ".join(f"{host}: {one['problem']}" for host, one in told.items())
        return Verdict("the monitors do not answer", waits=f"a quorum of monitors ({reasons})")
    host, cluster = next(iter(answers.items()))
    found = (
        f"quorum of {', '.join(cluster['quorum'])}; {cluster['osds'] - len(cluster['down'])} of "
        f"{cluster['osds']} OSDs are up"
    )
    down = [f"{osd} on {where or '?'}" for osd, where in cluster["down"].items() if where not in seen.without]
    if down:
        return Verdict(found, waits=f"{', '.join(down)} to be up")
    ours = [flag for flag in seen.record.get("ceph_flags", ()) if flag in cluster["flags"]]
    others = [flag for flag in cluster["flags"] if flag in _HINDER and flag not in ours]
    if others:
        found += f"; set by somebody else, so left alone: {', '.join(others)}"
    unset = tuple(
        Order("set by power-off", host, ("ceph", "--connect-timeout", "15", "osd", "unset", flag))
        for flag in ours
    )
    return Verdict(found, (unset,) if unset else (), f"{', '.join(ours)} to be taken back" if ours else "")
