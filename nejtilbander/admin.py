"""The admin module that Django discovers: each of these modules registers its own models."""

from nejtilbander.editorial import images, notices, redirects, users

__all__ = ["images", "notices", "redirects", "users"]
