"""The `command` provider: `command:remote:Command`, `command:remote:CopyToRemote`, `command:local:Command`."""
