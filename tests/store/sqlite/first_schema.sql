-- A database of the first schema (revision 0001) with data, as it was then. Frozen: never made again from newer code.
BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE channel (
        id TEXT NOT NULL PRIMARY KEY,
        name TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        closed_at INTEGER,
        topic TEXT NOT NULL DEFAULT '',
        topic_by TEXT NOT NULL DEFAULT '',
        topic_at INTEGER NOT NULL DEFAULT 0,
        said INTEGER NOT NULL DEFAULT 0
    ) WITHOUT ROWID
    ;
INSERT INTO "channel" VALUES('c0b5n1v7q8s9','#tea',1735689661000,NULL,'Tea – and “quotes” 🍵','alice!alice@k3q9x2.cloak',1735689841000,1);
CREATE TABLE channel_list (
        channel TEXT NOT NULL,
        mode TEXT NOT NULL,
        mask TEXT NOT NULL,
        set_by TEXT NOT NULL,
        set_at INTEGER NOT NULL,
        PRIMARY KEY (channel, mode, mask)
    ) WITHOUT ROWID
    ;
INSERT INTO "channel_list" VALUES('c0b5n1v7q8s9','b','bad!*@*','alice!alice@k3q9x2.cloak',1735689901000);
CREATE TABLE channel_mode (
        channel TEXT NOT NULL,
        mode TEXT NOT NULL,
        arg TEXT NOT NULL,
        PRIMARY KEY (channel, mode)
    ) WITHOUT ROWID
    ;
INSERT INTO "channel_mode" VALUES('c0b5n1v7q8s9','n','');
INSERT INTO "channel_mode" VALUES('c0b5n1v7q8s9','t','');
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
    ) WITHOUT ROWID
    ;
INSERT INTO "event" VALUES(1,1,1735689661000,'run1-1-1','opened',1,'a7kq2m9x0c1d',NULL,'["alice","alice","k3q9x2.cloak","alice",{"kind":"opened","name":"#tea","modes":"nt"}]');
INSERT INTO "event" VALUES(1,2,1735689721000,'run1-1-2','joined',1,'a7kq2m9x0c1d',NULL,'["alice","alice","k3q9x2.cloak","alice",{"kind":"joined","modes":"o"}]');
INSERT INTO "event" VALUES(1,3,1735689781000,'run1-1-3','joined',1,'g4w8r5t6y2z1',NULL,'["bob","bo","m1n2b3.cloak","",{"kind":"joined"}]');
INSERT INTO "event" VALUES(1,4,1735689841000,'run1-1-4','topic',1,'a7kq2m9x0c1d',NULL,'["alice","alice","k3q9x2.cloak","alice",{"kind":"topic","text":"Tea – and “quotes” 🍵"}]');
INSERT INTO "event" VALUES(1,5,1735689901000,'run1-1-5','modes',1,'a7kq2m9x0c1d',NULL,'["alice","alice","k3q9x2.cloak","alice",{"kind":"modes","changes":[{"add":true,"mode":"b","arg":"bad!*@*"}]}]');
INSERT INTO "event" VALUES(1,6,1735689961000,'run1-1-6','said',1,'g4w8r5t6y2z1','n-1','["bob","bo","m1n2b3.cloak","",{"kind":"said","text":"who has the kettle?"}]');
INSERT INTO "event" VALUES(1,7,1735690021000,'run1-1-7','said',1,'a7kq2m9x0c1d','n-2','["alice","alice","k3q9x2.cloak","alice",{"kind":"said","text":"I have; it''s ''hot''‍"}]');
INSERT INTO "event" VALUES(1,8,1735690081000,'run1-1-8','said',1,'g4w8r5t6y2z1',NULL,'["bob","bo","m1n2b3.cloak","",{"kind":"said","text":"\u0001ACTION pours\u0001"}]');
INSERT INTO "event" VALUES(1,9,1735690141000,'run1-1-9','said',1,'g4w8r5t6y2z1',NULL,'["bob","bo","m1n2b3.cloak","",{"kind":"said","text":"a notice","notice":true}]');
INSERT INTO "event" VALUES(2,1,1735689662000,'run1-2-1','said',1,'g4w8r5t6y2z1','n-3','["bob","bo","m1n2b3.cloak","",{"kind":"said","text":"just between us","to":"alice"}]');
CREATE TABLE log (
        no INTEGER NOT NULL PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        state_head INTEGER NOT NULL DEFAULT 0,
        first_seq INTEGER NOT NULL DEFAULT 1
    );
INSERT INTO "log" VALUES(1,'c0b5n1v7q8s9',5,1);
INSERT INTO "log" VALUES(2,'pa7kq2m9x0c1d:g4w8r5t6y2z1',0,1);
CREATE TABLE membership (
        channel TEXT NOT NULL,
        user TEXT NOT NULL,
        nick TEXT NOT NULL,
        username TEXT NOT NULL,
        host TEXT NOT NULL,
        account TEXT NOT NULL,
        modes TEXT NOT NULL,
        joined_at INTEGER NOT NULL,
        PRIMARY KEY (channel, user)
    ) WITHOUT ROWID
    ;
INSERT INTO "membership" VALUES('c0b5n1v7q8s9','a7kq2m9x0c1d','alice','alice','k3q9x2.cloak','alice','o',1735689721000);
INSERT INTO "membership" VALUES('c0b5n1v7q8s9','g4w8r5t6y2z1','bob','bo','m1n2b3.cloak','','',1735689781000);
CREATE TABLE meta (
        name TEXT NOT NULL PRIMARY KEY,
        value BLOB NOT NULL
    ) WITHOUT ROWID
    ;
INSERT INTO "meta" VALUES('cloak',X'000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F');
CREATE INDEX event_msgid ON event (msgid, log_no);
CREATE UNIQUE INDEX event_nonce ON event (log_no, nonce) WHERE nonce IS NOT NULL;
CREATE INDEX event_said ON event (log_no, seq) WHERE kind = 'said';
COMMIT;
