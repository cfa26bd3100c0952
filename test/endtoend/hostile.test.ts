import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Outcome, polytempo, root, scratch } from "../cli/polytempo.ts";
import { eventually, processesWith } from "../trainers/harness.ts";
import { catalogue, commandOf, type Hostile } from "../trainers/hostile/catalogue.ts";
import { finish, lanes } from "./harness.ts";

const { folder, remove } = scratch("hostile");
afterAll(remove);

/** How a population of nothing but this trainer must end. */
interface Ending {
  readonly code: 0 | 3;
  /** Part of what it prints: the result on stdout, or the reason on stderr. */
  readonly text: string;
}

function endingOf(entry: Hostile): Ending {
  if (entry.status === "lost") return { code: 3, text: "its trainer was lost 12 times in a row" };
  if (entry.status === "ok") {
    const value = entry.value!;
    if (!Number.isFinite(value)) return { code: 3, text: `q is ${value} at step 10` };
    return { code: 0, text: `q ${value} ` };
  }
  // The command line has a time limit for segments, none for the greeting.
  if (entry.name === "no_hello") return { code: 3, text: "longer than its limit of 400 ms" };
  return { code: 3, text: `generation ${entry.segment === "second" ? 2 : 1}: ` };
}

const limitMs = ({ options }: Hostile): number | undefined =>
  options?.timeoutMs ?? (options?.helloTimeoutMs === undefined ? undefined : 400);

const flagsOf = (entry: Hostile): string[] => [
  ...(entry.options?.level === 3 ? ["--resident"] : []),
  ...(limitMs(entry) === undefined ? [] : ["--timeout", `${limitMs(entry)! / 1000}s`]),
];

const shared =
  "--hp h0~uniform(0,1) --hp h1~constant(0.75) --metric q:max --slots 2 --interval 10 --seed 7 --quiet".split(
    " ",
  );

const populationOf = (name: string, members: number, flags: readonly string[]): string[] => [
  "run",
  ...shared,
  "--members",
  String(members),
  "--name",
  name,
  ...flags,
  "--",
];

interface Run {
  readonly name: string;
  readonly args: readonly string[];
}

/** Every entry of the catalogue as the whole population. */
const alone = new Map<Hostile, Run>(
  catalogue.map((entry, index) => {
    const name = `${index}-${entry.name}`;
    const flags = ["--generations", "2", "--retries", "0", ...flagsOf(entry)];
    return [entry, { name, args: [...populationOf(name, 2, flags), ...commandOf(entry).command] }];
  }),
);

/** One of each cause, in a population of which the others are sound. */
const among = new Map<Hostile, Run>(
  catalogue
    .filter(
      ({ name, options, segment }) =>
        ["exit_137", "nan", "silent", "ignores_h", "backwards", "half_left", "huge_line", "trickle"].includes(
          name,
        ) &&
        options?.level !== 3 &&
        segment === undefined,
    )
    .map((entry) => {
      const name = `among-${entry.name}`;
      // A limit that sound members keep on a busy machine too; it is waited for once a generation.
      const trying =
        limitMs(entry) === undefined ? ["--retries", "1"] : ["--retries", "0", "--timeout", "6s"];
      const flags = ["--generations", "3", ...trying];
      const script = join(root, "test", "endtoend", "fixtures", "now_and_then.py");
      return [entry, { name, args: [...populationOf(name, 4, flags), "python3", script, entry.name] }];
    }),
);

describe("a population of hostile trainers, through the command line", () => {
  let outcomes = new Map<Run, Outcome>();

  // Together, because most of the time is waiting; what waits longest first.
  beforeAll(async () => {
    const runs = [...alone].toSorted(([a], [b]) => Number(b.status === "lost") - Number(a.status === "lost"));
    const work = [...runs.map(([, run]) => run), ...among.values()];
    outcomes = await lanes(4, work, ({ args }) => finish(args, folder));
  }, 300_000);

  it.each([...alone].map(([entry, run]) => [run.name, endingOf(entry).code, entry] as const))(
    "%s ends with exit code %i, says why, and leaves no process",
    async (name, _, entry) => {
      const { code, out, err } = outcomes.get(alone.get(entry)!)!;
      const expected = endingOf(entry);
      expect({ code, out, err }).toMatchObject({ code: expected.code });
      expect(expected.code === 0 ? out : err).toContain(expected.text);
      expect(expected.code === 0 ? err : out).toBe("");
      if (entry.status === "failed" && entry.name !== "no_hello") expect(err).toContain(entry.message);
      if (expected.code === 3) expect(err).toMatch(/^error: /);
      const directory = join(folder, "runs", name);
      await eventually(`no process of ${name} is left`, () => processesWith(directory).length === 0);
    },
  );

  it.each([...among].map(([entry, run]) => [entry.name, run, entry] as const))(
    "%s in one member of four: the others go on, and the member is replaced",
    (_, run, entry) => {
      const { code, out, err } = outcomes.get(run)!;
      expect({ code, err }).toEqual({ code: 0, err: "" });
      expect(out).toMatch(/^best {7}m0[123] {3}q /);
      const log = polytempo(["export", run.name, "--to", "jsonl"], { cwd: folder }).out;
      const events = log
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as { kind: string; member: number; body: Record<string, unknown> })
        .filter(({ member }) => member === 0);
      const cause = entry.name === "nan" ? "nan" : entry.cause;
      expect(
        events.filter(({ kind }) => kind === "evaluation").map(({ body }) => [body["status"], body["cause"]]),
      ).toEqual([0, 1, 2].map(() => ["failed", cause]));
      expect(
        events.filter(({ kind }) => kind === "decision").map(({ body }) => [body["action"], body["score"]]),
      ).toEqual([0, 1, 2].map(() => ["copy", null]));
    },
  );
});
