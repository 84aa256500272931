"""The site's part of the admin, where Django looks for it: each module registers its own."""

from nejtilbander.editorial import images, notices, redirects, users

__all__ = ["images", "notices", "redirects", "users"]
