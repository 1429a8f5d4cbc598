"""Indicators 指标."""
