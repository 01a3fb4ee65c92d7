"""The truth, kept outside the landing folder: latent traits, planted effects, oracle audiences, planted faults, lives on the night."""

import csv
import json
from collections.abc import Iterable
from dataclasses import asdict, fields
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from simulator.catalogue import CATEGORIES, channels, edition, handsets, products, uplifts
from simulator.chance import Ints
from simulator.days import NEVER, dates, number_of
from simulator.delivery import Landing
from simulator.dirt import TRUTH_COLUMNS
from simulator.errors import SimulatorError
from simulator.lives import STATES, Lives, Standing
from simulator.province import Province
from simulator.rendering import coded
from simulator.traits import Traits


def province_in(home: Path) -> Province:
    """Return the province that was simulated into this home. SimulatorError when there is none."""
    stamp = home / "truth" / "province.json"
    if not stamp.exists():
        raise SimulatorError(f"{home} has no simulated province.\n  To mend it: run chudian simulate, or make demo for the whole demo.")
    written = json.loads(stamp.read_text("utf-8"))
    if written.pop("catalogues", None) != edition() or set(written) != {field.name for field in fields(Province)}:
        raise SimulatorError(f"{home} was simulated by another version.\n  To mend it: remove it, then run chudian simulate.")
    days = {name: date.fromisoformat(written[name]) if written[name] else None for name in ("night", "bad_week")}
    return Province(**(written | days | {"faults": tuple((name, share) for name, share in written["faults"])}))


class Truth:
    """Writes `<home>/truth`, chunk by chunk; none of it is ever in the landing folder."""

    def __init__(self, province: Province, home: Path) -> None:
        self.province, self.folder = province, home / "truth"
        self._latent: pq.ParquetWriter | None = None
        self._audiences: dict[str, list[str]] = {"c10": [], "c11": []}

    def claim(self) -> None:
        """Use the folder for this province. SimulatorError when another one was simulated there."""
        stamp = self.folder / "province.json"
        if stamp.exists() and stamp.read_text(encoding="utf-8") != self._stamp():
            other = "of a province with other parameters, or of another version"
            raise SimulatorError(f"{stamp} is {other}; remove {self.folder.parent} or choose another home.")
        (self.folder / "lives").mkdir(parents=True, exist_ok=True)
        stamp.write_text(self._stamp(), encoding="utf-8")
        effects = {name: {"least_sensitive": of.least, "most_sensitive": of.most} for name, of in uplifts().items()}
        (self.folder / "effects.json").write_text(json.dumps(effects, indent=2) + "\n", encoding="utf-8")

    def check(self) -> None:
        """Raise SimulatorError unless exactly this province was simulated here."""
        stamp = self.folder / "province.json"
        if not stamp.exists() or stamp.read_text(encoding="utf-8") != self._stamp():
            raise SimulatorError(f"{stamp} is not of this province: run simulate with the same parameters into the same home first.")

    def _stamp(self) -> str:
        return json.dumps({**asdict(self.province), "catalogues": edition()}, default=str, indent=2) + "\n"

    def lives_path(self, part: int) -> Path:
        """Return the path of a chunk's lives on the night."""
        return self.folder / "lives" / f"{part:03d}.npz"

    def add(self, part: int, traits: Traits, lives: Lives, standing: Standing, liked: Ints) -> None:
        """Store a chunk as it is at the end of the night."""
        lives.save(self.lives_path(part))
        table = _latent_table(traits, lives, standing, liked, number_of(self.province.night))
        if self._latent is None:
            self._latent = pq.ParquetWriter(self.folder / "latent_traits.parquet", table.schema)
        self._latent.write_table(table)
        here = (traits.entry <= number_of(self.province.night)) & ~standing.terminal
        no_plan = (lives.data_plan < 0) & ~traits.has_base_allowance
        self._audiences["c10"] += traits.user_id[here & no_plan & (lives.settled_fee > 0)].astype(str).tolist()
        self._audiences["c11"] += traits.user_id[here & (lives.idle_pack < 0) & (lives.bill_idle_bytes > 0)].astype(str).tolist()

    def add_contacts(self, day: date, part: int, contacts: pa.Table) -> None:
        """Store what happened to a chunk's list rows on a day after the night, with the planted effect of each."""
        folder = self.folder / "contacts"
        folder.mkdir(exist_ok=True)
        pq.write_table(contacts, folder / f"{day:%Y%m%d}_{part:03d}.parquet")

    def close(self) -> None:
        """Write what is known only when all chunks are done."""
        if self._latent is not None:
            self._latent.close()
        for scenario, users in self._audiences.items():
            (self.folder / f"audience_{scenario}.csv").write_text("\n".join(["user_id", *sorted(users)]) + "\n", encoding="utf-8")

    def write_faults(self, landing: Landing, day: date | None = None) -> None:
        """Write the faulty rows and the soiled deliveries of the history, or of one later day into its own files."""
        rows = [(fault.feed, fault.file, f"{fault.line}", fault.kind) for fault in landing.planted]
        self._write("planted_faults", day, ("feed", "file", "line", "kind"), rows)
        if self.province.faults:
            self._write("planted_dirt", day, TRUTH_COLUMNS, [soiled.told for soiled in landing.soiled])

    def has_lived(self, day: date) -> bool:
        """Whether the deliveries of a day after the night are written."""
        return self._file("planted_faults", day).exists()

    def _file(self, name: str, day: date | None) -> Path:
        return self.folder / (f"{name}_{day:%Y%m%d}.csv" if day else f"{name}.csv")

    def _write(self, name: str, day: date | None, columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
        with self._file(name, day).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([columns, *rows])


def _latent_table(traits: Traits, lives: Lives, standing: Standing, liked: Ints, night: int) -> pa.Table:
    kinds = products()
    columns = {
        "user_id": traits.user_id.astype(str),
        "number": traits.number.astype(str),
        "next_number": pa.array(traits.next_number.astype(str), mask=traits.number_change == NEVER),
        "number_change": dates(traits.number_change),
        "entry_date": dates(traits.entry),
        "base_plan": coded(traits.base_plan, kinds["base_plan"].codes).dictionary_decode(),
        "data_plan": coded(lives.data_plan, kinds["data_plan"].codes).dictionary_decode(),
        "idle_pack": coded(lives.idle_pack, kinds["idle_pack"].codes).dictionary_decode(),
        "tac": handsets().tac[traits.handset_on(night)],
        "state": coded(standing.state, STATES).dictionary_decode(),
        "drift_onset": dates(lives.onset),
        "drift_turn": dates(lives.turn),
        "leaves": lives.leaves,
        "price_sensitivity": traits.price_sensitivity,
        "uses_data": traits.data_user,
        "appetite_bytes_per_day": traits.appetite,
        "idle_share": traits.idle_share,
        "talk_s_per_day": traits.talk,
        "messages_per_day": traits.texting,
        "churn_unrest": traits.unrest,
        "liked_channel": coded(liked, channels()).dictionary_decode(),
        "tired": lives.tired,
        "wants_no_contacts_since": dates(lives.refused_on),
    }
    columns |= {f"taste_{name}": traits.tastes[:, k] for k, name in enumerate(CATEGORIES)}
    return pa.table(columns)
