"""Indicators 指标: declared once by each room, measured by day and town, shown with their definition."""
