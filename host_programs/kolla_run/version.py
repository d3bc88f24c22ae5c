"""The version of this kolla-run; the bundle replaces it by the checksum of its sources."""

VERSION = "source"
