"""Wiring: settings, routes, the ASGI application, system checks. Nothing imports this package."""
