"""Intake 一门式受理."""
