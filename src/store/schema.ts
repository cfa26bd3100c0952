import { statSync } from "node:fs";
import { StoreError } from "../errors/index.ts";
import type { Connection } from "./connection.ts";
import { corrupt } from "./failures.ts";

/**
 * Written to the file; a run of a newer version is refused. One of an older version is read as it is, and made one of
 * this version when it is opened for writing (`upgrade`). 2: a row of the rollups holds up to 16 buckets.
 */
export const schemaVersion = 2;

/** "Poly" in ASCII: marks the file as ours. */
const applicationId = 0x506f6c79;

/** Above this size, opening a run checks every table but the metric samples. `verify` checks all of them. */
const fullCheckBytes = 256 * 1024 * 1024;

const kinds =
  "'run', 'founder', 'evaluation', 'decision', 'generation', 'interval', 'intervention', 'finalist', 'end'";

const schema = `
CREATE TABLE decisions (
  seq INTEGER PRIMARY KEY,
  generation INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN (${kinds})),
  member INTEGER,
  body TEXT NOT NULL,
  digest TEXT NOT NULL
) STRICT;
CREATE TRIGGER decisions_gapless BEFORE INSERT ON decisions
WHEN NEW.seq <> (SELECT coalesce(max(seq) + 1, 0) FROM decisions)
BEGIN SELECT raise(ABORT, 'decision log: seq must be the next number'); END;
CREATE TRIGGER decisions_no_update BEFORE UPDATE ON decisions
BEGIN SELECT raise(ABORT, 'decision log: append only'); END;
CREATE TRIGGER decisions_no_delete BEFORE DELETE ON decisions
BEGIN SELECT raise(ABORT, 'decision log: append only'); END;

CREATE TABLE operations (
  id INTEGER PRIMARY KEY,
  time_ms INTEGER NOT NULL,
  kind TEXT NOT NULL,
  member INTEGER,
  generation INTEGER,
  attempt INTEGER,
  detail TEXT
) STRICT;

CREATE TABLE segments (
  generation INTEGER NOT NULL,
  member INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (generation, member)
) STRICT;

CREATE TABLE attempts (
  member INTEGER NOT NULL,
  generation INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  PRIMARY KEY (member, generation)
) STRICT, WITHOUT ROWID;

CREATE TABLE series (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  member INTEGER NOT NULL,
  UNIQUE (member, name)
) STRICT;
CREATE TABLE chunks (
  id INTEGER PRIMARY KEY,
  start INTEGER NOT NULL,
  count INTEGER NOT NULL,
  generation INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  from_step REAL NOT NULL,
  until_step REAL NOT NULL,
  data BLOB NOT NULL
) STRICT;
CREATE TABLE buckets (
  series INTEGER NOT NULL,
  level INTEGER NOT NULL,
  position INTEGER NOT NULL,
  from_step REAL NOT NULL,
  until_step REAL NOT NULL,
  data BLOB NOT NULL,
  PRIMARY KEY (series, level, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE checkpoint_directories (
  id INTEGER PRIMARY KEY,
  path TEXT NOT NULL UNIQUE,
  bytes INTEGER NOT NULL,
  manifest TEXT NOT NULL
) STRICT;
CREATE TABLE checkpoints (
  member INTEGER NOT NULL,
  generation INTEGER NOT NULL,
  step INTEGER NOT NULL,
  directory INTEGER NOT NULL REFERENCES checkpoint_directories (id),
  row INTEGER,
  PRIMARY KEY (member, generation, step)
) STRICT, WITHOUT ROWID;
CREATE INDEX checkpoints_by_directory ON checkpoints (directory);

CREATE TABLE controls (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  time_ms INTEGER NOT NULL,
  action TEXT NOT NULL,
  member INTEGER,
  detail TEXT NOT NULL,
  requested_by TEXT NOT NULL,
  outcome TEXT
) STRICT;
CREATE INDEX controls_pending ON controls (id) WHERE outcome IS NULL;

CREATE TABLE processes (pid INTEGER PRIMARY KEY, start_time TEXT NOT NULL) STRICT;
CREATE TABLE writer (one INTEGER PRIMARY KEY CHECK (one = 1), identity TEXT NOT NULL) STRICT;

PRAGMA application_id = ${applicationId};
PRAGMA user_version = ${schemaVersion};
`;

/** Writes the empty tables of a new run. */
export function writeSchema(connection: Connection): void {
  connection.exec(`BEGIN IMMEDIATE; ${schema} COMMIT;`);
}

/**
 * Looks whether the file is a sound run of this version, and changes nothing.
 * @throws StoreError `corrupt` or `version`
 */
export function checkSchema(connection: Connection, options: { readonly deep: boolean }): void {
  const id = number(connection, "PRAGMA application_id", "application_id");
  if (id !== applicationId)
    throw corrupt(id === 0 ? "no run inside" : "another program's file", connection.path);
  const version = number(connection, "PRAGMA user_version", "user_version");
  if (version > schemaVersion) {
    throw new StoreError(
      "version",
      `${connection.path}: written by a newer Polytempo (format ${version}; this one knows ${schemaVersion}). ` +
        "Nothing was changed. Update Polytempo: npm install polytempo@latest",
    );
  }
  checkLength(connection);
  if (options.deep) quickCheck(connection);
}

/**
 * Without a write-ahead log the file consists of whole pages. SQLite itself notices a lack of whole pages, but fills up
 * a last one that was cut.
 */
function checkLength(connection: Connection): void {
  const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (sizeOf(`${connection.path}-wal`) > 0) return;
  const bytes = sizeOf(connection.path);
  const pageBytes = number(connection, "PRAGMA page_size", "page_size");
  if (bytes % pageBytes !== 0)
    throw corrupt(`cut off at ${bytes} bytes, not at a page of ${pageBytes}`, connection.path);
}

/** @throws StoreError `corrupt` with the first lines of what SQLite found */
function quickCheck(connection: Connection): void {
  const pages = number(connection, "PRAGMA page_count", "page_count");
  const pageBytes = number(connection, "PRAGMA page_size", "page_size");
  const small = pages * pageBytes <= fullCheckBytes;
  const tables = small
    ? [""]
    : ["(decisions)", "(segments)", "(attempts)", "(checkpoints)", "(checkpoint_directories)"];
  for (const table of tables) {
    const found = connection.all(`PRAGMA quick_check${table}`).map((row) => String(row.quick_check));
    if (found.length !== 1 || found[0] !== "ok") throw corrupt(found.slice(0, 3).join("; "), connection.path);
  }
}

/** Every page and index. @throws StoreError `corrupt` */
export function integrityCheck(connection: Connection): void {
  const found = connection.all("PRAGMA integrity_check(3)").map((row) => String(row.integrity_check));
  if (found.length !== 1 || found[0] !== "ok") throw corrupt(found.join("; "), connection.path);
}

const number = (connection: Connection, sql: string, column: string): number =>
  Number(connection.get(sql)?.[column] ?? 0);
