"""Closing months: the operator's of the ledger, a company's of its own; the rows, the runs, the checks' readings, the archive."""
