"""The resources of the API, one per file; each lists its OPERATIONS."""
