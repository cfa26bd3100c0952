import { join } from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import { key, stream } from "../../src/random/index.ts";
import { polytempo, scratch, type Started, start } from "../cli/polytempo.ts";
import { eventually, processesWith } from "../trainers/harness.ts";
import { finish, lanes, within } from "./harness.ts";
import { type Kind, kinds, toyPopulation } from "./toy.ts";

/** Many processes one after another: on a busy machine this takes minutes. */
vi.setConfig({ testTimeout: 300_000 });

const { folder, remove } = scratch("promise");
afterAll(remove);

const log = (name: string): string => polytempo(["export", name, "--to", "jsonl"], { cwd: folder }).out;
const verified = (name: string): number | null => polytempo(["verify", name], { cwd: folder }).code;

describe("the decision log of a synchronous run", () => {
  it("is the same bytes in TypeScript and in Python at each level, for 1, 2 and 8 slots", async () => {
    const runs = kinds.flatMap((kind) => [1, 2, 8].map((slots) => ({ kind, slots })));
    const nameOf = ({ kind, slots }: { kind: Kind; slots: number }): string =>
      `${kind.replace(" ", "")}-${slots}`;
    const codes = await lanes(2, runs, async (run) => {
      const name = nameOf(run);
      const flags = `--members 8 --steps 12 --seed 3 --slots ${run.slots} --name ${name} --quiet`.split(" ");
      const { code, err } = await finish(toyPopulation(run.kind, flags), folder);
      return [code, err];
    });
    expect([...codes.values()]).toEqual(runs.map(() => [0, ""]));
    const [first, ...others] = runs.map(nameOf);
    const expected = log(first!);
    const kindsOfEvents = expected
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as { kind: string }).kind);
    expect(kindsOfEvents.filter((kind) => kind === "evaluation")).toHaveLength(24);
    expect(kindsOfEvents.at(-1)).toBe("end");
    for (const other of others) expect(log(other), other).toBe(expected);
    expect(verified(first!)).toBe(0);
  });
});

/** What dies at a moment of a story: the command line, its trainers, or both at once. */
const victims = ["command line", "trainers", "both"] as const;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** @returns whether the process was there */
const killQuietly = (pid: number): boolean => {
  try {
    return process.kill(pid, "SIGKILL");
  } catch {
    // It ended meanwhile.
    return false;
  }
};

/**
 * Runs and resumes to the end, with kill -9 after random progress: when a process has written some lines of `--json`,
 * and a little later, something dies. A run that is faster than its kills has fewer of them.
 * @returns who was killed
 */
async function killed(
  kind: Kind,
  name: string,
  flags: readonly string[],
  seed: number,
  moments: number,
): Promise<string[]> {
  const draws = stream(key(seed), "kill");
  const directory = join(folder, "runs", name);
  const deaths: string[] = [];
  let running: Started = start(toyPopulation(kind, [...flags, "--name", name, "--json"]), folder);
  let lines = 0;
  for (let moment = 0; moment < moments; moment++) {
    lines += 1 + draws.integer(3);
    const victim = kind === "module" ? "command line" : victims[draws.integer(3)]!;
    const delayMs = 20 * draws.uniform();
    const reached = running.seen(`"seq":${lines},`).then(
      () => true,
      () => false,
    );
    if (!(await reached)) break;
    await sleep(delayMs);
    const trainers = victim === "command line" ? [] : processesWith(directory);
    const met = trainers.filter((pid) => pid !== running.pid).map(killQuietly);
    if (victim === "trainers") {
      if (met.includes(true)) deaths.push(victim);
      continue;
    }
    killQuietly(running.pid);
    if ((await running.ended).code !== null) break;
    deaths.push(victim);
    running = start(["resume", name, "--json"], folder);
    lines = 0;
  }
  const { code, out, err } = await within(120_000, running, name);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out.trim().split("\n").at(-1)).toContain('"reason":"steps"');
  await eventually(`no process of ${name} is left`, () => processesWith(directory).length === 0);
  return deaths;
}

describe("a run killed with kill -9 at random moments and resumed", () => {
  const flags = "--members 4 --steps 24 --seed 5 --slots 2".split(" ");
  const evaluations = (name: string): string[] =>
    log(name)
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { kind: string; member: number; generation: number })
      .filter((event) => event.kind === "evaluation")
      .map(({ member, generation }) => `${member}/${generation}`);

  it("ends with the decision log of an undisturbed run, whoever is killed", async () => {
    expect(
      (await finish(toyPopulation("module", [...flags, "--name", "calm", "--quiet"]), folder)).code,
    ).toBe(0);
    const stories = [
      { kind: "module", seed: 1 },
      { kind: "level 1", seed: 2 },
      { kind: "level 1", seed: 3 },
      { kind: "level 2", seed: 4 },
      { kind: "level 3", seed: 5 },
      { kind: "level 3", seed: 6 },
    ] as const;
    const nameOf = ({ kind, seed }: (typeof stories)[number]): string =>
      `${kind.replace(" ", "")}-killed-${seed}`;
    const deaths = await lanes(2, stories, (story) =>
      killed(story.kind, nameOf(story), flags, story.seed, 4),
    );
    const all = [...deaths.values()].flat();
    expect(new Set(all)).toEqual(new Set(victims));
    expect(all.length).toBeGreaterThanOrEqual(12);
    const calm = log("calm");
    for (const story of stories) {
      expect(log(nameOf(story)), nameOf(story)).toBe(calm);
      expect(verified(nameOf(story))).toBe(0);
    }
  });

  it("loses and doubles nothing of an asynchronous run, which verify derives again", async () => {
    const stories = [
      { kind: "level 1", seed: 11 },
      { kind: "level 3", seed: 12 },
    ] as const;
    const deaths = await lanes(2, stories, ({ kind, seed }) =>
      killed(kind, `async-${seed}`, [...flags, "--mode", "async"], seed, 4),
    );
    expect([...deaths.values()].flat().length).toBeGreaterThanOrEqual(4);
    for (const { seed } of stories) {
      const name = `async-${seed}`;
      const all = evaluations(name);
      for (const member of [0, 1, 2, 3]) {
        const own = all.filter((one) => one.startsWith(`${member}/`));
        expect(own.length).toBeGreaterThan(0);
        expect(own).toEqual(own.map((_, generation) => `${member}/${generation}`));
      }
      expect(verified(name)).toBe(0);
    }
  });
});
