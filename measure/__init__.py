"""Measuring the engine: the headless driver, the benchmark, the comparison of backends, accuracy on labelled images.

`measure/figures` holds what was measured and the documents are made from. Needs the development requirements.
"""
