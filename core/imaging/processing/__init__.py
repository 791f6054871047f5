"""Between a slice as it was imported and what a network sees: pixel size, brightness, islands."""
