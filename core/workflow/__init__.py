"""The verbs of the app: what pages and the command line call."""
