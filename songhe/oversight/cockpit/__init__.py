"""Cockpit 一屏通."""
