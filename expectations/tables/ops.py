"""The system's own records: loads, quarantined rows, runs, publications."""

from expectations.checks import NOT_NULL, at_least, one_of
from expectations.columns import LOAD_ID
from expectations.contract import FEED, KNOWN_ON, YEAR_KEPT_DAYS, Column, Table

LOAD_STATES = ("loaded", "duplicate", "refused", "held")

OPS_LOAD = Table(
    name="ops.load",
    owner="platform",
    comment="One row per load: a scope's rows of one event date, as a night saw them. Only loads with the state loaded are read.",
    key=("known_on", "scope", "data_date", "event_date", "sequence"),
    log_of=("feed",),
    columns=(
        FEED,
        KNOWN_ON,
        Column("scope", "string", "The city or channel by which the operator splits the feed; empty if it is not split.", (NOT_NULL,)),
        Column("event_date", "date", "The day or month that the rows are about.", (NOT_NULL,)),
        Column("data_date", "date", "Data date in the file name; differs from event_date in a delivery of several days.", (NOT_NULL,)),
        Column("sequence", "int", "Sequence in the file name; a higher one corrects a lower one.", (NOT_NULL,)),
        LOAD_ID,
        Column("state", "string", "Result of the delivery.", (NOT_NULL, one_of(*LOAD_STATES))),
        Column("reason", "string", "Why it was refused, held or not loaded.", null_means="it was loaded"),
        Column("files", "int", "Part files.", (NOT_NULL,)),
        Column("rows_delivered", "bigint", "Rows in the part files.", null_means="the files could not be read"),
        Column("rows_loaded", "bigint", "Rows published.", (NOT_NULL,)),
        Column("rows_quarantined", "bigint", "Rows not loaded, including all rows of a refused or held delivery.", (NOT_NULL,)),
        Column("rows_forgotten", "bigint", "Rows of people who were forgotten.", null_means="loaded by an earlier version: none"),
    ),
)

OPS_QUARANTINE = Table(
    name="ops.quarantine",
    kept_days=YEAR_KEPT_DAYS,
    owner="platform",
    comment="One row per quarantined row, with all its reasons; its text is in vault.quarantine.",
    key=("load_id", "file", "line"),
    log_of=("feed", "known_on"),
    columns=(
        FEED,
        KNOWN_ON,
        LOAD_ID,
        Column("file", "string", "Part file.", (NOT_NULL,)),
        Column("line", "bigint", "Line in the part file, counted from 1.", (NOT_NULL,)),
        Column("reasons", "array<string>", "Every reason, without any value of the row.", (NOT_NULL,)),
        Column(
            "code",
            "string",
            "In a catalogue: code of the product, resource, channel or county of the row.",
            null_means="the feed is no catalogue, or the code cannot be read",
        ),
    ),
)

OPS_UNHELD = Table(
    name="ops.unheld",
    owner="platform",
    comment=(
        "One row per load with events of numbers that nobody held on the event's day. These events stay in the fact that was delivered, "
        "and are in no row of the fact that was made from it."
    ),
    key=("event_date", "known_on", "feed", "load_id"),
    log_of=("table_name",),
    columns=(
        Column("table_name", "string", "The fact of subscribers that the events are missing from.", (NOT_NULL,)),
        Column("event_date", "date", "The day of the events.", (NOT_NULL,)),
        KNOWN_ON,
        FEED,
        LOAD_ID,
        Column("rows_loaded", "bigint", "Events of the load.", (NOT_NULL,)),
        Column("rows_unheld", "bigint", "Those of them whose number nobody held that day.", (NOT_NULL, at_least(1))),
    ),
)

OPS_PASSPORT = Table(
    name="ops.passport",
    kept_days=YEAR_KEPT_DAYS,
    owner="platform",
    comment="One row per load and column: how its values are distributed, without any value that may be personal.",
    key=("load_id", "column"),
    log_of=("feed", "known_on"),
    columns=(
        FEED,
        KNOWN_ON,
        Column("scope", "string", "As in ops.load.", (NOT_NULL,)),
        Column("event_date", "date", "The day or month that the rows are about.", (NOT_NULL,)),
        LOAD_ID,
        Column("column", "string", "Column of the feed's table.", (NOT_NULL,)),
        Column("rows", "bigint", "Rows looked at: all good rows, of a very large delivery some.", (NOT_NULL,)),
        Column("nulls", "bigint", "Rows without a value.", (NOT_NULL,)),
        Column("distinct", "bigint", "Distinct values.", null_means="the column is a set"),
        Column("bins", "string", "JSON, rows by code, year, hour or power of two; empty for tokens and free text.", (NOT_NULL,)),
    ),
)

OPS_TAG_PROFILE = Table(
    name="ops.tag_profile",
    kept_days=YEAR_KEPT_DAYS,
    owner="platform",
    comment="One row per night and column of the customer record: how its values are distributed, and whether they may be used.",
    key=("tag",),
    log_of=("business_date",),
    columns=(
        Column("business_date", "date", "The night.", (NOT_NULL,)),
        Column("tag", "string", "A tag, or a column of BOSS and CRM.", (NOT_NULL,)),
        Column("car_run", "string", "The run that published the customer record that was looked at.", (NOT_NULL,)),
        Column("rows", "bigint", "Rows of the customer record.", (NOT_NULL,)),
        Column("seen", "bigint", "Rows looked at: all, of a very large customer record some.", (NOT_NULL,)),
        Column("nulls", "bigint", "Rows without a value, of those looked at.", (NOT_NULL,)),
        Column("distinct", "bigint", "Distinct values.", null_means="the values are counted by group, or the column is a set"),
        Column("bins", "string", "JSON, values by code, year or power of two; empty for text that is no code.", (NOT_NULL,)),
        Column("usual_nulls", "double", "Share of nulls in the last 28 nights.", null_means="no night to compare with"),
        Column("psi", "double", "Population stability index against the last 28 nights.", null_means="no night to compare with"),
        Column("state", "string", "The verdict; new: not enough nights to compare with.", (NOT_NULL, one_of("good", "new", "bad"))),
        Column("reasons", "array<string>", "Why it is new or bad.", (NOT_NULL,)),
    ),
)

OPS_TAG_ACCEPTED = Table(
    name="ops.tag_accepted",
    owner="platform",
    comment="One row per tag that somebody accepted as it is: from that night on it is compared with nights from then on alone.",
    key=(),
    log_of=("from_date",),
    columns=(
        Column("tag", "string", "A tag, or a column of BOSS and CRM.", (NOT_NULL,)),
        Column("from_date", "date", "The first night that counts.", (NOT_NULL,)),
        Column("reason", "string", "Why it is right.", (NOT_NULL,)),
        Column("who", "string", "The user who accepted it.", (NOT_NULL,)),
        Column("accepted_at", "timestamp", "When.", (NOT_NULL,)),
    ),
)

OPS_RELEASE = Table(
    name="ops.release",
    owner="platform",
    comment="One row per held load that somebody released: this content is loaded whatever its number of rows.",
    key=("load_id",),
    log_of=("feed",),
    columns=(
        FEED,
        Column("event_date", "date", "The day or month that the rows are about.", (NOT_NULL,)),
        LOAD_ID,
        Column("rows_delivered", "bigint", "Rows in the part files.", (NOT_NULL,)),
        Column("released_at", "timestamp", "When it was released.", (NOT_NULL,)),
    ),
)

OPS_RUN = Table(
    name="ops.run",
    owner="platform",
    comment="One row per run of a job: what it wrote, how long it took, how it ended.",
    key=("run_id",),
    log_of=("business_date",),
    columns=(
        Column("run_id", "string", "A new one for each run.", (NOT_NULL,)),
        Column("job", "string", "The job's name.", (NOT_NULL,)),
        Column("business_date", "date", "The night.", (NOT_NULL,)),
        Column("from_date", "date", "First night of a range loaded in one pass; otherwise the night itself.", (NOT_NULL,)),
        Column("started_at", "timestamp", "When it began; the newest run of a job for a night counts.", (NOT_NULL,)),
        Column("state", "string", "How it ended.", (NOT_NULL, one_of("done", "failed", "slipped"))),
        Column("rows", "bigint", "Rows published.", null_means="it published no table"),
        Column(
            "profile",
            "string",
            "JSON, per published table and column: nulls and, for numbers and flags, the mean; logs have none.",
            null_means="it published no table",
        ),
        Column(
            "warnings",
            "array<string>",
            "Broken rules of severity warn of the tables it published; for a receive job also deliveries that earlier nights lack.",
            null_means="the record is older than this column",
        ),
        Column("seconds", "double", "Wall time.", (NOT_NULL,)),
        Column("error", "string", "The error's text.", null_means="none"),
        Column("code_version", "string", "Commit of the code.", null_means="not run from a checkout"),
    ),
)

OPS_PIN = Table(
    name="ops.pin",
    owner="platform",
    comment="One row per business date and model: the version that scored, also used when the date runs again.",
    key=("model",),
    log_of=("business_date",),
    columns=(
        Column("business_date", "date", "The night.", (NOT_NULL,)),
        Column("model", "string", "The model's name.", (NOT_NULL,)),
        Column("version", "string", "Its version in the registry.", (NOT_NULL,)),
    ),
)

OPS_PUBLICATION = Table(
    name="ops.publication",
    owner="platform",
    comment="One row per partition that a run published, with or without rows. The newest row of a partition counts.",
    key=(),
    log_of=("table_name",),
    columns=(
        Column("table_name", "string", "The table.", (NOT_NULL,)),
        Column("business_date", "date", "The night that published; for a snapshot also its partition.", (NOT_NULL,)),
        Column("event_date", "date", "Event date of a fact's partition.", null_means="the table is a snapshot"),
        Column("known_on", "date", "The night that first saw the delivery of a fact's partition.", null_means="the table is a snapshot"),
        Column("feed", "string", "The feed of a fact's partition.", null_means="the table is a snapshot"),
        Column("rows", "bigint", "Rows published; zero means that the partition was made and is empty.", (NOT_NULL,)),
        Column("loads", "array<string>", "Loads that a fact's partition was made from.", null_means="the table is a snapshot"),
        Column("state_of", "string", "Hash of the loads that a state was made from.", null_means="the snapshot is no state"),
        Column(
            "lacks",
            "array<string>",
            "Reads that a snapshot was made without; for the CAR, families.",
            null_means="the table is a fact, or the record is older than this column",
        ),
        Column("job", "string", "The job.", (NOT_NULL,)),
        Column("run_id", "string", "The run.", (NOT_NULL,)),
        Column("published_at", "timestamp", "When it was committed.", (NOT_NULL,)),
    ),
)
