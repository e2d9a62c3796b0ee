"""Contracts: the agreed terms, their wording, their document, seal and evidence."""
