"""A program that ends as one that has crashed."""

raise SystemExit(3)
