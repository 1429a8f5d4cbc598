"""Cockpit 一屏通: six figures, a map, a funnel, what is late; each with a way to the list behind it."""
