"""Doors for programs outside: each with its own proof of who calls."""
