"""The demonstration: whom one can be."""
