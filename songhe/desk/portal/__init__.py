"""Portal 长者与家属."""
