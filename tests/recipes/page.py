"""A page as something that can be done: its code blocks, in order, applied to a copy of the checkout.

What a block does stands behind its language: `file=PATH` is the whole file, `append=PATH` goes to the file's end below two blank lines,
`edit=PATH` is a diff without line numbers whose old lines must stand there once, `run` is a command that succeeds (`run fails`: that does
not), and `says` are lines that the command before printed, in that order; how they were broken and framed is not compared.
"""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from tests.house.sources import ROOT, files

_BLOCK = re.compile(r"^```(\w+)(?: ([^\n]*))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_STEP = re.compile(r"^## (\d+)\. ", re.MULTILINE)
_FRAME = re.compile("[\\s┃│━─┏┓┗┛┡┩├┤┼└┘┴┬╇]+")


@dataclass(frozen=True)
class Block:
    """A code block of a page: `does` is one of file, append, edit, run, says or empty, `target` a path or `fails`."""

    does: str
    target: str
    text: str


@dataclass(frozen=True)
class Page:
    """A recipe."""

    path: Path

    @property
    def text(self) -> str:
        return self.path.read_text("utf-8")

    @property
    def steps(self) -> list[int]:
        """The numbers of its steps."""
        return [int(number) for number in _STEP.findall(self.text)]

    @property
    def blocks(self) -> list[Block]:
        return [_block(info, text) for _, info, text in _BLOCK.findall(self.text)]


def _block(info: str, text: str) -> Block:
    does, _, target = info.partition("=" if "=" in info else " ")
    return Block(does, target, text)


@dataclass
class Checkout:
    """A copy of the checkout with an environment beside it, and what was last printed in it."""

    folder: Path
    told: str = ""
    written: list[str] = field(default_factory=list)

    @classmethod
    def at(cls, folder: Path) -> "Checkout":
        """Every file that git knows or would take; the environment is the one in use."""
        for path in files():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / path, folder / path)
        (folder / ".venv").symlink_to(sys.prefix)
        return cls(folder)

    def do(self, block: Block) -> None:
        """Do what the block says; what does not fit fails."""
        {"file": self._write, "append": self._append, "edit": self._edit, "run": self._run, "says": self._says}[block.does](block)

    def _write(self, block: Block) -> None:
        (self.folder / block.target).write_text(block.text, "utf-8")
        self.written.append(block.target)

    def _append(self, block: Block) -> None:
        path = self.folder / block.target
        path.write_text(path.read_text("utf-8").rstrip() + "\n\n\n" + block.text.strip() + "\n", "utf-8")
        self.written.append(block.target)

    def _edit(self, block: Block) -> None:
        path = self.folder / block.target
        lines = block.text.splitlines(keepends=True)
        old, new = ("".join(line[1:] for line in lines if line[0] in " " + sign) for sign in "-+")
        text = path.read_text("utf-8")
        assert text.count(old) == 1, f"{block.target} holds {text.count(old)} times:\n{old}"
        path.write_text(text.replace(old, new), "utf-8")
        self.written.append(block.target)

    def _run(self, block: Block) -> None:
        # A wide terminal, and no setting but this copy's own.
        around = {name: value for name, value in os.environ.items() if not name.startswith("CHUDIAN_")}
        around |= {"PYTHONPATH": f"{self.folder}", "COLUMNS": "200"}
        ran = subprocess.run(["bash", "-euo", "pipefail", "-c", block.text], cwd=self.folder, env=around, capture_output=True, text=True)
        self.told = ran.stdout + ran.stderr
        assert (ran.returncode != 0) == (block.target == "fails"), self.told

    def _says(self, block: Block) -> None:
        told, at = _FRAME.sub(" ", self.told), 0
        for line in block.text.splitlines():
            found = told.find(_FRAME.sub(" ", line.strip()), at)
            assert found >= 0, f"{line!r} is not told, or not at this place, in:\n{self.told}"
            at = found
