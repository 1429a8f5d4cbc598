"""Agreements 协议."""
