"""The field of an object's address."""

from nejtilbander.publishing.fields import AddressField
from pages.models import Initiative


def test_in_migrations_it_is_the_column_that_it_is_in_the_database():
    name, path, _args, kwargs = Initiative._meta.get_field("slug").deconstruct()
    assert (name, path, kwargs["unique"]) == ("slug", "django.db.models.SlugField", True)
    assert AddressField().deconstruct()[1] == path
