import type { Columns } from "../../figures/index.ts";
import type { ControlAnswer, ControlBody, ProgressMessage } from "../../server/index.ts";

/** What a page may be told while it is open. */
export interface Listener {
  readonly progress: (message: ProgressMessage) => void;
  readonly runs: () => void;
  /** The connection broke, or came back. */
  readonly connected: (now: boolean) => void;
}

/** Where the numbers come from: a server, or a snapshot in the page. Requests are paths of the API, without `/api`. */
export interface Access {
  readonly kind: "server" | "snapshot";
  json<T>(request: string, signal?: AbortSignal): Promise<T>;
  columns<Meta>(request: string, signal?: AbortSignal): Promise<Columns<Meta>>;
  /** Begins to listen; the result ends it. A snapshot never says anything. */
  listen(run: string | null, listener: Listener): () => void;
  /** Address of a file to save; null: the snapshot does not hold it. */
  download(request: string): string | null;
  control(run: string, body: ControlBody): Promise<ControlAnswer>;
  /** Exchanges the token of the address for this browser's right to control. */
  authorise(token: string): Promise<boolean>;
}

/** What a request came to, in words for a person. */
export class AccessError extends Error {
  readonly kind: string;
  constructor(kind: string, message: string) {
    super(message);
    this.kind = kind;
  }
}

/** A request with its parameters sorted by name: the name under which a snapshot holds the answer. */
export function requestOf(
  path: string,
  parameters: Readonly<Record<string, string | number | null | undefined>> = {},
): string {
  const query = Object.entries(parameters)
    .flatMap(([name, value]) => (value == null ? [] : [[name, String(value)] as const]))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join("&");
  return query === "" ? path : `${path}?${query}`;
}

/** `/runs/digits`, with the name encoded. */
export const runPath = (run: string, rest = ""): string => `/runs/${encodeURIComponent(run)}${rest}`;
