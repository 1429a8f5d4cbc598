"""Visits 上门服务."""
