import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { runsFolder } from "./fixtures/app.ts";
import { syntheticRun } from "./fixtures/synthetic.ts";
import { type Dashboard, startDashboard } from "./serve.ts";

const folder = runsFolder();
let dashboard: Dashboard;
beforeAll(async () => {
  await syntheticRun(join(folder, "a"), { members: 4, generations: 3, samples: 500 });
  dashboard = await startDashboard({ places: [folder], version: "0.0.0", port: 0, page: folder });
});
afterAll(() => dashboard.close());

function socket(text: string): Socket {
  const one = connect(dashboard.port, "127.0.0.1");
  one.on("error", () => {});
  one.write(text);
  return one;
}

/** What the server writes until it closes. */
async function talk(text: string): Promise<string> {
  const one = socket(text);
  let got = "";
  one.on("data", (data: Buffer) => {
    got += data.toString("latin1");
  });
  await Promise.race([once(one, "close"), wait(5000)]);
  one.destroy();
  return got;
}

const lines = (...more: readonly string[]): string => `${more.join("\r\n")}\r\nConnection: close\r\n\r\n`;
const alive = async (): Promise<number> =>
  (await fetch(`http://127.0.0.1:${dashboard.port}/api/runs/a`)).status;

describe("a server that listens", () => {
  const host = "Host: 127.0.0.1";
  it.each<[string, string, RegExp]>([
    ["no Host", lines("GET /api/runs HTTP/1.1"), /^HTTP\/1.1 400/],
    ["a foreign Host", lines("GET /api/runs HTTP/1.1", "Host: evil.example"), /^HTTP\/1.1 403/],
    ["two Hosts", lines("GET /api/runs HTTP/1.1", host, "Host: evil.example"), /^HTTP\/1.1 403/],
    ["a Host with a user", lines("GET /api/runs HTTP/1.1", "Host: evil@127.0.0.1"), /^HTTP\/1.1 400/],
    ["a Host that is no address", lines("GET /api/runs HTTP/1.1", "Host: 127.0.0.1:x"), /^HTTP\/1.1 400/],
    ["TRACE", lines("TRACE /api/runs HTTP/1.1", host), /^HTTP\/1.1 405/],
    ["OPTIONS", lines("OPTIONS /api/runs HTTP/1.1", host), /^HTTP\/1.1 405[^]*allow: GET, HEAD, POST/i],
    ["CONNECT", lines("CONNECT evil.example:443 HTTP/1.1", host), /^$/],
    [
      "a path that climbs",
      lines("GET /api/runs/a/../../../../etc/passwd HTTP/1.1", host),
      /^HTTP\/1.1 503[^]*The page is not built/,
    ],
    [
      "a path that climbs, encoded",
      lines("GET /api/runs/a%2f..%2f..%2fetc%2fpasswd HTTP/1.1", host),
      /^HTTP\/1.1 404/,
    ],
    ["a path that is no text", lines("GET /api/runs/%ff%00 HTTP/1.1", host), /^HTTP\/1.1 404/],
    [
      "a hundred thousand ids",
      lines(`GET /api/runs/a/columns?members=${"1,".repeat(100_000)} HTTP/1.1`, host),
      /^HTTP\/1.1 431/,
    ],
    [
      "two lengths",
      lines("POST /api/session HTTP/1.1", host, "Content-Length: 1", "Transfer-Encoding: chunked"),
      /^HTTP\/1.1 400/,
    ],
    [
      "a length that lies",
      lines("POST /api/session HTTP/1.1", host, "Origin: http://127.0.0.1", "Content-Length: 99999999999"),
      /^HTTP\/1.1 400/,
    ],
    ["HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", /^HTTP\/1.1 400/],
    ["TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", /^HTTP\/1.1 400/],
  ])("answers %s with what it deserves", async (_, text, expected) => {
    expect(await talk(text)).toMatch(expected);
    expect(await alive()).toBe(200);
  });

  it("speaks no WebSocket: the request is an ordinary one", async () => {
    const upgrade = ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"];
    const one = socket(["GET /api/runs HTTP/1.1", host, ...upgrade, "", ""].join("\r\n"));
    const [data] = (await once(one, "data")) as [Buffer];
    expect(data.toString()).toMatch(/^HTTP\/1.1 200/);
    one.destroy();
  });

  it("holds at most 256 connections, and answers again when they are gone", async () => {
    const open = Array.from({ length: 300 }, () => socket(`GET /api/runs HTTP/1.1\r\n${host}\r\nX-a`));
    await vi.waitFor(() => expect(open.filter((one) => one.closed).length).toBeGreaterThanOrEqual(44), {
      timeout: 10_000,
    });
    expect(open.filter((one) => one.closed).length).toBeLessThan(60);
    for (const one of open) one.destroy();
    await vi.waitFor(async () => expect(await alive()).toBe(200), { timeout: 10_000 });
  });

  it("lets go of a run when a download is given up half-way", async () => {
    const response = await fetch(`http://127.0.0.1:${dashboard.port}/api/runs/a/export.csv?what=samples`);
    const reader = response.body!.getReader();
    await reader.read();
    await reader.cancel();
    expect(await alive()).toBe(200);
  });
});
