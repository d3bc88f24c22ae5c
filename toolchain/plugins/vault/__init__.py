"""The `vault` provider: what is declared in a Vault or OpenBao, through its HTTP API."""
