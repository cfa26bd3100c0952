import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it, vi } from "vitest";
import { startCompanion } from "../../src/cli/live/companion.ts";
import { run } from "../../src/engine/index.ts";
import type { ControlAnswer, Feed, RunManifest } from "../../src/server/index.ts";
import { openRunReader } from "../../src/store/index.ts";
import { defineTrainer } from "../../src/trainers/index.ts";
import { logOf, toy, toySpace, toyTrainer } from "../engine/support.ts";

const folder = mkdtempSync(join(tmpdir(), "polytempo-companion-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const main = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "src", "cli", "main.ts");
const entry = ["--import", "tsx", main];

/** A process at low priority, from sources, on a busy machine. */
const patienceMs = 120_000;
vi.setConfig({ testTimeout: 300_000 });

/** Lets everybody through once it is open. */
function gate(): { readonly passed: Promise<void>; readonly open: () => void } {
  let open = (): void => {};
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open: () => open() };
}

/** The run goes no further than half its way before a person has asked for a pause, nor to its end before the kill. */
const [asked, killed] = [gate(), gate()];
let segments = 0;

/** The toy, slow enough for a dashboard to watch it. */
const slow = defineTrainer<{ h0: number; h1: number }, { theta: [number, number] }>({
  name: "toy",
  init: () => ({ theta: [0.9, 0.9] }),
  async train(state, h, steps) {
    await wait(60);
    segments++;
    if (segments > 6 * 20) await asked.passed;
    if (segments > 6 * 30) await killed.passed;
    for (let i = 0; i < steps; i++) {
      state.theta[0] -= 0.02 * 2 * h.h0 * state.theta[0];
      state.theta[1] -= 0.02 * 2 * h.h1 * state.theta[1];
    }
  },
  evaluate: ({ theta }) => 1.2 - theta[0] ** 2 - theta[1] ** 2,
});

const generations = 40;
const request = { ...toy(), space: toySpace, stop: { steps: 4 * generations } };

const started = async (directory: string): Promise<void> => {
  await vi.waitFor(() => readFileSync(join(directory, "run.db")), { timeout: 60_000 });
};

/** Process of the server at an address: whoever listens there. */
const alive = async (url: string): Promise<boolean> =>
  await fetch(new URL("/api/runs", url)).then(
    (response) => response.ok,
    () => false,
  );

describe("the dashboard beside a run", () => {
  it("shows it live and passes on what a person asks; killed half-way, it changes no decision", async () => {
    const directory = join(folder, "watched");
    const handle = run({ ...request, trainer: slow }, { directory, slots: 6 });
    let ended = false;
    void handle.result.finally(() => {
      ended = true;
    });
    await started(directory);
    const companion = startCompanion(directory, entry, patienceMs);
    const url = await companion.url;
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#k=[\w-]{22}$/);
    const { origin, hash } = new URL(url!);
    const manifest = (await (await fetch(`${origin}/api/runs/watched`)).json()) as RunManifest;
    expect(manifest).toMatchObject({ phase: "live", controllable: true, members: 6 });

    const login = await fetch(`${origin}/api/session`, {
      method: "POST",
      headers: { origin, "content-type": "application/json" },
      body: JSON.stringify({ token: hash.slice(3) }),
    });
    const cookie = login.headers.get("set-cookie")!.split(";")[0]!;
    const ask = async (action: string): Promise<ControlAnswer> => {
      const answer = await fetch(`${origin}/api/runs/watched/controls`, {
        method: "POST",
        headers: { origin, cookie, "content-type": "application/json" },
        body: JSON.stringify({ action }),
      });
      expect(answer.status).toBe(202);
      return (await answer.json()) as ControlAnswer;
    };
    await ask("pause");
    asked.open();
    await vi.waitFor(
      async () => {
        const feed = (await (await fetch(`${origin}/api/runs/watched/feed?kind=control`)).json()) as Feed;
        expect(feed.entries).toMatchObject([
          { human: true, text: expect.stringContaining("human asked for pause: done") },
        ]);
      },
      { timeout: 60_000, interval: 50 },
    );
    // In mid-run, and sure to be: the run is paused until the request below, and has most of its way to go.
    const paused = (await (await fetch(`${origin}/api/runs/watched`)).json()) as RunManifest;
    expect(paused.paused).toBe(true);
    expect(paused.generation).toBeLessThan(generations);
    await ask("unpause");

    // Its streams and requests are open when it dies.
    const stream = await fetch(`${origin}/api/events?run=watched`);
    expect(ended).toBe(false);
    process.kill(companion.pid!, "SIGKILL");
    killed.open();
    await stream.body!.cancel().catch(() => {});
    await vi.waitFor(async () => expect(await alive(url!)).toBe(false), { timeout: 60_000, interval: 50 });

    const result = await handle.result;
    expect(result.reason).toBe("steps");
    await run({ ...request, trainer: toyTrainer }, { directory: join(folder, "alone"), slots: 1 }).result;
    expect(await logOf(directory)).toEqual(await logOf(join(folder, "alone")));
  });

  it("ends when the run's process lets go of it", async () => {
    const directory = join(folder, "short");
    await run({ ...request, stop: { steps: 8 }, trainer: toyTrainer }, { directory, slots: 1 }).result;
    const companion = startCompanion(directory, entry, patienceMs);
    const url = await companion.url;
    expect(await alive(url!)).toBe(true);
    companion.close();
    await vi.waitFor(async () => expect(await alive(url!)).toBe(false), { timeout: 60_000, interval: 50 });
    const reader = await openRunReader(directory);
    expect(reader.decisionCount()).toBeGreaterThan(0);
    reader.close();
  });

  it("that cannot start is no reason to stop: there is just no address", async () => {
    const companion = startCompanion(join(folder, "nowhere"), entry, patienceMs);
    expect(await companion.url).toBeNull();
    companion.close();
  });
});
