import { StoreError } from "../errors/index.ts";

/** SQLite's primary result codes that mean something to users. */
const sqlite = {
  error: 1,
  busy: 5,
  locked: 6,
  readonly: 8,
  io: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  notADatabase: 26,
} as const;

/** SQLite's words for these codes: the driver for Node 20 leaves the code out of errors of some reads. */
const words: readonly (readonly [string, number])[] = [
  ["database is locked", sqlite.busy],
  ["database table is locked", sqlite.locked],
  ["attempt to write a readonly database", sqlite.readonly],
  ["disk I/O error", sqlite.io],
  ["database disk image is malformed", sqlite.corrupt],
  ["database or disk is full", sqlite.full],
  ["unable to open database file", sqlite.cannotOpen],
  ["file is not a database", sqlite.notADatabase],
  ["no such table", sqlite.error],
  ["malformed JSON", sqlite.error],
];

interface Failure {
  readonly message?: unknown;
  readonly code?: unknown;
  readonly errcode?: unknown;
}

/**
 * Turns an error of SQLite or of the file system into the StoreError that says what to do; other errors come back as
 * they are. Kinds: `locked`, `readonly`, `full`, `corrupt`, `missing`, `io`.
 * @param place the file or directory, and what was being done
 */
export function toStoreError(error: unknown, place: string): unknown {
  if (error instanceof StoreError || typeof error !== "object" || error === null) return error;
  const { code, errcode, message } = error as Failure;
  const said = typeof message === "string" ? message : String(code);
  if (code === "ERR_SQLITE_ERROR") {
    const primary =
      typeof errcode === "number" ? errcode & 0xff : words.find(([word]) => said.includes(word))?.[1];
    return fromSqlite(primary ?? 0, said, place) ?? error;
  }
  return (typeof code === "string" ? fromFileSystem(code, said, place) : null) ?? error;
}

function fromSqlite(code: number, said: string, place: string): StoreError | null {
  switch (code) {
    case sqlite.busy:
    case sqlite.locked:
      return new StoreError(
        "locked",
        `${place}: another process keeps the database locked (${said}). Wait for it, or end it, and try again.`,
      );
    case sqlite.readonly:
      return readonly(said, place);
    case sqlite.full:
      return full(said, place);
    case sqlite.corrupt:
    case sqlite.notADatabase:
      return corrupt(said, place);
    case sqlite.error:
      // The tables were there when the file was opened: it was cut to nothing, or spoiled, meanwhile.
      return /no such (table|column)|malformed JSON/.test(said) ? corrupt(said, place) : null;
    case sqlite.cannotOpen:
      return new StoreError(
        "readonly",
        `${place}: cannot be opened (${said}). Check that it exists, and that you may read and write its directory.`,
      );
    case sqlite.io:
      return new StoreError(
        "io",
        `${place}: reading or writing failed (${said}). Check the disk, its quota and its connection; ` +
          "what was committed before is kept. Then: polytempo resume",
      );
    default:
      return null;
  }
}

function fromFileSystem(code: string, said: string, place: string): StoreError | null {
  if (["ENOSPC", "EDQUOT", "EFBIG"].includes(code)) return full(said, place);
  if (["EACCES", "EPERM", "EROFS"].includes(code)) return readonly(said, place);
  if (code === "ENOENT" || code === "ENOTDIR") {
    return new StoreError("missing", `${place}: not found (${said}).`);
  }
  if (code === "EIO")
    return new StoreError("io", `${place}: reading or writing failed (${said}). Check the disk.`);
  return null;
}

const full = (said: string, place: string): StoreError =>
  new StoreError(
    "full",
    `${place}: the disk (or its quota) is full (${said}). Nothing committed is lost: free some space, then: polytempo resume`,
  );

const readonly = (said: string, place: string): StoreError =>
  new StoreError(
    "readonly",
    `${place}: may not be written (${said}). Choose a directory that you may write with --dir, or change its permissions.`,
  );

/** The one wording for a damaged database: what is wrong, and that nothing was changed. */
export const corrupt = (said: string, place: string): StoreError =>
  new StoreError(
    "corrupt",
    `${place}: damaged, or not a run of Polytempo (${said}). Nothing was changed. ` +
      "Restore the file from a backup, or start a new run; the checkpoints beside it are still there.",
  );

/** Runs `work`; an error of SQLite or of the file system leaves as a StoreError that names `place`. */
export function guarded<T>(place: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw toStoreError(error, place);
  }
}
