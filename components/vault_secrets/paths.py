"""Where the vault's things are on its hosts."""

from __future__ import annotations

from host_programs.contract.vault_boot import VAULT_SNAPSHOTS, VAULT_TLS_CA, VAULT_TLS_CERTIFICATE

USER = "openbao"
UNIT = "openbao.service"
VENV = "/opt/openbao"
CONFIG_FOLDER = "/etc/openbao"
CONFIG = f"{CONFIG_FOLDER}/openbao.json"
SETTINGS = f"{CONFIG_FOLDER}/boot.json"
"""What vault-boot works from."""
SNAPSHOT_LOGIN = f"{CONFIG_FOLDER}/snapshots.json"
"""With which a node takes snapshots: `role_id`, `secret_id`."""
CA, CERTIFICATE = VAULT_TLS_CA, VAULT_TLS_CERTIFICATE
KEY = f"{CONFIG_FOLDER}/tls/node-key.pem"
STATIC_KEY = f"{CONFIG_FOLDER}/seal.key"
SEAL_TOKEN = f"{CONFIG_FOLDER}/seal.env"
HOME = "/var/lib/openbao"
LOG_FOLDER = "/var/log/openbao"
AUDIT_LOG = f"{LOG_FOLDER}/audit.log"
SNAPSHOTS = VAULT_SNAPSHOTS
SNAPSHOT_UNIT = "openbao-snapshot"
"""Of the service and of its timer."""
