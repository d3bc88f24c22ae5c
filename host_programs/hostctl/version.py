"""The version of this hostctl; the bundle replaces it by the checksum of its sources."""

VERSION = "source"
