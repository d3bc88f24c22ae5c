"""Public halves come out of private keys as ssh-keygen gives them, and errors never show a key."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import asyncssh
import pytest

from components.keys import public_key, read_private_key, shortest
from config.model.text_source import SecretSource
from tests.unit.components.support import OPERATOR_KEY
from tests.unit.support import private_key


@pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="ssh-keygen is not installed")
@pytest.mark.parametrize("kind", ["ed25519", "ecdsa", "rsa"])
def test_public_half_is_the_one_of_ssh_keygen(tmp_path: Path, kind: str) -> None:
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-f", key], check=True, timeout=30)
    assert public_key(key.read_text(), "k") == " ".join(key.with_suffix(".pub").read_text().split()[:2])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "-----BEGIN RSA PRIVATE KEY-----\nSECRET\n-----END RSA PRIVATE KEY-----",
            "convert it .*`ssh-keygen -p",
        ),
        (
            OPERATOR_KEY[:90] + "\n-----END OPENSSH PRIVATE KEY-----",
            "damaged.*create a new one with `ssh-keygen",
        ),
        (private_key("operator", password="SECRET"), "passphrase.*`ssh-keygen -p` removes it"),
        ("SECRET", "is not a private key"),
    ],
    ids=["other format", "cut off", "locked", "no key"],
)
def test_what_is_no_key_is_named_with_what_to_do_and_not_shown(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=rf"cloud:ssh\.key: .*{said}") as error:
        public_key(text, "ssh.key")
    assert "SECRET" not in str(error.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"cloud:ssh\.key\.file: .*/none: No such file"):
        read_private_key(SecretSource(file=tmp_path / "none"), "ssh.key")


def test_a_key_ends_in_one_newline_because_openssh_insists() -> None:
    assert read_private_key(SecretSource.model_validate({"secret": "KEY\n\n"}), "k") == "KEY\n"


@pytest.mark.parametrize(
    ("kind", "at_most"), [("ssh-ed25519", 119), ("ecdsa-sha2-nistp256", 241), ("ssh-rsa", None)]
)
def test_the_shortest_form_is_the_same_key(kind: str, at_most: int | None) -> None:
    key = asyncssh.generate_private_key(kind)
    text = key.export_private_key().decode()
    short = shortest(text)
    assert asyncssh.import_private_key(short).public_data == key.public_data
    assert len(short) <= (at_most or len(text))


def test_a_key_in_another_format_stays_as_it_is() -> None:
    text = asyncssh.generate_private_key("ssh-rsa").export_private_key("pkcs1-pem").decode()
    assert shortest(text) == text
