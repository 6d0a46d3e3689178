"""The systems that are compared: ours in both runtimes, and others."""
