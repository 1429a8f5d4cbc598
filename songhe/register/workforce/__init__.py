"""Workforce 从业人员."""
