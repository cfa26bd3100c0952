import { type ServerType, serve } from "@hono/node-server";
import { UsageError } from "../errors/index.ts";
import { createApp } from "./app.ts";
import { builtPage, readAssets } from "./assets.ts";
import { isLoopback, newToken } from "./guard.ts";

export interface DashboardOptions {
  /** Run directories, or folders of them. */
  readonly places: readonly string[];
  readonly version: string;
  /** Default 127.0.0.1. Anything that other machines reach needs `token`. */
  readonly host?: string;
  /** Default: the first free one of 4310 … 4329. 0: any. */
  readonly port?: number;
  /** Default: 128 random bits. */
  readonly token?: string;
  /** Further names by which the server may be called. */
  readonly hosts?: readonly string[];
  readonly readOnly?: boolean;
  /** Folder of the built page. */
  readonly page?: string;
}

/** A dashboard that listens. */
export interface Dashboard {
  /** Address with the token in its fragment, which browsers send to nobody. */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** A client that sends its request drop by drop is not waited for. */
const serverOptions = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 5_000,
  keepAliveTimeout: 5_000,
} as const;
/** More are closed at once: each holds memory, and a file of the process. */
const mostConnections = 256;
/** A connection on which nothing moves for so long is closed, with what waits for it in memory. Streams say something every 10 s. */
const silenceMs = 120_000;

const firstPort = 4310;
const ports = 20;
const leastToken = 16;

/**
 * Serves runs. Only reads them, but for what people ask by its controls.
 * @throws UsageError when it would be open to other machines without a token, or when no port is free
 */
export async function startDashboard(options: DashboardOptions): Promise<Dashboard> {
  const { host = "127.0.0.1", readOnly = false } = options;
  if (!isLoopback(host) && options.token === undefined) {
    throw new UsageError(
      `--host ${host}: other machines could reach this dashboard, so it needs --token with a secret of your own (at least ${leastToken} characters)`,
    );
  }
  if (options.token !== undefined && options.token.length < leastToken) {
    throw new UsageError(`--token: needs at least ${leastToken} characters, got ${options.token.length}`);
  }
  const token = options.token ?? newToken();
  const app = createApp({
    ...options,
    host,
    token,
    readOnly,
    assets: readAssets(options.page ?? builtPage()),
  });
  const wanted =
    options.port === undefined ? Array.from({ length: ports }, (_, i) => firstPort + i) : [options.port];
  for (const port of wanted) {
    const server = await listen(app.fetch, host, port);
    if (server === null) continue;
    const address = server.address();
    const actual = typeof address === "object" && address !== null ? address.port : port;
    const name =
      isLoopback(host) && host.includes(":")
        ? `[${host.replace(/[[\]]/g, "")}]`
        : host === "0.0.0.0"
          ? "127.0.0.1"
          : host;
    return {
      url: `http://${name}:${actual}/#k=${token}`,
      port: actual,
      async close() {
        await app.close();
        await new Promise<void>((resolve) => {
          server.close(() => resolve());
          if ("closeAllConnections" in server) server.closeAllConnections();
        });
      },
    };
  }
  await app.close();
  throw new UsageError(
    options.port === undefined
      ? `no port from ${firstPort} to ${firstPort + ports - 1} is free. Choose one with --port`
      : `--port ${options.port}: another program uses it. Choose another`,
  );
}

/** null: the port is taken. */
function listen(
  fetch: (request: Request) => Response | Promise<Response>,
  hostname: string,
  port: number,
): Promise<ServerType | null> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch, hostname: hostname.replace(/[[\]]/g, ""), port, serverOptions }, () =>
      resolve(server),
    );
    server.maxConnections = mostConnections;
    server.setTimeout(silenceMs);
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE" || error.code === "EACCES") resolve(null);
      else reject(error);
    });
  });
}
