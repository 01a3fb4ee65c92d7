"""Folders and files below a path or an object-store URI, through Arrow's file systems."""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyarrow.fs import FileSystem


def uri_of(place: str) -> str:
    """Return the place as a URI; a local path may contain any character."""
    return place if "://" in place else Path(place).as_uri()


@lru_cache(maxsize=8)
def _store(root: str) -> "FileSystem":
    from pyarrow.fs import FileSystem

    return FileSystem.from_uri(root)[0]


def opened(place: str) -> "tuple[FileSystem, str]":
    """Return the file system of a place, and the place's path in it."""
    if "://" not in place:
        return _store("file:///"), place
    scheme, _, rest = place.partition("://")
    return _store(f"{scheme}://{rest.split('/', 1)[0]}"), rest


def files_below(place: str) -> Iterator[tuple[str, int]]:
    """Return (path relative to the place, bytes) of every file below it, in order; empty when the place does not exist."""
    from pyarrow.fs import FileSelector

    store, path = opened(place)
    found = store.get_file_info(FileSelector(path, allow_not_found=True, recursive=True))
    for info in sorted(found, key=lambda info: info.path):
        if info.is_file:
            yield info.path[len(path) :].lstrip("/"), info.size


def folders_in(place: str) -> list[str]:
    """Return the names of the folders directly in the place."""
    from pyarrow.fs import FileSelector, FileType

    store, path = opened(place)
    found = store.get_file_info(FileSelector(path, allow_not_found=True))
    return sorted(info.base_name for info in found if info.type == FileType.Directory)


def remove(place: str) -> None:
    """Remove a folder with its content. It is no error if the folder does not exist."""
    store, path = opened(place)
    store.delete_dir_contents(path, missing_dir_ok=True)
    if store.get_file_info(path).type.name != "NotFound":
        store.delete_dir(path)


def remove_file(place: str) -> None:
    """Remove one file."""
    store, path = opened(place)
    store.delete_file(path)
