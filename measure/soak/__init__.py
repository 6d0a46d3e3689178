"""The long run: many pages with faults among them, and what is written of it."""
