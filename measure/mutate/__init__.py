"""Mutation testing: the stages are broken on purpose, one small change at a time, and a test must notice each."""
