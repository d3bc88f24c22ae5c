"""Kolla's Dockerfiles: read as Docker reads them."""

from __future__ import annotations

from pathlib import Path

import pytest

from images.dockerfile import SYSTEM_PATH, Settings, chain, edited, folders, instructions
from images.errors import ImagesError

BASE = r"""
FROM debian:bookworm
LABEL maintainer="Kolla" name="base"
ENV LANG en_US.UTF-8
ENV KOLLA_BASE_DISTRO=debian \
    KOLLA_BASE_ARCH=x86_64
ENV PS1="$(tput bold)$(hostname)"
RUN echo base
ENTRYPOINT ["dumb-init", "--single-child", "--"]
CMD ["kolla_start"]
"""
OPENSTACK = r"""
FROM kolla/openstack/base:2025.1-debian-bookworm
RUN pip install everything
ENV PATH /var/lib/kolla/venv/bin:$PATH
"""
NOVA = r"""
FROM registry.example:5000/kolla/openstack-base:2025.1
ARG url=https://example/${LANG}
# a comment
RUN usermod nova \
    # a comment inside

    && mkdir -p /var/lib/nova
COPY extend_start.sh \
     /usr/local/bin/kolla_extend_start
USER nova
"""


@pytest.fixture
def known(tmp_path: Path) -> dict[str, Path]:
    for name, text in {"base": BASE, "openstack-base": OPENSTACK, "nova/nova-api": NOVA}.items():
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "Dockerfile").write_text(text)
    return folders(tmp_path)


def settings(image: str, known: dict[str, Path], roots: tuple[str, ...]) -> Settings:
    found = Settings()
    for each in chain(image, known, roots):
        found = found.after(each)
    return found


def test_continued_lines_are_one_and_comments_are_none(known: dict[str, Path]) -> None:
    words = [(each.word, each.rest) for each in instructions(NOVA, known["nova-api"])]
    assert words[2:4] == [
        ("RUN", "usermod nova && mkdir -p /var/lib/nova"),
        ("COPY", "extend_start.sh /usr/local/bin/kolla_extend_start"),
    ]


def test_of_an_image_that_a_layer_stands_for_only_the_settings_count(known: dict[str, Path]) -> None:
    whole = [each.rest for each in chain("nova-api", known, ()) if each.word == "RUN"]
    assert whole == ["echo base", "pip install everything", "usermod nova && mkdir -p /var/lib/nova"]
    own = [each.rest for each in chain("nova-api", known, ("base", "openstack-base")) if each.word == "RUN"]
    assert own == ["usermod nova && mkdir -p /var/lib/nova"]


def test_settings_come_from_the_whole_chain(known: dict[str, Path]) -> None:
    found = settings("nova-api", known, ("base", "openstack-base"))
    assert found.env == {
        "PATH": f"/var/lib/kolla/venv/bin:{SYSTEM_PATH}",
        "LANG": "en_US.UTF-8",
        "KOLLA_BASE_DISTRO": "debian",
        "KOLLA_BASE_ARCH": "x86_64",
        "PS1": "$(tput bold)$(hostname)",
    }
    assert found.arguments == {"url": "https://example/en_US.UTF-8"}
    assert (found.user, found.entrypoint, found.command) == (
        "nova",
        ("dumb-init", "--single-child", "--"),
        ("kolla_start",),
    )


def test_image_that_kolla_lacks_is_named(known: dict[str, Path]) -> None:
    with pytest.raises(ImagesError, match=r"^nova-cpu: this version of Kolla has no image of this name$"):
        chain("nova-cpu", known, ())


def test_unknown_instruction_is_not_passed_over(tmp_path: Path) -> None:
    with pytest.raises(ImagesError, match="HEALTHCHECK: not an instruction that is known here"):
        instructions("FROM base\nHEALTHCHECK CMD true\n", tmp_path)


def test_edits_note_which_of_them_were_needed() -> None:
    used: set[str] = set()
    assert edited("ln -s a b && cp c d", {"ln -s": "ln -sfn", "mv": "cp"}, used) == "ln -sfn a b && cp c d"
    assert used == {"ln -s"}
