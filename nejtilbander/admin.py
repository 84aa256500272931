"""The admin module that Django discovers: each of these modules registers its own models."""

from nejtilbander.editorial import audit_trail, images, notices, redirects, users

__all__ = ["audit_trail", "images", "notices", "redirects", "users"]
