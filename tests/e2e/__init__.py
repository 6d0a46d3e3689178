"""The tests that run in Chromium, and the two scripts that run Python for them."""
