"""Metrics, logs and alerts (guide §8)."""
