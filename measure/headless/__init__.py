"""Chromium driven from Python: how it is started, the site it visits, and the page that reads images in it."""
