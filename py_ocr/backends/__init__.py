"""Where models run: the policy that chooses, and the adapters of the two runtimes."""
