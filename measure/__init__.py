"""Programs that measure the engine and its tests."""
