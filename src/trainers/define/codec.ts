import { UsageError } from "../../errors/index.ts";

/**
 * Plain data as bytes and back, without loss: null, booleans, numbers (NaN, infinities and −0 included), strings,
 * undefined, bigint, Date, Map, Set, arrays, plain objects, typed arrays and ArrayBuffers. Things that occur in two
 * places stay one thing (but two typed arrays over one ArrayBuffer become separate).
 *
 * Layout: `PTSTATE1`, the length of the description (u32, little endian), the description in JSON, zero bytes up to a
 * multiple of 16, then the arrays' bytes, each beginning at a multiple of 16. In the description every node is
 * a JSON primitive for itself or `[tag, …]`; `["r", i]` repeats the i-th array, object, Map, Set or buffer.
 */
const MAGIC = "PTSTATE1";
const ALIGN = 16;

type Node = null | boolean | number | string | readonly (Node | readonly Node[])[];

const VIEWS = {
  i8: Int8Array,
  u8: Uint8Array,
  c8: Uint8ClampedArray,
  i16: Int16Array,
  u16: Uint16Array,
  i32: Int32Array,
  u32: Uint32Array,
  f32: Float32Array,
  f64: Float64Array,
  i64: BigInt64Array,
  u64: BigUint64Array,
} as const;

const align = (n: number): number => Math.ceil(n / ALIGN) * ALIGN;

/**
 * @throws UsageError naming every place that holds something else than plain data (a function, a class instance …)
 */
export function encodeState(state: unknown): Uint8Array {
  const seen = new Map<object, number>();
  const blobs: { readonly bytes: Uint8Array; readonly at: number }[] = [];
  const problems: string[] = [];
  let size = 0;

  const blob = (bytes: Uint8Array): number => {
    const at = size;
    blobs.push({ bytes, at });
    size = align(at + bytes.length);
    return at;
  };

  const refuse = (path: string, what: string): Node => {
    problems.push(
      `${path}: ${what} cannot be saved. State is plain data: numbers, strings, arrays, objects, Maps, typed arrays`,
    );
    return null;
  };

  const node = (value: unknown, path: string): Node => {
    switch (typeof value) {
      case "number":
        return Number.isFinite(value) && !Object.is(value, -0)
          ? value
          : ["n", Object.is(value, -0) ? "-0" : String(value)];
      case "string":
      case "boolean":
        return value;
      case "undefined":
        return ["u"];
      case "bigint":
        return ["b", String(value)];
      case "function":
        return refuse(path, "a function");
      case "symbol":
        return refuse(path, "a symbol");
      default:
        return value === null ? null : compound(value as object, path);
    }
  };

  const compound = (value: object, path: string): Node => {
    const known = seen.get(value);
    if (known !== undefined) return ["r", known];
    seen.set(value, seen.size);
    if (Array.isArray(value)) {
      return ["a", Array.from(value, (item: unknown, i) => node(item, `${path}[${i}]`))];
    }
    if (value instanceof ArrayBuffer) return ["B", blob(new Uint8Array(value)), value.byteLength];
    for (const [tag, view] of Object.entries(VIEWS)) {
      if (value instanceof view && Object.getPrototypeOf(value) === view.prototype) {
        return [
          "t",
          tag,
          blob(new Uint8Array(value.buffer, value.byteOffset, value.byteLength)),
          value.length,
        ];
      }
    }
    if (value instanceof Date) return ["d", node(value.getTime(), path)];
    if (value instanceof Map) {
      return [
        "m",
        Array.from(value, ([k, v], i) => [
          node(k, `${path}.keys[${i}]`),
          node(v, `${path}.get(${String(k)})`),
        ]).flat(),
      ];
    }
    if (value instanceof Set)
      return ["s", Array.from(value, (item, i) => node(item, `${path}.values[${i}]`))];
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) {
      return refuse(path, `an instance of ${value.constructor.name}`);
    }
    return ["o", Object.entries(value).flatMap(([name, inner]) => [name, node(inner, `${path}.${name}`)])];
  };

  const description = Buffer.from(JSON.stringify(node(state, "state")), "utf8");
  if (problems.length > 0) throw new UsageError(problems);
  const start = align(MAGIC.length + 4 + description.length);
  const bytes = new Uint8Array(start + size);
  bytes.set(Buffer.from(MAGIC, "latin1"), 0);
  new DataView(bytes.buffer).setUint32(MAGIC.length, description.length, true);
  bytes.set(description, MAGIC.length + 4);
  for (const { bytes: piece, at } of blobs) bytes.set(piece, start + at);
  return bytes;
}

/** @throws UsageError when the bytes are not what `encodeState` wrote */
export function decodeState(bytes: Uint8Array): unknown {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = MAGIC.length + 4;
  const broken = (what: string): UsageError =>
    new UsageError(`state: ${what}; the file is damaged or of another kind`);
  if (bytes.length < header || Buffer.from(bytes.subarray(0, MAGIC.length)).toString("latin1") !== MAGIC) {
    throw broken(`does not begin with ${MAGIC}`);
  }
  const length = view.getUint32(MAGIC.length, true);
  if (header + length > bytes.length) throw broken("ends too early");
  const start = align(header + length);
  const made: unknown[] = [];

  const copy = (at: number, count: number): ArrayBuffer => {
    if (start + at + count > bytes.length) throw broken("ends too early");
    // Not bytes.slice: that of a Buffer copies nothing.
    const buffer = new ArrayBuffer(count);
    new Uint8Array(buffer).set(bytes.subarray(start + at, start + at + count));
    return buffer;
  };

  const value = (node: Node): unknown => {
    if (!Array.isArray(node)) return node;
    const [tag, first, second, third] = node as unknown as readonly [string, Node, Node, Node];
    switch (tag) {
      case "n":
        return Number(first);
      case "u":
        return undefined;
      case "b":
        return BigInt(String(first));
      case "r":
        return made[Number(first)];
      case "d": {
        const index = made.push(null) - 1;
        return (made[index] = new Date(Number(value(first))));
      }
      case "B": {
        const buffer = copy(Number(first), Number(second));
        made.push(buffer);
        return buffer;
      }
      case "t": {
        const constructor = VIEWS[first as keyof typeof VIEWS];
        if (constructor === undefined) throw broken(`has an array of unknown kind ${String(first)}`);
        const array = new constructor(copy(Number(second), Number(third) * constructor.BYTES_PER_ELEMENT));
        made.push(array);
        return array;
      }
      case "a": {
        const items: unknown[] = [];
        made.push(items);
        for (const item of first as readonly Node[]) items.push(value(item));
        return items;
      }
      case "s": {
        const items = new Set<unknown>();
        made.push(items);
        for (const item of first as readonly Node[]) items.add(value(item));
        return items;
      }
      case "m": {
        const items = new Map<unknown, unknown>();
        made.push(items);
        const list = first as readonly Node[];
        for (let i = 0; i < list.length; i += 2) items.set(value(list[i]!), value(list[i + 1]!));
        return items;
      }
      case "o": {
        const object: Record<string, unknown> = {};
        made.push(object);
        const list = first as readonly Node[];
        for (let i = 0; i < list.length; i += 2) {
          const name = String(list[i]);
          Object.defineProperty(object, name, {
            value: value(list[i + 1]!),
            writable: true,
            enumerable: true,
            configurable: true,
          });
        }
        return object;
      }
      default:
        throw broken(`has an unknown tag ${tag}`);
    }
  };

  let description: Node;
  try {
    description = JSON.parse(Buffer.from(bytes.subarray(header, header + length)).toString("utf8")) as Node;
  } catch {
    throw broken("has no readable description");
  }
  return value(description);
}
