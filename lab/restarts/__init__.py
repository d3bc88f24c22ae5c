"""What changed options restart in the lab's cloud, beside what the plan said."""
