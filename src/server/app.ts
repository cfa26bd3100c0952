import { randomBytes } from "node:crypto";
import { type Context, Hono } from "hono";
import { StoreError, UsageError } from "../errors/index.ts";
import { splitNames } from "../figures/index.ts";
import { type Assets, noPage } from "./assets.ts";
import { bodyOf } from "./body.ts";
import { requestControl } from "./controls.ts";
import { missing, Refusal } from "./failure.ts";
import { Guard, securityHeaders } from "./guard.ts";
import { type Lease, Library } from "./library.ts";
import { Parameters } from "./parameters.ts";
import { attachment, reply } from "./reply.ts";
import { Routes } from "./routes.ts";
import { snapshotOf } from "./snapshot.ts";
import { Streams } from "./stream.ts";
import type { ApiError, SessionFacts } from "./types.ts";

export interface AppOptions {
  /** Run directories, or folders of them. */
  readonly places: readonly string[];
  /** Version of the package. */
  readonly version: string;
  /** What the server listens on, for the check of Host. */
  readonly host: string;
  /** Controls need it. */
  readonly token: string;
  /** Further names of this server. */
  readonly hosts?: readonly string[];
  readonly readOnly?: boolean;
  readonly assets?: Assets;
}

/** The dashboard without a socket: `app.fetch` answers requests. */
export interface DashboardApp {
  readonly fetch: (request: Request) => Response | Promise<Response>;
  /** Ends streams and closes the runs. */
  close(): Promise<void>;
}

/**
 * Makes the dashboard.
 * @example
 * const app = createApp({ places: ["runs"], version: "0.1.0", host: "127.0.0.1", token: newToken() });
 * await app.fetch(new Request("http://127.0.0.1/api/runs"));
 */
export function createApp(options: AppOptions): DashboardApp {
  const readOnly = options.readOnly ?? false;
  const routes = new Routes({ readOnly });
  const library = new Library(options.places, (run) => routes.forget(run));
  const streams = new Streams(library);
  const guard = new Guard(options);
  const snapshots = new Map<string, Promise<Uint8Array<ArrayBuffer>>>();
  const app = new Hono();

  app.use("*", async (context, next) => {
    const nonce = randomBytes(16).toString("base64");
    for (const [name, value] of Object.entries(securityHeaders(nonce))) context.header(name, value);
    guard.checkHost(context.req.header("host") ?? new URL(context.req.url).host);
    if (context.req.method === "POST") {
      const { req } = context;
      guard.checkOrigin(
        req.header("origin"),
        req.header("host") ?? new URL(req.url).host,
        req.header("sec-fetch-site"),
      );
    } else if (context.req.method !== "GET" && context.req.method !== "HEAD") {
      context.header("Allow", "GET, HEAD, POST");
      throw new Refusal(405, "method", "Only GET and POST.");
    }
    if (context.req.path.startsWith("/api/")) {
      context.header("Cache-Control", "no-store");
      guard.checkSite(context.req.header("sec-fetch-site"));
      if (guard.guardsReading && context.req.path !== "/api/session")
        guard.checkCookie(context.req.header("cookie"));
    }
    Object.assign(context.env ?? {}, { nonce });
    await next();
  });

  app.get("/api/session", (context) =>
    context.json({
      version: options.version,
      controls: !readOnly,
      authorised: guard.authorised(context.req.header("cookie")),
    } satisfies SessionFacts),
  );
  app.post("/api/session", async (context) => {
    const body = await bodyOf(context);
    context.header("Set-Cookie", guard.exchange((body as { token?: unknown } | null)?.token));
    return context.body(null, 204);
  });

  app.get("/api/runs", async (context) => context.json(await library.list()));
  app.get("/api/compare", async (context) => {
    const query = queryOf(context);
    const names = splitNames(query.text("runs"));
    if (names.length > 8) throw new Refusal(400, "parameter", "runs: at most 8");
    const leases: Lease[] = [];
    try {
      for (const name of names) leases.push(await library.lease(name));
      const given = await routes.compare(
        leases.map(({ run }) => run),
        query,
      );
      return reply(context, given, "compare", () => {});
    } finally {
      for (const { release } of leases) release();
    }
  });
  app.get("/api/events", async (context) => {
    const run = queryOf(context).optional("run");
    if (run !== undefined) await library.open(run);
    context.header("Content-Type", "text/event-stream");
    context.header("X-Accel-Buffering", "no");
    if (context.req.method === "HEAD") return context.body(null);
    return context.body(streams.open(run ?? null, context.req.header("last-event-id")));
  });

  app.post("/api/runs/:run/controls", async (context) => {
    guard.checkCookie(context.req.header("cookie"));
    if (readOnly) throw new Refusal(403, "read-only", "This dashboard was started with --read-only.");
    const run = await library.open(context.req.param("run"));
    return context.json(requestControl(run, await bodyOf(context)), 202);
  });
  app.get("/api/runs/:run/snapshot", async (context) => {
    const { run, release } = await library.lease(context.req.param("run"));
    try {
      const made =
        snapshots.get(run.run) ??
        snapshotOf([run], routes, { version: options.version }).finally(() => snapshots.delete(run.run));
      // It takes a second and some megabytes: who asks meanwhile gets the same.
      snapshots.set(run.run, made);
      const bytes = await made;
      context.header("Content-Disposition", attachment(`${run.run}.polytempo`));
      context.header("Content-Type", "application/gzip");
      return context.body(bytes);
    } finally {
      release();
    }
  });
  const view = async (context: Context): Promise<Response> => {
    const { run, release } = await library.lease(context.req.param("run") ?? "");
    try {
      const path = pathAfterRun(context);
      const query = queryOf(context);
      const request = `${path.join("/")}?${new URL(context.req.url).searchParams.toString()}`;
      const given = await routes.respond(run, path, query, request);
      return reply(context, given, run.run, release);
    } catch (error) {
      release();
      throw error;
    }
  };
  app.get("/api/runs/:run", view);
  app.get("/api/runs/:run/*", view);

  app.all("/api/*", (context) => {
    throw missing(`No route ${context.req.path.slice(0, 200)}`);
  });
  app.get("*", (context) => page(context, options.assets ?? new Map()));
  app.onError((error, context) => failure(context, error));

  return {
    fetch: (request) => app.fetch(request, {}),
    async close() {
      streams.close();
      await library.close();
    },
  };
}

const queryOf = (context: Context): Parameters => new Parameters(new URL(context.req.url).searchParams);

/** The words after `/api/runs/:run/`, decoded one by one, so that an encoded slash stays within its word. */
function pathAfterRun(context: Context): string[] {
  const words = new URL(context.req.url).pathname.split("/").slice(4);
  return words
    .filter((word) => word !== "")
    .map((word) => {
      try {
        return decodeURIComponent(word);
      } catch {
        throw missing("The address is not one of this server's.");
      }
    });
}

/** A file of the page; any other address is one of the page's own views, except under /assets/. */
function page(context: Context, assets: Assets): Response {
  const { path } = context.req;
  const found = assets.get(path);
  const asset = found ?? (path.startsWith("/assets/") ? undefined : assets.get("/index.html"));
  if (asset === undefined) {
    if (assets.size > 0) throw missing("There is no such file.");
    context.header("Content-Type", "text/html; charset=utf-8");
    return context.body(noPage, 503);
  }
  context.header("Content-Type", asset.type);
  context.header("Cache-Control", asset.immutable ? "public, max-age=31536000, immutable" : "no-cache");
  const content = asset.read();
  const nonce = (context.env as { readonly nonce?: string }).nonce ?? "";
  return context.body(typeof content === "string" ? content.replaceAll("__NONCE__", nonce) : content);
}

function failure(context: Context, error: unknown): Response {
  context.header("Content-Type", "application/json");
  if (error instanceof Refusal) return context.body(JSON.stringify(error.body), error.status);
  const known = error instanceof StoreError || error instanceof UsageError;
  const body: ApiError = {
    error: { kind: known ? "store" : "bug", message: error instanceof Error ? error.message : String(error) },
  };
  return context.body(JSON.stringify(body), known ? 503 : 500);
}
