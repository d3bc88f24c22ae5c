"""Where secrets and keys of a host's plan are, and how apt reaches a private mirror."""

from __future__ import annotations

from components.host_prep.plan import plan_hosts
from components.state import canonical
from tests.unit.components.host_plans import plans
from tests.unit.components.support import DEPLOY_KEY, Raw, cloud, files

CANARY = "canary-5f1c"
CA = "-----BEGIN CERTIFICATE-----\nTHE-SITES-CA\n-----END CERTIFICATE-----\n"


def with_secrets(raw: Raw) -> None:
    raw["packages"] |= {
        "mirror": "https://mirror.example.com/ubuntu",
        "credentials": [{"machine": "mirror.example.com", "login": "cloud", "password": f"{CANARY}-login"}],
        "proxy": {"http": f"http://u:{CANARY}@proxy:3128", "https": f"http://u:{CANARY}@proxy:3128"}
        | {"noProxy": ["10.10.10.0/24", ".mirror.example.com", "mirror.example.com"]},
        "pypiIndex": "https://mirror.example.com/pypi",
    }


def test_secrets_are_never_in_a_state_that_anybody_may_read() -> None:
    for plan in plan_hosts(cloud("prod", with_secrets), files(CA)).values():
        assert plan.sources is not None
        assert plan.secrets is not None
        assert CANARY in canonical(plan.sources)
        for state in (plan.base, plan.network):
            assert CANARY not in canonical(state)
            assert "PRIVATE KEY" not in canonical(state)
        for state in (plan.sources, plan.secrets):
            for path, file in state["files"].items():
                if CANARY in file["content"] or "PRIVATE KEY" in file["content"]:
                    assert (file["mode"], file["sensitive"]) == ("0600", True), path


def test_no_secret_is_shown_with_the_plan() -> None:
    shown = repr(plan_hosts(cloud("prod", with_secrets), files(CA)))
    assert CANARY not in shown
    assert "PRIVATE KEY" not in shown


def test_apt_can_reach_a_private_mirror_before_the_first_package() -> None:
    sources = plan_hosts(cloud("prod", with_secrets), files(CA))["ctl01"].sources
    assert sources is not None
    assert sources["files"]["/etc/apt/openstack-cloud-ca.pem"]["content"] == CA
    assert 'https::mirror.example.com::CAInfo "/etc/apt/openstack-cloud-ca.pem"' in str(sources["files"])
    assert 'Acquire::https::Proxy::mirror.example.com "DIRECT"' in str(sources["files"])
    assert "10.10.10.0/24" not in str(sources["files"])
    assert "machine mirror.example.com login cloud password" in str(sources["files"])


def test_a_mirror_replaces_the_distributions_sources() -> None:
    apt = plans("lab")["ctl01"].base["apt"]
    assert apt["exclusive"] is True
    assert apt["sources"]["cloud"].count("Types: deb\n") == 2
    assert "Suites: bookworm-security" in apt["sources"]["cloud"]
    assert "apt" not in plans("prod")["ctl01"].base


def test_only_the_deploy_host_has_the_deploy_key_and_it_is_accepted_from_there_alone() -> None:
    found = plans("prod")
    assert [name for name, plan in found.items() if plan.secrets] == ["deploy"]
    secrets = found["deploy"].secrets
    assert secrets is not None
    assert DEPLOY_KEY in [file["content"] for file in secrets["files"].values()]
    for plan in found.values():
        (line,) = plan.base["users"]["kolla"]["authorized_keys"]
        assert line.startswith('from="10.10.10.5" ssh-ed25519 ')


def test_the_deploy_host_knows_every_hosts_key() -> None:
    known = plans("prod")["deploy"].base["files"]["/etc/ssh/ssh_known_hosts_cloud"]["content"]
    assert len(known.splitlines()) == len(cloud("prod").active())
    assert known.startswith("ctl01.cloud.example.com,ctl01,10.10.10.11 ssh-ed25519 ")
