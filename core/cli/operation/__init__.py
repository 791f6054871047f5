"""Commands that run the app and look after its store."""
