"""Septum without a screen: everything here runs from a script, a test or the command line alike."""
