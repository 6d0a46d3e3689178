"""Settings of hypothesis, where it is installed: the same examples on every run, and no limit on a busy machine."""

import importlib.util

if importlib.util.find_spec("hypothesis") is not None:
    from hypothesis import settings

    settings.register_profile("project", derandomize=True, deadline=None, database=None, max_examples=100)
    settings.load_profile("project")
