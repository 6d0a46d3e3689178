"""Where models run: choosing, checking and falling back; the adapters of each runtime."""
