import { randomBytes } from "node:crypto";
import { gzipSync } from "node:zlib";
import { type Context, Hono } from "hono";
import { encodeColumns } from "../figures/index.ts";
import { StoreError, UsageError } from "../errors/index.ts";
import { type Assets, noPage } from "./assets.ts";
import { requestControl } from "./controls.ts";
import { missing, Refusal } from "./failure.ts";
import { Guard, securityHeaders } from "./guard.ts";
import { Library } from "./library.ts";
import { Parameters } from "./parameters.ts";
import { Routes } from "./routes.ts";
import { snapshotOf } from "./snapshot.ts";
import { Streams } from "./stream.ts";
import type { ApiError, SessionFacts } from "./types.ts";
import type { Answer } from "./views/answer.ts";

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

/** Bodies of POST requests are small. */
const mostBody = 16_384;
/** Below this, packing costs more than it saves. */
const leastPacked = 16_384;

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
      throw new Refusal(405, "method", "Only GET and POST.");
    }
    if (context.req.path.startsWith("/api/")) {
      context.header("Cache-Control", "no-store");
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
    const names = query
      .text("runs")
      .split(",")
      .filter((name) => name !== "");
    if (names.length > 8) throw new Refusal(400, "parameter", "runs: at most 8");
    const runs = [];
    for (const name of names) runs.push(await library.open(name));
    return answer(context, await routes.compare(runs, query));
  });
  app.get("/api/events", async (context) => {
    const run = queryOf(context).optional("run");
    if (run !== undefined) await library.open(run);
    context.header("Content-Type", "text/event-stream");
    context.header("X-Accel-Buffering", "no");
    return context.body(streams.open(run ?? null, context.req.header("last-event-id")));
  });

  app.post("/api/runs/:run/controls", async (context) => {
    guard.checkCookie(context.req.header("cookie"));
    if (readOnly) throw new Refusal(403, "read-only", "This dashboard was started with --read-only.");
    const run = await library.open(context.req.param("run"));
    return context.json(requestControl(run, await bodyOf(context)), 202);
  });
  app.get("/api/runs/:run/snapshot", async (context) => {
    const run = await library.open(context.req.param("run"));
    const bytes = await snapshotOf([run], routes, { version: options.version });
    context.header("Content-Disposition", attachment(`${run.run}.polytempo`));
    context.header("Content-Type", "application/gzip");
    return context.body(bytes);
  });
  const view = async (context: Context): Promise<Response> => {
    const run = await library.open(context.req.param("run") ?? "");
    const path = pathAfterRun(context);
    const query = queryOf(context);
    const request = `${path.join("/")}?${new URL(context.req.url).searchParams.toString()}`;
    const given = await routes.bytes(run, request, () => routes.answer(run, path, query));
    return answer(context, given, run.run);
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

async function bodyOf(context: Context): Promise<unknown> {
  const text = await context.req.text();
  if (text.length > mostBody) throw new Refusal(400, "parameter", "The request is too long.");
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new Refusal(400, "parameter", "The request is not JSON.");
  }
}

/** For a file's name in a header: letters, digits, dots, dashes. */
const attachment = (name: string): string => `attachment; filename="${name.replace(/[^\w.-]+/g, "_")}"`;

function answer(context: Context, given: Answer | Uint8Array<ArrayBuffer>, run = "compare"): Response {
  if (given instanceof Uint8Array) return binary(context, given);
  switch (given.kind) {
    case "columns":
      return binary(context, encodeColumns(given.value));
    case "csv":
      context.header("Content-Type", "text/csv; charset=utf-8");
      context.header("Content-Disposition", attachment(`${run}-${given.file}`));
      return context.body(lineStream(given.lines));
    case "json": {
      context.header("Content-Type", "application/json");
      const text = JSON.stringify(given.value);
      return packs(context) && text.length >= leastPacked
        ? packed(context, Buffer.from(text))
        : context.body(text);
    }
  }
}

/** Numbers go as they are; images of bytes (the raster) pack well. */
function binary(context: Context, bytes: Uint8Array<ArrayBuffer>): Response {
  context.header("Content-Type", "application/octet-stream");
  const image = context.req.path.endsWith("/raster");
  return image && packs(context) ? packed(context, bytes) : context.body(bytes);
}

const packs = (context: Context): boolean => /\bgzip\b/.test(context.req.header("accept-encoding") ?? "");

function packed(context: Context, bytes: Uint8Array): Response {
  context.header("Content-Encoding", "gzip");
  context.header("Vary", "Accept-Encoding");
  return context.body(new Uint8Array(gzipSync(bytes, { level: 1 })));
}

/** Lines in pieces of some kilobytes, made as fast as they are read. */
function lineStream(lines: Iterable<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const iterator = lines[Symbol.iterator]();
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      let text = "";
      while (text.length < 65_536) {
        const next = iterator.next();
        if (next.done === true) {
          if (text !== "") controller.enqueue(encoder.encode(text));
          controller.close();
          return;
        }
        text += `${next.value}\n`;
      }
      controller.enqueue(encoder.encode(text));
    },
    cancel() {
      iterator.return?.();
    },
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
