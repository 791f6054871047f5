"""Connections to the database: opened, brought up to date, and their refusals told in sentences."""
