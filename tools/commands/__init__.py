"""The commands: `npm run X` is `python3 -m tools X`."""
