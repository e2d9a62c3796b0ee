"""Reconciliation: what the provider and the bank say moved, against the postings; what is left over is a break."""
