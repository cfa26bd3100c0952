import { createHash, randomUUID } from "node:crypto";
import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
} from "node:fs";
import { dirname, join } from "node:path";

/** One file of a checkpoint: path with `/` relative to its directory, bytes, digest of its ends. */
export type ManifestEntry = readonly [path: string, bytes: number, digest: string];

/** The digest covers this much at each end of a file: all of a small one. */
const digestBytes = 32 * 1024;

const readOnlyMode = 0o444;
const writeBits = 0o222;
const ownerBits = 0o700;

/**
 * What a trainer left in its directory, and every rule that it breaks.
 * Links of any kind and special files are refused; a file without bytes is allowed, a directory without files is not.
 */
export function inspect(directory: string): { readonly files: string[]; readonly problems: string[] } {
  const files: string[] = [];
  const problems: string[] = [];
  const root = lstatSync(directory, { throwIfNoEntry: false });
  if (root === undefined || !root.isDirectory()) {
    const got = root === undefined ? "nothing" : `a ${kindOf(root)}`;
    return {
      files,
      problems: [`checkpoint: ${directory}: the directory must stay where it was given, got ${got}.`],
    };
  }
  const visit = (inside: string): void => {
    // Without these bits the directory could neither be read nor, later, deleted.
    if ((lstatSync(join(directory, inside)).mode & ownerBits) !== ownerBits) {
      chmodSync(join(directory, inside), 0o755);
    }
    for (const entry of readdirSync(join(directory, inside), { withFileTypes: true })) {
      const path = inside === "" ? entry.name : `${inside}/${entry.name}`;
      if (entry.isDirectory()) visit(path);
      else if (entry.isFile()) files.push(path);
      else problems.push(refusal(path, kindOf(entry)));
    }
  };
  visit("");
  if (files.length === 0 && problems.length === 0) {
    problems.push(
      "checkpoint: the directory must hold at least one file, got none. Does the trainer save its state?",
    );
  }
  return { files: files.toSorted(), problems };
}

const refusal = (path: string, kind: string): string =>
  `checkpoint: ${path}: only plain files and directories may be saved, got a ${kind}. ` +
  "Write the content itself into the directory.";

function kindOf(entry: {
  isFile(): boolean;
  isSymbolicLink(): boolean;
  isFIFO(): boolean;
  isSocket(): boolean;
  isBlockDevice(): boolean;
  isCharacterDevice(): boolean;
}): string {
  if (entry.isFile()) return "file";
  if (entry.isSymbolicLink()) return "symbolic link";
  if (entry.isFIFO()) return "named pipe";
  if (entry.isSocket()) return "socket";
  return entry.isBlockDevice() || entry.isCharacterDevice() ? "device" : "special file";
}

/**
 * Makes the files read-only and lists them. A hard link to a file that could still be written through another name is
 * replaced by a private copy; a link to a read-only file (as those of earlier checkpoints) stays a link.
 * @param flush also force the bytes to the disk
 */
export function seal(directory: string, files: readonly string[], flush: boolean): ManifestEntry[] {
  const manifest = files.map((path): ManifestEntry => {
    const file = join(directory, path);
    const { nlink, mode } = lstatSync(file);
    const writable = (mode & writeBits) !== 0;
    if (nlink > 1 && writable) {
      const copy = `${file}.${randomUUID()}`;
      copyFileSync(file, copy, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
      renameSync(copy, file);
    }
    if ((mode & 0o777) !== readOnlyMode) chmodSync(file, readOnlyMode);
    const [size, digest] = digestOf(file, flush);
    return [path, size, digest];
  });
  if (flush) flushDirectory(directory);
  return manifest;
}

/** Size, and SHA-256 over the first and the last 32 KiB. */
function digestOf(file: string, flush: boolean): [number, string] {
  const descriptor = openSync(file, "r");
  try {
    if (flush) fsyncSync(descriptor);
    const { size } = lstatSync(file);
    const hash = createHash("sha256");
    const head = Math.min(size, digestBytes);
    hash.update(readAt(descriptor, 0, head));
    const tail = Math.min(size - head, digestBytes);
    if (tail > 0) hash.update(readAt(descriptor, size - tail, tail));
    return [size, hash.digest("base64url")];
  } finally {
    closeSync(descriptor);
  }
}

function readAt(descriptor: number, position: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let read = 0;
  while (read < length) {
    const more = readSync(descriptor, bytes, read, length - read, position + read);
    if (more === 0) break;
    read += more;
  }
  return bytes.subarray(0, read);
}

export function flushDirectory(directory: string): void {
  const descriptor = openSync(directory, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Changes when a file was changed or replaced: cheap to compute, so that one digest serves many `locate` calls. */
export function signature(directory: string, manifest: readonly ManifestEntry[]): string {
  let text = "";
  for (const [path] of manifest) {
    const { ino, size, mtimeMs, ctimeMs } = lstatSync(join(directory, path));
    text += `${ino} ${size} ${mtimeMs} ${ctimeMs};`;
  }
  return text;
}

/** The first file that is not what the manifest says, in words; null when all are. */
export function difference(directory: string, manifest: readonly ManifestEntry[]): string | null {
  for (const [path, bytes, digest] of manifest) {
    const file = join(directory, path);
    const stat = lstatSync(file, { throwIfNoEntry: false });
    if (stat === undefined) return `${path} is gone`;
    if (!stat.isFile()) return `${path} is no longer a plain file`;
    if (stat.size !== bytes) return `${path} has ${stat.size} bytes, not ${bytes}`;
    if (digestOf(file, false)[1] !== digest) return `${path} has other content`;
  }
  return null;
}

/** Hard-links every file into `target`; copies where links are impossible. Returns whether all were linked. */
export function linkFiles(directory: string, manifest: readonly ManifestEntry[], target: string): boolean {
  let linked = true;
  mkdirSync(target, { recursive: true });
  for (const [path] of manifest) {
    const to = join(target, path);
    if (path.includes("/")) mkdirSync(dirname(to), { recursive: true });
    linked = linkOrCopy(join(directory, path), to) && linked;
  }
  return linked;
}

function linkOrCopy(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "";
    if (!["EXDEV", "EPERM", "EMLINK", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"].includes(code)) throw error;
    copyFileSync(from, to, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
    return false;
  }
}

/** Deletes a directory tree, one whose subdirectories a trainer made read-only included. */
export function removeTree(directory: string): void {
  try {
    rmSync(directory, { recursive: true, force: true });
  } catch (error) {
    if (!["EACCES", "EPERM", "ENOTEMPTY"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
    unlockDirectories(directory);
    rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
  }
}

function unlockDirectories(directory: string): void {
  chmodSync(directory, 0o755);
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    if (entry.isDirectory()) unlockDirectories(join(directory, entry.name));
  }
}
