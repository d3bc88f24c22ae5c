"""Where packages come from, and when they are upgraded."""

from __future__ import annotations

from components.host_prep.target import Target
from components.state import State
from components.trust import trusted
from config.site.packages import AptRepository
from config.site.releases import CODENAMES
from host_programs.contract.hostctl import SITE_CA

_UNATTENDED = "/etc/apt/apt.conf.d/52openstack-cloud"


def sources(target: Target) -> State:
    """Sources of apt; with a mirror of the site, they are the only ones."""
    packages = target.cloud.packages
    texts = {name: _repository(name, repository) for name, repository in packages.repositories.items()}
    if packages.mirror:
        texts["cloud"] = _archive(target, packages.mirror, packages.security_mirror)
    keys = {name: repository.key for name, repository in packages.repositories.items() if repository.key}
    state: State = {}
    if texts:
        state["apt"] = {"sources": texts, "keys": keys, "exclusive": bool(packages.mirror)}
    if packages.upgrade:
        state["upgrade"] = "first"
    return state


def _archive(target: Target, mirror: str, security: str | None) -> str:
    codename = CODENAMES[target.cloud.releases.host_os]
    if target.system == "ubuntu":
        components, security = "main restricted universe multiverse", security or mirror
        keyring = "/usr/share/keyrings/ubuntu-archive-keyring.gpg"
    else:
        components, security = "main", security or f"{mirror.rstrip('/')}-security"
        keyring = "/usr/share/keyrings/debian-archive-keyring.gpg"
    stanzas = ((mirror, f"{codename} {codename}-updates"), (security, f"{codename}-security"))
    return "\n".join(
        f"Types: deb\nURIs: {uri}\nSuites: {suites}\nComponents: {components}\nSigned-By: {keyring}\n"
        for uri, suites in stanzas
    )


def _repository(name: str, repository: AptRepository) -> str:
    lines = ["Types: deb", f"URIs: {repository.uris}", f"Suites: {repository.suites}"]
    # A suite that ends in a slash names a flat archive, which has no components.
    lines += [] if repository.suites.endswith("/") else [f"Components: {repository.components}"]
    lines += [f"Signed-By: /etc/apt/keyrings/{name}.asc"] if repository.key else []
    lines += ["Trusted: yes"] if repository.trusted else []
    return "\n".join(lines) + "\n"


def unattended_upgrades(target: Target) -> State:
    """`security`: the distribution's security fixes by themselves; `off`: nothing by itself.

    Never Docker, which would restart under the cloud.
    """
    policy = target.cloud.packages.unattended_upgrades
    switch = "1" if policy == "security" else "0"
    lines = [
        f'APT::Periodic::Update-Package-Lists "{switch}";',
        f'APT::Periodic::Unattended-Upgrade "{switch}";',
        'Unattended-Upgrade::Package-Blacklist { "docker"; "containerd"; "openvswitch"; };',
        'Unattended-Upgrade::Automatic-Reboot "false";',
    ]
    state: State = {
        "files": {_UNATTENDED: {"content": "\n".join(lines) + "\n", "mode": "0644"}},
        "effective": {_UNATTENDED: "apt"},
    }
    if policy == "security":
        state["packages"] = {"present": ["unattended-upgrades"]}
    return state


def certificates(target: Target) -> State:
    """The site's own CAs, trusted by the whole host."""
    bundle = target.files.ca_bundle
    return {} if bundle is None else trusted(SITE_CA, "the site's", bundle)
