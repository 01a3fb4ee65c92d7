"""A channel that looks at the outbox again and again, in a process of its own, with the reader that its engineer was given.

    python -m tests.night.polling OUTBOX SEEN

adds to SEEN, once, a line for each different content that the reader gave for a list, until the file SEEN.stop exists.
"""

import hashlib
import json
import sys
from pathlib import Path

from expectations.list_reader import ListError, read_list


def versions(outbox: Path) -> set[tuple[str, str]]:
    """Each list that can be read now, with a hash of the rows that the reader gives for it."""
    found: set[tuple[str, str]] = set()
    try:
        folders = [ok.parent for ok in outbox.glob("*/*/*/*/.ok")]
    except FileNotFoundError:
        # A folder in which files are written may go while the outbox is listed. The next look is complete.
        return found
    for folder in folders:
        try:
            rows = [json.dumps(row) for row in read_list(folder)]
        except (ListError, OSError):
            # It is being written. A channel looks again later.
            continue
        found.add((str(folder.relative_to(outbox)), hashlib.sha256("\n".join(rows).encode()).hexdigest()))
    return found


def main(outbox: Path, seen: Path) -> None:
    known: set[tuple[str, str]] = set()
    with seen.open("a") as lines:
        while not seen.with_name(f"{seen.name}.stop").exists():
            for version in sorted(versions(outbox) - known):
                known.add(version)
                lines.write(json.dumps(version) + "\n")
                lines.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
