"""vault-boot: founds the vault's cluster exactly once, and hands it over to Pulumi and its operators.

Runs as root on the cluster's first node. Every step looks at what is there, so a run that was killed is just run again.
"""
