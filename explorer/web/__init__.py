"""Pages: a file a page family, plain functions."""
