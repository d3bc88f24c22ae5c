"""The host as hostctl sees it: files below a root prefix, programs, and nothing else.

Plans only use the half that changes nothing (hostctl.reading, and `query`); effects use `write`, `run`, ….
Tests put a fake in its place, or the real one on a temporary root.
"""

# os calls on purpose: pathlib costs a tenth of the time that a whole check may take.
from __future__ import annotations

import os
import subprocess
from typing import Dict, NamedTuple, Optional, Sequence, Tuple

from host_programs.hostctl import atomic, owners
from host_programs.hostctl.errors import HostctlError
from host_programs.hostctl.reading import Reading

# Nothing of the caller's environment decides what a command prints or which program it is.
ENVIRONMENT = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "LC_ALL": "C.UTF-8",
    "DEBIAN_FRONTEND": "noninteractive",
    "SYSTEMD_COLORS": "0",
    "SYSTEMD_PAGER": "",
}
QUERY_SECONDS = 60
RUN_SECONDS = 3600


class Result(NamedTuple):
    """What a program left behind."""

    code: int
    out: str
    err: str


class System(Reading):
    """The real host, or a directory that looks like one (`root`)."""

    # --- looking

    def query(self, argv: Sequence[str], stdin: str = "") -> Result:
        """Run a program that changes nothing; any exit code is an answer. 127: there is no such program."""
        return self._execute(argv, stdin, QUERY_SECONDS, {})

    def scratch(
        self, path: str, content: str, argv: Sequence[str], results: str
    ) -> Tuple[Result, Dict[str, str]]:
        """Run a program on a root of its own that holds one file; return the files it left in `results`.

        The root's path is given to the program as its last argument. Nothing of it stays.
        """
        root = self.real(f"/run/hostctl-scratch.{os.getpid()}")
        os.makedirs(root + os.path.dirname(path), mode=0o700)
        try:
            with open(os.open(root + path, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="utf-8") as file:
                file.write(content)
            result = self.query([*argv, root])
            made = System(root)
            hidden = Result(result.code, result.out, result.err.replace(root, ""))
            return hidden, {name: made.read(f"{results}/{name}") or "" for name in made.names(results)}
        finally:
            atomic.remove_tree(root)

    def way_in(self) -> Optional[str]:
        """The address of this host that the operator's SSH connection came in on; None on a console.

        sudo clears the variable, so it is looked for in the processes above us.
        """
        pid = os.getpid()
        while pid > 1:
            environment = self.read(f"/proc/{pid}/environ") or ""
            for entry in environment.split("\0"):
                if entry.startswith("SSH_CONNECTION="):
                    fields = entry.partition("=")[2].split()
                    return fields[2] if len(fields) == 4 else None
            status = self.read(f"/proc/{pid}/stat") or ""
            fields = status.rpartition(")")[2].split()
            pid = int(fields[1]) if len(fields) > 1 else 0
        return None

    def clock(self) -> float:
        """Seconds that only ever go forward."""
        import time  # noqa: PLC0415

        return time.monotonic()

    def pause(self, seconds: float) -> None:
        """Wait between two looks at something that has a deadline."""
        import time  # noqa: PLC0415

        time.sleep(seconds)

    # --- changing

    def run(
        self,
        argv: Sequence[str],
        item: str,
        stdin: str = "",
        seconds: float = RUN_SECONDS,
        env: Optional[Dict[str, str]] = None,
    ) -> Result:
        """Run a program that changes the host.

        Raises:
            HostctlError: naming `item`, with the end of what the program said, if it fails.
        """
        result = self._execute(argv, stdin, seconds, env or {})
        if result.code != 0:
            lines = [line.strip() for line in (result.err + "\n" + result.out).splitlines() if line.strip()]
            said = " | ".join(line for line in lines if not line.startswith("W: "))[-600:]
            raise HostctlError(item, f"`{' '.join(argv)[:160]}` exited with {result.code}: {said}")
        return result

    def write(self, path: str, content: str, mode: str = "0644", owner: str = "root:root") -> None:
        """Replace a file in one step: complete, with its mode and owner, or not at all."""
        data = content.encode("utf-8", "surrogateescape")
        try:
            atomic.replace(self.real(path), data, int(mode, 8), owners.ids(path, owner))
        except OSError as error:
            raise atomic.explain(path, self.real(path), len(data), error) from error

    def make_dir(self, path: str, mode: str = "0755", owner: str = "root:root") -> None:
        """Make a directory (and its parents), or set the mode and owner of the one that is there."""
        try:
            os.makedirs(self.real(path), exist_ok=True)
            os.chown(self.real(path), *owners.ids(path, owner))
            os.chmod(self.real(path), int(mode, 8))
        except OSError as error:
            raise atomic.explain(path, self.real(path), 0, error) from error

    def poke(self, path: str, value: str) -> None:
        """Write to a file of the kernel (/proc/sys, /sys), in place."""
        with open(self.real(path), "w", encoding="ascii") as file:
            file.write(value + "\n")

    def symlink(self, path: str, target: str) -> None:
        """Make `path` a symbolic link to `target`, in one step."""
        temporary = self.real(f"{path}{atomic.TEMP_MARK}link")
        if os.path.lexists(temporary):
            os.unlink(temporary)
        os.symlink(target, temporary)
        os.rename(temporary, self.real(path))

    def rename(self, path: str, new: str) -> None:
        """Give a file another name in the same filesystem."""
        os.rename(self.real(path), self.real(new))

    def remove(self, path: str) -> None:
        """Remove a file, a link or an empty directory; nothing there is fine."""
        target = self.real(path)
        try:
            if os.path.isdir(target) and not os.path.islink(target):
                os.rmdir(target)
            elif os.path.lexists(target):
                os.unlink(target)
                atomic.sync_folder(os.path.dirname(target))
        except OSError as error:
            raise HostctlError(path, f"cannot be removed: {error.strerror}") from error

    # --- details

    def _execute(self, argv: Sequence[str], stdin: str, seconds: float, env: Dict[str, str]) -> Result:
        try:
            done = subprocess.run(
                list(argv),
                input=stdin.encode("utf-8", "surrogateescape"),
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={**ENVIRONMENT, **env},
                timeout=seconds,
                check=False,
            )
        except FileNotFoundError:
            return Result(127, "", f"{argv[0]}: not found")
        except subprocess.TimeoutExpired:
            return Result(124, "", f"no end after {seconds:.0f} s")
        return Result(done.returncode, _text(done.stdout), _text(done.stderr))


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")
