"""Cases 办件."""
