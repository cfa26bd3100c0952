import { UsageError } from "../errors/index.ts";

/**
 * Named numeric arrays in one piece of bytes: what the dashboard's server sends, what a snapshot holds and what figures
 * are drawn from. Layout, little-endian:
 *
 *     0   4 bytes  "PTC1"
 *     4   u32      h, length of the header
 *     8   h bytes  UTF-8 JSON: { meta, arrays: [{ name, type, shape, offset }] }
 *     d            data; d = 8 + h rounded up to a multiple of 8; `offset` counts from d and is a multiple of 8
 */
export interface Columns<Meta = unknown> {
  /** Plain JSON beside the numbers. */
  readonly meta: Meta;
  readonly arrays: { readonly [name: string]: Column };
}

/** One array; rows first: `[rows, columns]` lies row by row. NaN stands for "nothing there". */
export interface Column {
  readonly shape: readonly number[];
  readonly values: ColumnValues;
}

export type ColumnValues = Float64Array | Float32Array | Int32Array | Uint32Array | Uint16Array | Uint8Array;

const kinds = {
  f64: Float64Array,
  f32: Float32Array,
  i32: Int32Array,
  u32: Uint32Array,
  u16: Uint16Array,
  u8: Uint8Array,
} as const;

type Kind = keyof typeof kinds;

const kindOf = (values: ColumnValues): Kind =>
  (Object.keys(kinds) as Kind[]).find((kind) => values instanceof kinds[kind])!;

interface Header {
  readonly meta: unknown;
  readonly arrays: readonly {
    readonly name: string;
    readonly type: Kind;
    readonly shape: readonly number[];
    readonly offset: number;
  }[];
}

const magic = [0x50, 0x54, 0x43, 0x31];
const padded = (bytes: number): number => Math.ceil(bytes / 8) * 8;
const sizeOf = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);

/** A column of one dimension. */
export const column = (values: ColumnValues): Column => ({ shape: [values.length], values });

/**
 * Writes columns as bytes.
 * @example
 * encodeColumns({ meta: { metric: "loss" }, arrays: { x: column(new Float32Array([1, 2])) } });
 */
export function encodeColumns(columns: Columns): Uint8Array<ArrayBuffer> {
  let length = 0;
  const arrays = Object.entries(columns.arrays).map(([name, { shape, values }]) => {
    const offset = length;
    length += padded(values.byteLength);
    return { name, type: kindOf(values), shape, offset };
  });
  const header = new TextEncoder().encode(JSON.stringify({ meta: columns.meta, arrays } satisfies Header));
  const start = padded(8 + header.length);
  const bytes = new Uint8Array(start + length);
  bytes.set(magic);
  new DataView(bytes.buffer).setUint32(4, header.length, true);
  bytes.set(header, 8);
  for (const { name, offset } of arrays) {
    const { buffer, byteOffset, byteLength } = columns.arrays[name]!.values;
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), start + offset);
  }
  return bytes;
}

/**
 * Reads columns from bytes, copying only when the bytes do not begin at a multiple of 8. Takes nothing on trust: a file
 * from somebody else may say anything of itself.
 * @throws UsageError when the bytes are not columns, end too early, or contradict themselves
 */
export function decodeColumns<Meta = unknown>(bytes: Uint8Array): Columns<Meta> {
  if (bytes.length < 8 || magic.some((byte, i) => bytes[i] !== byte)) {
    throw new UsageError("columns: the bytes do not begin with PTC1");
  }
  const aligned = bytes.byteOffset % 8 === 0 ? bytes : new Uint8Array(bytes);
  const view = new DataView(aligned.buffer, aligned.byteOffset, aligned.byteLength);
  const headerLength = view.getUint32(4, true);
  const start = padded(8 + headerLength);
  if (start > aligned.length) throw new UsageError("columns: cut off within the header");
  const header = headerFrom(aligned.subarray(8, 8 + headerLength));
  const arrays: [string, Column][] = header.arrays.map(({ name, type, shape, offset }) => {
    const Kind = kinds[type];
    const count = sizeOf(shape);
    if (start + offset + count * Kind.BYTES_PER_ELEMENT > aligned.length) {
      throw new UsageError(`columns: ${name} is cut off: needs ${count} ${type} values`);
    }
    const at = aligned.byteOffset + start + offset;
    return [name, { shape, values: new Kind(aligned.buffer as ArrayBuffer, at, count) }];
  });
  // Object.fromEntries gives a name such as __proto__ no meaning.
  return { meta: header.meta as Meta, arrays: Object.fromEntries(arrays) };
}

function headerFrom(bytes: Uint8Array): Header {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new UsageError("columns: the header is not JSON");
  }
  const { meta, arrays } = (header ?? {}) as { readonly meta?: unknown; readonly arrays?: unknown };
  if (!Array.isArray(arrays)) throw new UsageError("columns: the header lists no arrays");
  for (const array of arrays as readonly unknown[]) checkArray(array);
  return { meta, arrays: arrays as Header["arrays"] };
}

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;

function checkArray(array: unknown): void {
  const { name, type, shape, offset } = (array ?? {}) as {
    readonly [name in keyof Header["arrays"][number]]?: unknown;
  };
  const refuse = (rule: string, got: unknown): UsageError =>
    new UsageError(
      `columns: ${typeof name === "string" ? name.slice(0, 80) : "an array"}: ${rule}, got ${String(JSON.stringify(got)).slice(0, 80)}`,
    );
  if (typeof name !== "string") throw refuse("needs a name", name);
  if (typeof type !== "string" || !Object.hasOwn(kinds, type))
    throw refuse(`needs a type of ${Object.keys(kinds).join(", ")}`, type);
  if (!Array.isArray(shape) || !shape.every(isCount) || !isCount(sizeOf(shape)))
    throw refuse("needs a shape of whole numbers", shape);
  if (!isCount(offset) || Number(offset) % 8 !== 0)
    throw refuse("needs an offset that is a multiple of 8", offset);
}
