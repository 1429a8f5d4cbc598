"""Catalogue 服务目录."""
