import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { linePresenter } from "../../src/cli/live/presenter.ts";
import { width } from "../../src/cli/text/width.ts";
import { logJson, logLine } from "../../src/cli/view/line.ts";
import { byValue, memberTable } from "../../src/cli/view/members.ts";
import type { MemberRow, ViewModel } from "../../src/cli/view/model.ts";
import { fractionDone, progressBar, render } from "../../src/cli/view/render.ts";
import { Screen } from "../../src/cli/view/screen.ts";
import type { Sink, World } from "../../src/cli/world.ts";
import { root } from "./polytempo.ts";

const golden = (name: string): string => join(root, "test", "cli", "golden", name);
const escape = "\u001b";

const rows: MemberRow[] = Array.from({ length: 32 }, (_, i) => ({
  name: `m${String(i).padStart(2, "0")}`,
  value: i === 30 ? null : 0.0831 + i * 0.0111,
  change: i === 0 || i === 30 ? null : -0.042 + i / 1000,
  hyperparameters: { "opt.lr": 2.1e-5 * 3 ** (i % 5), "opt.momentum": 0.93, "net.batch": 64 },
  founder: `f${String(i % 4).padStart(2, "0")}`,
  state: i === 30 ? "failed: nan" : i % 5 === 0 ? "copying m07" : "training",
}));

const model: ViewModel = {
  name: "spirals",
  directory: "runs/spirals",
  members: 32,
  seed: 7,
  phase: "running",
  metric: { name: "validationLoss", mode: "min" },
  mode: "synchronous",
  generation: 12,
  generations: 40,
  steps: 6000,
  totalSteps: 20_000,
  elapsedMs: 252_000,
  etaMs: 588_000,
  segmentsDone: 3,
  best: {
    name: "m07",
    value: 0.0831,
    ancestry: ["m07", "m21", "m03", "m11", "m02"],
    hyperparameters: { "opt.lr": 0.0021, "opt.momentum": 0.93, "net.batch": 64 },
  },
  quantiles: [0.0831, 0.118, 0.141, 0.203, 0.412],
  alive: 31,
  lineages: 9.4,
  separation: 12,
  verified: true,
  rows,
  hyperparameters: ["opt.lr", "opt.momentum", "net.batch"],
  events: ["gen 12  6 of 32 replaced · new best 0.0831 (m07)", `m30 failed: ${escape}[31mloss is NaN`],
  showAll: false,
  showKeys: false,
};

const plainStyle = { colour: false, unicode: true };

describe("the live view", () => {
  for (const [name, columns, lines, unicode] of [
    ["wide", 120, 40, true],
    ["usual", 80, 24, true],
    ["narrow", 46, 18, false],
  ] as const) {
    it(`is drawn ${name}`, async () => {
      const frame = render(model, { columns, rows: lines, style: { colour: false, unicode } });
      await expect(`${frame.join("\n")}\n`).toMatchFileSnapshot(golden(`view-${name}.txt`));
    });
  }

  it("ends no sentence of its newest events before it is whole, and names an interval that is fitted", () => {
    const note =
      "last values are compared: no score predicted the next evaluation better than the last value does";
    const events = [`gen 11  old`, `gen 12  6 of 32 replaced · ${note}`];
    const frame = render(
      { ...model, fittedInterval: 20, events },
      { columns: 80, rows: 24, style: plainStyle },
    );
    expect(frame.join(" ").replaceAll(/ +/g, " ")).toContain(`replaced · ${note}`);
    expect(frame[0]).toContain("interval 20 (auto)");
    expect(frame.length).toBeLessThanOrEqual(23);
    expect(render(model, { columns: 80, rows: 24, style: plainStyle })[0]).not.toContain("(auto)");
  });

  it("is drawn before the first generation, paused, and with all keys", async () => {
    const start: ViewModel = {
      ...model,
      phase: "paused",
      generation: 0,
      steps: 0,
      etaMs: null,
      best: null,
      quantiles: null,
      lineages: null,
      separation: null,
      verified: false,
      rows: rows.slice(0, 3).map((row) => ({ ...row, value: null, change: null, state: "waiting" })),
      events: [],
      showKeys: true,
    };
    const frame = render(start, { columns: 110, rows: 24, style: plainStyle });
    await expect(`${frame.join("\n")}\n`).toMatchFileSnapshot(golden("view-start.txt"));
  });

  it("fits every terminal, and lets no escape of a trainer through", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 20, max: 200 }),
        fc.integer({ min: 5, max: 60 }),
        fc.string({ unit: "binary", maxLength: 60 }),
        fc.boolean(),
        (columns, lines, text, unicode) => {
          const hostile: ViewModel = {
            ...model,
            name: text,
            directory: text,
            metric: { name: text, mode: "max" },
            hyperparameters: [text, "opt.lr"],
            rows: rows.map((row) => ({ ...row, state: text, hyperparameters: { [text]: text } })),
            events: [text, text],
          };
          const frame = render(hostile, { columns, rows: lines, style: { colour: false, unicode } });
          expect(frame.length).toBeLessThan(lines);
          for (const line of frame) {
            expect(width(line)).toBeLessThan(columns);
            expect(line).not.toMatch(/\p{Cc}/u);
          }
        },
      ),
    );
  });

  it("shows best members first and failed ones last, whichever way is better", () => {
    const best = (mode: "min" | "max"): string[] => byValue(rows, mode).map(({ name }) => name);
    expect(best("min").slice(0, 2)).toEqual(["m00", "m01"]);
    expect(best("max").slice(0, 2)).toEqual(["m31", "m29"]);
    expect(best("min").at(-1)).toBe("m30");
    expect(best("max").at(-1)).toBe("m30");
  });

  it("shows best and worst with a count of what is between, and all of them on request", () => {
    const lines = memberTable(model, 100, 10);
    expect(lines.length).toBe(10);
    expect(lines.filter((line) => line.includes("more (a: all)"))).toEqual(["  … 24 more (a: all)"]);
    expect(memberTable({ ...model, showAll: true }, 100, 40).length).toBe(33);
  });

  it("measures progress by generations and the segments within one", () => {
    expect(fractionDone(model)).toBeCloseTo((12 + 3 / 32) / 40, 12);
    expect(fractionDone({ ...model, generations: null })).toBeCloseTo(0.3, 12);
    expect(fractionDone({ ...model, generations: null, totalSteps: null })).toBeNull();
    expect([0, 0.25, 0.5, 1].map((share) => progressBar(share, 6))).toEqual([
      "░░░░░░",
      "█▌░░░░",
      "███░░░",
      "██████",
    ]);
  });
});

describe("the log line", () => {
  it("has one key=value pair per fact, and reads as numbers", () => {
    const time = Date.UTC(2026, 10, 22, 3, 44, 10);
    expect(logLine(model, time)).toBe(
      "2026-11-22T03:44:10Z gen=12/40 steps=6000 best=0.0831 member=m07 median=0.141 alive=31/32 r=12 eta_s=588",
    );
    expect(JSON.parse(logJson(model, time))).toMatchObject({
      time: "2026-11-22T03:44:10Z",
      gen: "12/40",
      eta_s: 588,
    });
  });

  it("comes at most every 30 seconds, failures at once", () => {
    const written: string[] = [];
    let now = 0;
    const world = fakeWorld(written, () => now);
    const live = { view: () => model, nameOf: (member: number) => `m0${member}` };
    const presenter = linePresenter(world, "text", false);
    const generation = {
      type: "generation",
      generation: 1,
      diagnostics: {} as never,
      best: null,
      separation: null,
    } as const;
    presenter.event(generation, live);
    now = 1000;
    presenter.event(generation, live);
    presenter.event(
      {
        type: "segment",
        member: 3,
        generation: 2,
        state: "failed",
        step: 20,
        value: null,
        message: "exit 3\nboom",
      },
      live,
    );
    presenter.tick(live);
    expect(
      written.map((line) =>
        line
          .replace(/^\d\S+ /, "")
          .slice(0, 42)
          .trim(),
      ),
    ).toEqual([
      "gen=12/40 steps=6000 best=0.0831 member=m0",
      "failed: m03 generation 3 step 20: exit 3",
      "boom",
    ]);
    now = 31_000;
    presenter.tick(live);
    expect(written.length).toBe(4);
    presenter.close(live);
    expect(written.length).toBe(4);
  });
});

describe("the screen", () => {
  it("redraws in place, and only what has changed", () => {
    const written: string[] = [];
    const screen = new Screen(fakeWorld(written, () => 0).err, 250);
    screen.draw(["one", "two"], 0);
    expect(screen.due(100)).toBe(false);
    expect(screen.due(250)).toBe(true);
    const before = written.length;
    screen.draw(["one", "two"], 250);
    expect(written.length).toBe(before);
    screen.draw(["three"], 500);
    expect(written.at(-1)).toBe(
      `${escape}[?2026h${escape}[2A\rthree${escape}[K\n${escape}[J${escape}[?2026l`,
    );
    screen.close();
    expect(written.at(-1)).toContain(`${escape}[?25h`);
  });
});

function fakeWorld(written: string[], now: () => number): World {
  const sink: Sink = {
    isTTY: false,
    columns: 80,
    rows: 24,
    style: plainStyle,
    write: (text) => {
      written.push(text);
    },
  };
  const nothing = () => () => {};
  return {
    cwd: "/",
    env: {},
    out: sink,
    err: sink,
    now,
    onInterrupt: nothing,
    onKey: nothing,
    every: nothing,
  };
}
