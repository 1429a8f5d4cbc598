"""People 长者档案."""
