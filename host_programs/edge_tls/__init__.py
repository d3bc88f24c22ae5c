"""edge-tls: keeps the load balancers' certificates valid, without a connection lost.

Runs as root on the deploy host, by a timer. What is there is looked at first, so a run that was killed is just run again.
"""
