"""The parts of a closing package: each file by its own builder, written straight into one archive."""
