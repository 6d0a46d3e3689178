"""Only so that `build_meta` can be imported."""
