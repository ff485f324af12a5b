-- The whole schema of this version, for a database that begins with it. The steps from older versions stand in
-- upgrades/versions; a test proves that both ways end in the same tables.

CREATE TABLE alembic_version (
    version_num VARCHAR(32) NOT NULL,
    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);

-- What belongs to this data directory: its secrets.
CREATE TABLE meta (
    name TEXT NOT NULL PRIMARY KEY,
    value BLOB NOT NULL
) WITHOUT ROWID;

-- One row for each conversation. Its events have the seqs from first_seq without holes, so the head is the last
-- event's seq, or first_seq - 1 when retention took them all: it is not written a second time with each message.
CREATE TABLE log (
    no INTEGER NOT NULL PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    state_head INTEGER NOT NULL DEFAULT 0,
    first_seq INTEGER NOT NULL DEFAULT 1
);

-- The private conversations of the second of the two; those of the first begin with its id.
CREATE INDEX log_pair ON log (substr(id, instr(id, ':') + 1)) WHERE instr(id, ':') > 0;

-- Time never runs back within a log and seqs have no holes: a moment is found by halving (pages.py). An index by time
-- would cost a third of the speed over many logs.
CREATE TABLE event (
    log_no INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    msgid TEXT NOT NULL,
    kind TEXT NOT NULL,
    version INTEGER NOT NULL,
    actor TEXT NOT NULL,
    nonce TEXT,
    data TEXT NOT NULL,
    PRIMARY KEY (log_no, seq)
);

CREATE UNIQUE INDEX event_nonce ON event (log_no, nonce) WHERE nonce IS NOT NULL;

-- A page of messages must not walk through the ten thousand joins that follow a restart: these are the parts of a log,
-- of 64 places each, that have messages or what was done to them. An index of all messages would be one more B-tree to
-- write for each.
CREATE TABLE message_span (
    log_no INTEGER NOT NULL,
    span INTEGER NOT NULL,
    PRIMARY KEY (log_no, span)
) WITHOUT ROWID;

-- A msgid begins with the time of its event, by which it is found (log/places.py). These are the exceptions.
CREATE TABLE untimed_msgid (
    msgid TEXT NOT NULL,
    log_no INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (msgid, log_no, seq)
) WITHOUT ROWID;

-- The reactions that stand: of which message, by whom, what, and where in the log.
CREATE TABLE reaction (
    log_no INTEGER NOT NULL,
    target INTEGER NOT NULL,
    actor TEXT NOT NULL,
    value TEXT NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (log_no, target, actor, value)
) WITHOUT ROWID;

-- What follows is a projection of the events (projection.py); boot reads it instead of them.

CREATE TABLE channel (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    closed_at INTEGER,
    topic TEXT NOT NULL DEFAULT '',
    topic_by TEXT NOT NULL DEFAULT '',
    topic_at INTEGER NOT NULL DEFAULT 0,
    said INTEGER NOT NULL DEFAULT 0,
    visibility TEXT NOT NULL DEFAULT '',
    retention_days INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

CREATE TABLE channel_mode (
    channel TEXT NOT NULL,
    mode TEXT NOT NULL,
    arg TEXT NOT NULL,
    PRIMARY KEY (channel, mode)
) WITHOUT ROWID;

-- account: the id of the account that an entry names; empty for masks and patterns.
CREATE TABLE channel_list (
    channel TEXT NOT NULL,
    mode TEXT NOT NULL,
    mask TEXT NOT NULL,
    set_by TEXT NOT NULL,
    set_at INTEGER NOT NULL,
    account TEXT NOT NULL DEFAULT '',
    until INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (channel, mode, mask)
) WITHOUT ROWID;

CREATE TABLE membership (
    channel TEXT NOT NULL,
    user TEXT NOT NULL,
    nick TEXT NOT NULL,
    username TEXT NOT NULL,
    host TEXT NOT NULL,
    account TEXT NOT NULL,
    modes TEXT NOT NULL,
    joined_at INTEGER NOT NULL,
    since INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (channel, user)
) WITHOUT ROWID;

-- The place in a channel's log at which an account came first.
CREATE TABLE channel_since (
    channel TEXT NOT NULL,
    account TEXT NOT NULL,
    since INTEGER NOT NULL,
    PRIMARY KEY (channel, account)
) WITHOUT ROWID;

-- Registered identities. The ids are for ever.
CREATE TABLE account (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    folded TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    email TEXT NOT NULL DEFAULT '',
    suspended TEXT NOT NULL DEFAULT '',
    settings TEXT NOT NULL DEFAULT '{}'
) WITHOUT ROWID;

-- What proves an account: an Argon2id hash, a SCRAM verifier, fingerprints of certificates.
CREATE TABLE credential (
    account TEXT NOT NULL,
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (account, kind, value)
) WITHOUT ROWID;

CREATE UNIQUE INDEX credential_certificate ON credential (value) WHERE kind = 'certificate';

-- Keys of devices: 256 bits each, of which only the SHA-256 is kept.
CREATE TABLE token (
    hash BLOB NOT NULL PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    account TEXT NOT NULL,
    label TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    used_at INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

CREATE INDEX token_account ON token (account);

-- What was mailed: the end of a registration (its data is the account that waits), a new password.
CREATE TABLE code (
    purpose TEXT NOT NULL,
    folded TEXT NOT NULL,
    hash BLOB NOT NULL,
    expires_at INTEGER NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    data TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (purpose, folded)
) WITHOUT ROWID;

-- Invitations, by the SHA-256 of their secret. Those that are over stay, so that who follows one is told why.
CREATE TABLE invite (
    hash BLOB NOT NULL PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    made_by TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    uses INTEGER NOT NULL,
    channels TEXT NOT NULL,
    role TEXT NOT NULL DEFAULT '',
    used INTEGER NOT NULL DEFAULT 0,
    revoked_at INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

-- Up to where a conversation was read; it only moves forward.
CREATE TABLE marker (
    account TEXT NOT NULL,
    log TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (account, log)
) WITHOUT ROWID;

-- When a device left, so that it can be shown what came since.
CREATE TABLE departure (
    account TEXT NOT NULL,
    device TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (account, device)
) WITHOUT ROWID;

-- Of a registered channel, a projection too: the accounts that have a rank there whenever they come.
CREATE TABLE channel_access (
    channel TEXT NOT NULL,
    account TEXT NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    PRIMARY KEY (channel, account)
) WITHOUT ROWID;

-- Uploads. Their contents lie beside the database, each once, under its digest.
CREATE TABLE file (
    id TEXT NOT NULL PRIMARY KEY,
    digest TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    size INTEGER NOT NULL,
    owner TEXT NOT NULL,
    uploaded_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX file_digest ON file (digest);
CREATE INDEX file_owner ON file (owner, uploaded_at);
CREATE INDEX file_expiry ON file (expires_at) WHERE expires_at > 0;

-- What people told those who look after a channel (its id), or after the server (empty). The numbers are said aloud.
CREATE TABLE report (
    no INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    channel TEXT NOT NULL,
    at INTEGER NOT NULL,
    reporter TEXT NOT NULL,
    about TEXT NOT NULL,
    mask TEXT NOT NULL,
    text TEXT NOT NULL,
    place TEXT NOT NULL,
    quote TEXT NOT NULL,
    msgid TEXT NOT NULL
);

CREATE INDEX report_channel ON report (channel, no);


-- Who may not come in. The numbers are never given again: the audit log names them.
CREATE TABLE ban (
    no INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    what TEXT NOT NULL,
    by TEXT NOT NULL,
    at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    reason TEXT NOT NULL,
    note TEXT NOT NULL,
    UNIQUE (kind, what)
);

-- What operators did.
CREATE TABLE audit (
    no INTEGER NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL,
    by TEXT NOT NULL,
    did TEXT NOT NULL,
    whom TEXT NOT NULL,
    why TEXT NOT NULL
);

-- Who was on from where: the only place where addresses are kept. packed: 16 bytes, so that a network is a range.
CREATE TABLE visit (
    no INTEGER NOT NULL PRIMARY KEY,
    since INTEGER NOT NULL,
    until INTEGER NOT NULL,
    nick TEXT NOT NULL,
    folded TEXT NOT NULL,
    account TEXT NOT NULL,
    address TEXT NOT NULL,
    packed BLOB,
    host TEXT NOT NULL,
    door TEXT NOT NULL,
    via TEXT NOT NULL,
    version TEXT NOT NULL
);

CREATE INDEX visit_folded ON visit (folded);
CREATE INDEX visit_account ON visit (account COLLATE NOCASE) WHERE account != '';
CREATE INDEX visit_packed ON visit (packed);
CREATE INDEX visit_until ON visit (until);
-- What operators have noted about a channel (draft/metadata-3), a projection.
CREATE TABLE channel_metadata (
    channel TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (channel, key)
) WITHOUT ROWID;

-- The names that channels had before and that lead to them still (draft/channel-rename), a projection.
CREATE TABLE channel_former (
    channel TEXT NOT NULL,
    name TEXT NOT NULL COLLATE NOCASE,
    at INTEGER NOT NULL,
    PRIMARY KEY (name)
) WITHOUT ROWID;
CREATE INDEX channel_former_at ON channel_former (at);

-- Hooks. Of an incoming one the SHA-256 of its token; of an outgoing one where it tells, and how far it has.
CREATE TABLE hook (
    id TEXT NOT NULL PRIMARY KEY,
    hash BLOB NOT NULL,
    channel TEXT NOT NULL,
    name TEXT NOT NULL,
    made_by TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    url TEXT NOT NULL DEFAULT '',
    key TEXT NOT NULL DEFAULT '',
    place INTEGER NOT NULL DEFAULT 0,
    off TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;

-- Devices that are told by web push. caps: the shape of what they are told.
CREATE TABLE push (
    endpoint TEXT NOT NULL PRIMARY KEY,
    account TEXT NOT NULL,
    p256dh TEXT NOT NULL,
    auth TEXT NOT NULL,
    caps INTEGER NOT NULL,
    at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX push_account ON push (account);

-- How far pushes have come in the logs in which some were sent lately; the row without a log: in all others. at: in ms
-- since 1970. mark: of LogHeads.moved.
CREATE TABLE push_place (
    log TEXT NOT NULL PRIMARY KEY,
    place INTEGER NOT NULL,
    at INTEGER NOT NULL,
    mark TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;

-- The accounts that are operators of the server. rights: their names, a comma between two.
CREATE TABLE operator (
    account TEXT NOT NULL PRIMARY KEY,
    rights TEXT NOT NULL,
    added_at INTEGER NOT NULL
) WITHOUT ROWID;

-- Messages to be said later and reminders (ports.registry.ScheduledItem). due: in ms since 1970. msgid: of the message that
-- is answered, or that the reminder is about.
CREATE TABLE scheduled (
    id TEXT NOT NULL PRIMARY KEY,
    account TEXT NOT NULL,
    kind TEXT NOT NULL,
    log TEXT NOT NULL,
    target TEXT NOT NULL,
    due INTEGER NOT NULL,
    text TEXT NOT NULL,
    msgid TEXT NOT NULL,
    state TEXT NOT NULL,
    why TEXT NOT NULL,
    told INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX scheduled_account ON scheduled (account);
CREATE INDEX scheduled_due ON scheduled (due) WHERE state = 'waiting';
