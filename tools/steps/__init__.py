"""The steps of the set-up, one module each: what a step reads, what it makes, how."""
