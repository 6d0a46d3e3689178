"""What other libraries answer to the same questions, pinned as JSON."""
