"""Cases 办件: one page for every kind of case, drawn from its process table."""
