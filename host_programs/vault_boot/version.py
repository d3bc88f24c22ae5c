"""The version of this vault-boot; the bundle replaces it by the checksum of its sources."""

VERSION = "source"
