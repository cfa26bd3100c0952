import { type Columns, decodeColumns } from "../../figures/index.ts";
import type { ApiError, ControlAnswer, ProgressMessage } from "../../server/index.ts";
import { type Access, AccessError, type Listener } from "./access.ts";

/** Numbers that came last, by request: while a run is live the server may have nothing newer to give. */
const tagged = new Map<string, { readonly tag: string; readonly columns: Columns<unknown> }>();
const mostTagged = 12;

async function ask(request: string, options: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(`/api${request}`, { credentials: "same-origin", ...options });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new AccessError(
      "offline",
      "The dashboard's server does not answer. Is `polytempo dashboard` running?",
    );
  }
  if (response.ok || response.status === 304) return response;
  const body = (await response.json().catch(() => null)) as ApiError | null;
  if (body === null && response.status === 404) {
    throw new AccessError(
      "no-api",
      "This web server has only the page, no runs. `polytempo dashboard` serves both; a snapshot can be opened here.",
    );
  }
  throw new AccessError(
    body?.error.kind ?? "http",
    body?.error.message ?? `The server answered ${response.status}.`,
  );
}

const post = (request: string, body: unknown): Promise<Response> =>
  ask(request, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });

/** Asks the server that the page came from. */
export const server: Access = {
  kind: "server",
  json: async <T>(request: string, signal?: AbortSignal) =>
    (await (await ask(request, signal === undefined ? {} : { signal })).json()) as T,
  columns: async <Meta>(request: string, signal?: AbortSignal) => {
    const before = tagged.get(request);
    const response = await ask(request, {
      ...(signal === undefined ? {} : { signal }),
      ...(before === undefined ? {} : { headers: { "If-None-Match": before.tag } }),
    });
    if (response.status === 304 && before !== undefined) return before.columns as Columns<Meta>;
    const columns = decodeColumns<Meta>(new Uint8Array(await response.arrayBuffer()));
    const tag = response.headers.get("ETag");
    tagged.delete(request);
    if (tag !== null) tagged.set(request, { tag, columns });
    if (tagged.size > mostTagged) tagged.delete(tagged.keys().next().value!);
    return columns;
  },
  listen,
  download: (request) => `/api${request}`,
  control: async (run, body) =>
    (await (await post(`/runs/${encodeURIComponent(run)}/controls`, body)).json()) as ControlAnswer,
  authorise: async (token) => {
    try {
      await post("/session", { token });
      return true;
    } catch (error) {
      if (error instanceof AccessError) return false;
      throw error;
    }
  },
};

/** One connection, closed while the tab is hidden: browsers keep only six to a host. */
function listen(run: string | null, listener: Listener): () => void {
  let source: EventSource | null = null;
  const close = (): void => {
    source?.close();
    source = null;
  };
  const follow = (): void => {
    if (document.visibilityState === "hidden") return close();
    if (source !== null) return;
    source = new EventSource(run === null ? "/api/events" : `/api/events?run=${encodeURIComponent(run)}`);
    source.addEventListener("progress", (event: MessageEvent<string>) =>
      listener.progress(JSON.parse(event.data) as ProgressMessage),
    );
    source.addEventListener("runs", () => listener.runs());
    source.addEventListener("open", () => listener.connected(true));
    source.addEventListener("error", () => {
      listener.connected(false);
      // A refused connection is not tried again by the browser.
      if (source?.readyState === EventSource.CLOSED) {
        close();
        setTimeout(() => {
          if (!ended) follow();
        }, 3000);
      }
    });
  };
  let ended = false;
  document.addEventListener("visibilitychange", follow);
  follow();
  return () => {
    ended = true;
    document.removeEventListener("visibilitychange", follow);
    close();
  };
}
