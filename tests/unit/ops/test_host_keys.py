"""`make host-keys`: nothing is trusted that nobody compared."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from ops import access
from ops.access import Target
from ops.host_keys import Row, conclude, judge, known_hosts, render, save, scan
from ops.stack import StackError
from tests.unit.ops.fake_host import FakeHost, operator, serving

OLD, NEW = (access.public_text(operator()) for _ in range(2))


def target(name: str = "ctl01", key: str = "", port: int = 22) -> Target:
    return Target(name, "10.0.0.1", key, port)


@pytest.mark.parametrize(
    ("known", "offered", "accepted", "state"),
    [
        ("", NEW, (), "new"),
        (OLD, OLD, (), "known"),
        (OLD, NEW, (), "CHANGED"),
        (OLD, NEW, ("ctl02",), "CHANGED"),
        (OLD, NEW, ("ctl01",), "accepted"),
    ],
    ids=["unknown host", "same key", "other key", "another host's is accepted", "its own is accepted"],
)
def test_a_key_is_judged_by_what_the_stack_knows(
    known: str, offered: str, accepted: tuple[str, ...], state: str
) -> None:
    assert judge(target(key=known), offered, accepted).state == state


@pytest.mark.parametrize(
    ("state", "written", "code", "says"),
    [
        ("known", False, 0, "all known"),
        ("new", False, 3, "not trusted yet"),
        ("new", True, 0, "written"),
        ("CHANGED", False, 3, "--accept-changed ctl01"),
        ("CHANGED", True, 3, "--accept-changed ctl01"),
        ("accepted", False, 3, ""),
        ("accepted", True, 0, "written"),
        ("unreachable", False, 1, "no answer: ctl01"),
    ],
)
def test_the_exit_code_tells_whether_something_is_left_to_compare(
    state: str, written: bool, code: int, says: str
) -> None:
    result = conclude([Row(target(), NEW, state)], written=written)  # type: ignore[arg-type]
    assert result[0] == code
    assert says in result[1]


def test_a_new_key_is_added_and_other_lines_stay() -> None:
    text = known_hosts("# site\nother,10.0.0.9 ssh-rsa AAAA\n", [Row(target(), NEW, "new")])
    assert text == f"# site\nother,10.0.0.9 ssh-rsa AAAA\nctl01,10.0.0.1 {NEW}\n"


def test_a_changed_key_is_not_written() -> None:
    before = f"ctl01,10.0.0.1 {OLD}\n"
    assert known_hosts(before, [Row(target(key=OLD), NEW, "CHANGED")]) == before


def test_an_accepted_key_takes_the_old_one_s_place() -> None:
    before = f"ctl01,10.0.0.1,alias {OLD}\n10.0.0.1 {OLD}\n"
    assert (
        known_hosts(before, [Row(target(key=OLD), NEW, "accepted")]) == f"alias {OLD}\nctl01,10.0.0.1 {NEW}\n"
    )


def test_another_port_is_written_as_openssh_does() -> None:
    assert known_hosts("", [Row(target(port=2222), NEW, "new")]) == f"[ctl01]:2222,[10.0.0.1]:2222 {NEW}\n"


def test_what_is_written_is_what_the_config_reads() -> None:
    from config.site import known_hosts as reader

    entries = reader.parse(known_hosts("", [Row(target(port=2222), NEW, "new")]))
    assert list(reader.lookup(entries, ["ctl01"], 2222).values()) == [NEW]


def test_an_inline_key_is_never_shadowed_by_the_file(tmp_path: Path) -> None:
    path = tmp_path / "known_hosts"
    with pytest.raises(StackError, match="change it there: ctl01"):
        save(path, [Row(target(key=OLD), NEW, "accepted")], {"ctl01"})
    assert not path.exists()


def test_without_a_file_to_write_to_the_field_is_named() -> None:
    with pytest.raises(StackError, match=r"cloud:ssh\.knownHosts"):
        save(None, [Row(target(), NEW, "new")], set())


def test_the_scan_shows_address_fingerprint_and_who_does_not_answer() -> None:
    up = FakeHost()

    async def body() -> list[Row]:
        async with serving({"ctl01": up}, operator()):
            gone = Target("ctl02", "127.0.0.1", "", 1)
            return await scan({"ctl01": up.target, "ctl02": gone}, None, ())

    rows = asyncio.run(body())
    table = render(rows)
    assert [row.state for row in rows] == ["known", "unreachable"]
    assert access.fingerprint(up.target.host_key) in table
    assert "127.0.0.1" in table
    assert up.commands == []
