"""The version of this edge-tls; the bundle replaces it by the checksum of its sources."""

VERSION = "source"
