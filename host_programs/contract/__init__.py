"""What a program on a host and whoever talks to it both know: paths, exit codes, names and keys of files.

A module for each program, and here what holds for all. They are packed into programs, so they import nothing of ours
and nothing heavy.
"""

from __future__ import annotations

EXIT_ERROR = 1
"""Of every program: something could not be done; stderr or the last line says what."""
EXIT_NO_PROGRAM = 127
"""Of a shell: the program is not on the host."""
