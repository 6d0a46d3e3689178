"""`npm run bench`: time by stage, cold start, transfer and memory, in the browser and natively.

Contenders are warm at the same time and take turns on every image, so that what else the machine does slows all of
them alike: ratios can be trusted where milliseconds cannot.
"""
