import { type Columns, decodeColumns } from "../../figures/index.ts";
import type { CurvesMeta, PopulationMeta, SnapshotMeta } from "../../server/index.ts";
import { type Access, AccessError } from "./access.ts";
import { joinCurves, oneByOne } from "./joinCurves.ts";
import { generationsHeld, joinPopulation } from "./joinPopulation.ts";

/** A file of a few megabytes can say that it is a thousand times as large. */
const mostBytes = 512 * 1024 * 1024;

async function inflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  const limit = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(piece, controller) {
      length += piece.length;
      if (length > mostBytes) controller.error(new RangeError("too large"));
      else controller.enqueue(piece);
    },
  });
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip")).pipeThrough(limit);
  for (const reader = stream.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) break;
    pieces.push(value);
  }
  const all = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

/** The file says of itself what every snapshot does; whatever else is in it is looked at when it is asked for. */
function isSnapshot(meta: unknown): meta is SnapshotMeta {
  const { format, version, json, binary } = (meta ?? {}) as {
    readonly [name in keyof SnapshotMeta]?: unknown;
  };
  const known = format === "polytempo-snapshot" && typeof version === "number";
  const lists = typeof json === "object" && json !== null && Array.isArray(binary);
  return known && lists && (binary as readonly unknown[]).every((name) => typeof name === "string");
}

/**
 * Opens a snapshot file: the bytes that `GET …/snapshot` gives and a report carries.
 * @throws AccessError when they are something else
 */
export async function openSnapshot(bytes: Uint8Array<ArrayBuffer>): Promise<Access> {
  let content: Columns<unknown>;
  try {
    content = decodeColumns(await inflate(bytes));
  } catch {
    throw new AccessError("snapshot", notOne);
  }
  const { meta, arrays } = content;
  if (!isSnapshot(meta)) throw new AccessError("snapshot", notOne);
  if (meta.version !== 1)
    throw new AccessError("snapshot", "This snapshot was made by another version of Polytempo.");
  return snapshotAccess({ meta, arrays });
}

const notOne = "This is not a snapshot of Polytempo (Export → Snapshot makes one).";

const missing = (request: string): AccessError =>
  new AccessError("left-out", `The snapshot does not hold this (${request.split("?")[0]}).`);

/** Answers requests from what a snapshot holds; ranges of steps fall back to the whole run. */
export function snapshotAccess(content: Columns<SnapshotMeta>): Access {
  const held = new Set([...Object.keys(content.meta.json), ...content.meta.binary]);
  const find = (request: string): string => {
    const found = nearest(request, held);
    if (found === null) throw missing(request);
    return found;
  };
  const columnsOf = <Meta>(key: string): Columns<Meta> => {
    const array = Object.hasOwn(content.arrays, key) ? content.arrays[key] : undefined;
    if (array === undefined) throw missing(key);
    const { buffer, byteOffset, byteLength } = array.values;
    return decodeColumns<Meta>(new Uint8Array(buffer, byteOffset, byteLength));
  };
  return {
    kind: "snapshot",
    json: async <T>(request: string) => {
      const key = find(request);
      if (!Object.hasOwn(content.meta.json, key)) throw missing(request);
      return content.meta.json[key] as T;
    },
    columns: async <Meta>(request: string) => {
      const generations = generationsHeld(request, held);
      if (generations !== null) {
        return joinPopulation(generations.map((one) => columnsOf<PopulationMeta>(one))) as Columns<Meta>;
      }
      const single = oneByOne(request);
      if (single === null || held.has(request)) return columnsOf<Meta>(find(request));
      // Lines of several members are held one by one; those that are not in the file are not drawn.
      const found = single.flatMap((one) => nearest(one, held) ?? []);
      if (found.length === 0) throw missing(request);
      return joinCurves(found.map((one) => columnsOf<CurvesMeta>(one))) as Columns<Meta>;
    },
    listen: () => () => {},
    download: () => null,
    control: () => Promise.reject(new AccessError("read-only", "A snapshot cannot be controlled.")),
    authorise: () => Promise.resolve(false),
  };
}

const withoutRange = ["x0", "x1", "px"];

/** The held request that answers this one: itself, the same over all steps, or the one on that path with most in common. */
export function nearest(request: string, held: ReadonlySet<string>): string | null {
  if (held.has(request)) return request;
  const [path, query] = parts(request);
  for (const name of withoutRange) query.delete(name);
  let best: string | null = null;
  let score = -1;
  for (const candidate of held) {
    const [otherPath, other] = parts(candidate);
    if (otherPath !== path) continue;
    for (const name of withoutRange) other.delete(name);
    const common = [...query].filter(([name, value]) => other.get(name) === value).length;
    const clash = [...query].some(([name, value]) => naming.has(name) && other.get(name) !== value);
    const extra = [...other].length - common;
    if (clash || common * 10 - extra <= score) continue;
    score = common * 10 - extra;
    best = candidate;
  }
  return best;
}
/** Parameters that say what is asked for: an answer with another value would be an answer to something else. */
const naming = new Set(["metric", "members", "member", "name", "x", "y", "runs", "generation", "run"]);

function parts(request: string): [string, URLSearchParams] {
  const at = request.indexOf("?");
  return at < 0
    ? [request, new URLSearchParams()]
    : [request.slice(0, at), new URLSearchParams(request.slice(at + 1))];
}
