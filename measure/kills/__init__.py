"""Kills what works at random moments and looks at the rest: nothing half-written, nothing lost, nothing running."""
