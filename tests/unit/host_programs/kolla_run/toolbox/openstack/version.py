"""The SDK's version, which `import openstack` alone does not import."""

__version__ = "4.17.0"
