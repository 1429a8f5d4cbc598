"""Areas 行政区划: the 12-digit code is the path; a subtree is a prefix."""
