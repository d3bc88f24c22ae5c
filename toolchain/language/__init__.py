"""A Python language host for the Pulumi engine, where the official `pulumi-language-python` is not to be had."""
