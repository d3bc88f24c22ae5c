"""What RabbitMQ's nodes are asked, and told, of quorum queues: expressions of Erlang for `rabbitmqctl eval`.

A member that runs without a queue is an orphan: one whose queue expires while a node is off, as after a long power cut,
leaves that node's behind, and until it is gone nobody can declare a queue of the name (`already_started`).
"""

from __future__ import annotations

_QUEUES_AND_ORPHANS = (
    "Q = [A || A <- rabbit_amqqueue:list(), amqqueue:get_type(A) =:= rabbit_quorum_queue], "
    "K = [element(1, amqqueue:get_pid(A)) || A <- Q], "
    "O = [N || {N, _} <- ra_directory:list_registered(quorum_queues), not lists:member(N, K)], "
)
# `list_queues` has a column for the nodes that classic queues of older releases refuse.
COUNT = (
    f"{_QUEUES_AND_ORPHANS}"
    "{length(Q), length(O), lists:append([rabbit_amqqueue:get_quorum_nodes(A) || A <- Q])}."
)
"""How many queues there are, how many orphans on this node, and the node of each member: what playbooks/observe.py reads."""
END_ORPHANS = f"{_QUEUES_AND_ORPHANS}[ra:force_delete_server(quorum_queues, {{N, node()}}) || N <- O]."
"""On this node."""
