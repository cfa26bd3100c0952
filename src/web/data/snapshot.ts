import { type Columns, decodeColumns } from "../../figures/index.ts";
import type { SnapshotMeta } from "../../server/index.ts";
import { type Access, AccessError } from "./access.ts";

async function inflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/**
 * Opens a snapshot file: the bytes that `GET …/snapshot` gives and a report carries.
 * @throws AccessError when they are something else
 */
export async function openSnapshot(bytes: Uint8Array<ArrayBuffer>): Promise<Access> {
  let content: Columns<SnapshotMeta>;
  try {
    content = decodeColumns<SnapshotMeta>(await inflate(bytes));
  } catch {
    throw new AccessError("snapshot", "This is not a snapshot of Polytempo (Export → Snapshot makes one).");
  }
  if (content.meta.format !== "polytempo-snapshot" || content.meta.version !== 1) {
    throw new AccessError("snapshot", "This snapshot was made by another version of Polytempo.");
  }
  return snapshotAccess(content);
}

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
  return {
    kind: "snapshot",
    json: async <T>(request: string) => content.meta.json[find(request)] as T,
    columns: async <Meta>(request: string) => {
      const array = content.arrays[find(request)];
      if (array === undefined) throw missing(request);
      const { buffer, byteOffset, byteLength } = array.values;
      return decodeColumns<Meta>(new Uint8Array(buffer, byteOffset, byteLength));
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
const naming = new Set(["metric", "members", "name", "x", "y", "runs", "generation", "run"]);

function parts(request: string): [string, URLSearchParams] {
  const at = request.indexOf("?");
  return at < 0
    ? [request, new URLSearchParams()]
    : [request.slice(0, at), new URLSearchParams(request.slice(at + 1))];
}
