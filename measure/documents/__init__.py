"""Memory over a long document: `python -m measure.documents`."""
