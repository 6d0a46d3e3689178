"""The fuzzer: damages image files by their structure, and reads them natively and in the page."""
