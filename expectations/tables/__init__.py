"""One file per table contract."""
