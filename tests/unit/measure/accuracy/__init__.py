"""The logic of the accuracy harness, without the systems and without the labelled images."""
