"""No password in anything that is told or kept."""

from __future__ import annotations

from host_programs.kolla_run.censor import censor, clean_event, secrets

DOCUMENT = {
    "database_password": "correct-horse-battery",
    "short": "admin",
    "nothing": None,
    "keystone_ssh_key": {
        "private_key": "-----BEGIN RSA PRIVATE KEY-----\nMIIEabcdefgh\nzyxwvuts==\n-----END RSA PRIVATE KEY-----\n",
        "public_key": "ssh-rsa AAAAB3Nza",
    },
    "quoted": 'with "quotes" and \\ in it',
    "longer": "correct-horse-battery-staple",
    "number": 1234567890,
}


def test_every_long_value_counts_and_each_line_of_a_key() -> None:
    found = secrets(DOCUMENT)
    assert {"correct-horse-battery", "MIIEabcdefgh", "zyxwvuts==", "ssh-rsa AAAAB3Nza", "1234567890"} <= found
    assert "admin" not in found
    assert not any(value.startswith("-----") and "\n" not in value for value in found)


def test_values_are_replaced_wherever_they_stand() -> None:
    clean = censor(secrets(DOCUMENT))
    assert clean("mysql -pcorrect-horse-battery x") == "mysql -p******** x"
    assert clean("a correct-horse-battery-staple b") == "a ******** b"
    assert clean("admin of MIIEabcdefgh") == "admin of ********"
    assert clean(r'{"cmd": "with \"quotes\" and \\ in it"}') == '{"cmd": "********"}'


def test_without_passwords_nothing_changes() -> None:
    assert censor(set())("text") == "text"


def test_an_event_is_cleaned_in_all_its_texts() -> None:
    clean = censor({"correct-horse-battery"})
    event = {"e": "failed", "message": "no: correct-horse-battery", "hosts": 3}
    assert clean_event(event, clean) == {"e": "failed", "message": "no: ********", "hosts": 3}


def test_a_thousand_passwords_are_no_problem() -> None:
    values = {f"password-{number:05}" for number in range(1200)}
    assert censor(values)("x password-00007 y password-01199 z") == "x ******** y ******** z"
