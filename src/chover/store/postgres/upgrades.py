"""The steps from each schema to the next one; the first schema is schema.sql."""

from __future__ import annotations

from typing import Final, NamedTuple


class Step(NamedTuple):
    """An upgrade. It only adds (tables, indexes, columns with a default), so programs of the schema before go on.

    One that those cannot live with is ``incompatible``: they are refused from then on, and have to be stopped before.
    """

    sql: str
    incompatible: bool = False


# The indexes may be there: for some days they were part of schema 1.
_SECOND: Final = """
    -- Which logs have moved is asked once a second.
    CREATE INDEX IF NOT EXISTS log_touched ON log (touched);

    -- What a node needs of a channel in which it has nobody: everything but what is said there.
    CREATE INDEX IF NOT EXISTS event_change ON event (log_no, seq)
        WHERE kind NOT IN ('said', 'tagged', 'marked', 'redacted', 'edited', 'blanked');

    -- What the name of an account looks like (names.skeleton): of two nodes that make accounts alike one succeeds.
    -- Of accounts made by schema 1 it is not known; every node has those in memory.
    ALTER TABLE account ADD COLUMN look TEXT COLLATE "C";
    CREATE UNIQUE INDEX account_look ON account (look);

    -- Nodes that listen ask at once which rows have changed.
    CREATE OR REPLACE FUNCTION note_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO change (kind, key)
        VALUES (TG_TABLE_NAME, to_jsonb(CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END) ->> TG_ARGV[0]);
        NOTIFY chover_change;
        RETURN NULL;
    END $$;

    -- Sessions that a certificate or an SSH key has logged in end with it.
    CREATE TRIGGER changed AFTER DELETE ON credential FOR EACH ROW WHEN (OLD.kind = 'certificate')
        EXECUTE FUNCTION note_change('account');
"""

_THIRD: Final = """
    -- How far pushes have come in the logs in which some were sent lately; the row without a log: in all others. at: in
    -- ms since 1970. mark: of LogHeads.moved.
    CREATE TABLE push_place (
        log TEXT COLLATE "C" NOT NULL PRIMARY KEY,
        place BIGINT NOT NULL,
        at BIGINT NOT NULL,
        mark TEXT NOT NULL DEFAULT ''
    );
"""

# Programs of schema 3 go on with search_entry and search_followed: they find what is indexed there, and the rest in the
# logs. The version after this one may drop these two tables.
_FOURTH: Final = """
    -- The search index: messages of one log that follow each other within a minute are one block, and a word is there
    -- once for all of them. Ids ascend in the order of until_at, the time of a block's last message; reached: the
    -- latest of these up to here. first, last: places in the log.
    CREATE TABLE search_block (
        id BIGINT NOT NULL PRIMARY KEY,
        log_no BIGINT NOT NULL,
        first BIGINT NOT NULL,
        last BIGINT NOT NULL,
        until_at BIGINT NOT NULL,
        reached BIGINT NOT NULL,
        words TSVECTOR NOT NULL,
        UNIQUE (log_no, last)
    ) WITH (autovacuum_vacuum_scale_factor = 0.02);
    CREATE INDEX search_block_reached ON search_block (reached, id);
    CREATE INDEX search_block_words ON search_block USING gin (words);

    -- Up to where a log is in the index.
    CREATE TABLE search_indexed (
        log_no BIGINT NOT NULL PRIMARY KEY,
        seq BIGINT NOT NULL
    ) WITH (fillfactor = 50);
"""

_FIFTH: Final = """
    -- Messages to be said later and reminders (ports.registry.ScheduledItem). due: in ms since 1970. msgid: of the
    -- message that is answered, or that the reminder is about.
    CREATE TABLE scheduled (
        id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
        account TEXT COLLATE "C" NOT NULL,
        kind TEXT COLLATE "C" NOT NULL,
        log TEXT COLLATE "C" NOT NULL,
        target TEXT NOT NULL,
        due BIGINT NOT NULL,
        text TEXT NOT NULL,
        msgid TEXT NOT NULL,
        state TEXT COLLATE "C" NOT NULL,
        why TEXT NOT NULL,
        told BIGINT NOT NULL
    );
    CREATE INDEX scheduled_account ON scheduled (account);
    CREATE INDEX scheduled_due ON scheduled (due) WHERE state = 'waiting';
    CREATE TRIGGER changed AFTER INSERT OR DELETE OR UPDATE ON scheduled FOR EACH ROW
        EXECUTE FUNCTION note_change('account');
"""

_SIXTH: Final = """
    -- When an entry of a channel's list ends, in ms since 1970; 0: never.
    ALTER TABLE channel_list ADD COLUMN until BIGINT NOT NULL DEFAULT 0;
"""

STEPS: Final[tuple[Step, ...]] = (Step(_SECOND), Step(_THIRD), Step(_FOURTH), Step(_FIFTH), Step(_SIXTH))
"""The first brings schema 1 to 2, and so on."""
