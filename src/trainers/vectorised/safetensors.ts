import { type FileHandle, open } from "node:fs/promises";
import { StoreError } from "../../errors/index.ts";

/**
 * The safetensors file format: the header's length (u64, little endian), the header in JSON
 * (`{name: {dtype, shape, data_offsets: [begin, end]}}`, offsets from the header's end), then the arrays, row-major,
 * one after the other without gaps.
 */

/** Rows as they lie in a file. */
export type Elements = Float32Array | Float64Array | Int32Array;

const kinds = { F32: Float32Array, F64: Float64Array, I32: Int32Array } as const;
export type ElementKind = keyof typeof kinds;

/** Longest header that is read. */
const MOST_HEADER = 100_000_000;
/** Arrays begin at multiples of this many bytes. */
const ALIGN = 8;

export interface TensorInfo {
  readonly kind: ElementKind;
  readonly shape: readonly number[];
}

/** An array on its way to a file: `[rows, …]`, given in pieces in order. */
export interface NewTensor extends TensorInfo {
  readonly name: string;
  readonly pieces: () => Iterable<Elements>;
}

export const kindOf = (values: Elements): ElementKind =>
  values instanceof Float32Array ? "F32" : values instanceof Float64Array ? "F64" : "I32";

const count = (shape: readonly number[]): number => shape.reduce((product, length) => product * length, 1);

const bytesOf = ({ kind, shape }: TensorInfo): number => count(shape) * kinds[kind].BYTES_PER_ELEMENT;

/**
 * Writes a new file.
 * @throws RangeError when the pieces of a tensor do not make up its shape; the file system's own errors
 */
export async function writeSafetensors(
  path: string,
  tensors: readonly NewTensor[],
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  // Eight-byte elements first: then everything is aligned without gaps.
  const sorted = tensors.toSorted(
    (a, b) => kinds[b.kind].BYTES_PER_ELEMENT - kinds[a.kind].BYTES_PER_ELEMENT,
  );
  let end = 0;
  const header = Object.fromEntries([
    ["__metadata__", metadata] as const,
    ...sorted.map((tensor) => {
      const begin = end;
      end += bytesOf(tensor);
      return [tensor.name, { dtype: tensor.kind, shape: tensor.shape, data_offsets: [begin, end] }] as const;
    }),
  ]);
  const text = new TextEncoder().encode(JSON.stringify(header));
  const start = Math.ceil((8 + text.length) / ALIGN) * ALIGN;
  const head = new Uint8Array(start).fill(0x20);
  new DataView(head.buffer).setBigUint64(0, BigInt(start - 8), true);
  head.set(text, 8);
  const file = await open(path, "wx");
  try {
    let at = start;
    await writeAll(file, head, 0);
    for (const tensor of sorted) {
      const until = at + bytesOf(tensor);
      for (const piece of tensor.pieces()) {
        await writeAll(file, new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength), at);
        at += piece.byteLength;
      }
      if (at !== until)
        throw new RangeError(`internal: tensor ${tensor.name} has ${at - until} bytes too many`);
    }
  } finally {
    await file.close();
  }
}

async function writeAll(file: FileHandle, bytes: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, at + done);
    done += bytesWritten;
  }
}

/** An opened file: what is in it, and any rows of it. */
export interface SafetensorsFile {
  readonly path: string;
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  readonly metadata: Readonly<Record<string, string>>;
  /**
   * Rows `from` … `from + rows − 1` along the first axis.
   * @throws StoreError `corrupt` when there is no such tensor or row
   */
  read(name: string, from: number, rows: number): Promise<Elements>;
  close(): Promise<void>;
}

/**
 * Opens a file and checks its header: it may come from anywhere.
 * @throws StoreError `missing`, or `corrupt` saying what is wrong
 */
export async function openSafetensors(path: string): Promise<SafetensorsFile> {
  let file: FileHandle;
  try {
    file = await open(path, "r");
  } catch (error) {
    throw new StoreError("missing", `${path}: cannot be opened: ${String(error)}`);
  }
  try {
    const { start, size, header } = await readHeader(file, path);
    const { tensors, offsets, metadata } = checkHeader(header, size - start, path);
    return {
      path,
      tensors,
      metadata,
      async read(name, from, rows) {
        const info = tensors.get(name);
        const length = info?.shape[0] ?? 0;
        if (info === undefined || from < 0 || rows < 0 || from + rows > length) {
          throw corrupt(path, `has no rows ${from} to ${from + rows - 1} of ${name}`);
        }
        const values = new kinds[info.kind](count(info.shape.slice(1)) * rows);
        const rowBytes = length === 0 ? 0 : bytesOf(info) / length;
        const bytes = new Uint8Array(values.buffer);
        await readAll(file, bytes, start + offsets.get(name)! + from * rowBytes, path);
        return values;
      },
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

const corrupt = (path: string, what: string): StoreError =>
  new StoreError("corrupt", `${path}: ${what}; the file is damaged or of another kind`);

async function readAll(file: FileHandle, bytes: Uint8Array, at: number, path: string): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesRead } = await file.read(bytes, done, bytes.length - done, at + done);
    if (bytesRead === 0) throw corrupt(path, "ends too early");
    done += bytesRead;
  }
}

async function readHeader(
  file: FileHandle,
  path: string,
): Promise<{ start: number; size: number; header: unknown }> {
  const { size } = await file.stat();
  const head = new Uint8Array(8);
  if (size < 8) throw corrupt(path, "ends too early");
  await readAll(file, head, 0, path);
  const length = new DataView(head.buffer).getBigUint64(0, true);
  if (length > BigInt(Math.min(MOST_HEADER, size - 8)))
    throw corrupt(path, `has a header of ${length} bytes`);
  const text = new Uint8Array(Number(length));
  await readAll(file, text, 8, path);
  try {
    const header: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(text));
    return { start: 8 + text.length, size, header };
  } catch {
    throw corrupt(path, "has no readable header");
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

interface Contents {
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  readonly offsets: ReadonlyMap<string, number>;
  readonly metadata: Readonly<Record<string, string>>;
}

function checkHeader(header: unknown, dataBytes: number, path: string): Contents {
  if (!isRecord(header)) throw corrupt(path, "has a header that is no object");
  const tensors = new Map<string, TensorInfo>();
  const offsets = new Map<string, number>();
  const spans: { begin: number; end: number }[] = [];
  let metadata: Readonly<Record<string, string>> = {};
  for (const [name, entry] of Object.entries(header)) {
    if (name === "__metadata__") {
      if (!isRecord(entry) || Object.values(entry).some((value) => typeof value !== "string")) {
        throw corrupt(path, "has metadata that are not text");
      }
      metadata = entry as Readonly<Record<string, string>>;
      continue;
    }
    const { info, begin, end } = checkEntry(entry, name, path);
    tensors.set(name, info);
    offsets.set(name, begin);
    spans.push({ begin, end });
  }
  let at = 0;
  for (const { begin, end } of spans.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== at) throw corrupt(path, `has a gap or an overlap at byte ${at} of its arrays`);
    at = end;
  }
  if (at !== dataBytes) throw corrupt(path, `has ${dataBytes} bytes of arrays where its header says ${at}`);
  return { tensors, offsets, metadata };
}

function checkEntry(
  entry: unknown,
  name: string,
  path: string,
): { info: TensorInfo; begin: number; end: number } {
  const wrong = (what: string): StoreError => corrupt(path, `tensor ${name} ${what}`);
  if (!isRecord(entry)) throw wrong("has no description");
  const { dtype, shape, data_offsets: span } = entry;
  if (typeof dtype !== "string" || !Object.hasOwn(kinds, dtype)) {
    throw wrong(`has elements ${JSON.stringify(dtype)}; F32, F64 and I32 can be read`);
  }
  const isSize = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
  if (!Array.isArray(shape) || !shape.every(isSize) || !Number.isSafeInteger(count(shape) * 8)) {
    throw wrong(`has the shape ${JSON.stringify(shape)}`);
  }
  if (!Array.isArray(span) || span.length !== 2 || !span.every(isSize)) {
    throw wrong(`has the offsets ${JSON.stringify(span)}`);
  }
  const info: TensorInfo = { kind: dtype as ElementKind, shape };
  const [begin, end] = span as [number, number];
  if (end - begin !== bytesOf(info)) {
    throw wrong(`has ${end - begin} bytes where its shape needs ${bytesOf(info)}`);
  }
  return { info, begin, end };
}
