import { describe, expect, it } from "vitest";
import { createFirstAttempts, type Failure, type FirstAttempts, type Verdict } from "./firstAttempts.ts";
import type { Segment } from "./types.ts";

const segment = (member: number): Segment => ({
  member,
  name: `m0${member}`,
  generation: 0,
  attempt: 1,
  hyperparameters: {},
  fromStep: 0,
  untilStep: 10,
  seed: 1,
  load: null,
  save: "",
});

const missing: Failure = {
  cause: "exit",
  message: "the trainer exited with code 2",
  tail: "python: can't open file 'nosuch.py'",
};

/** Attempts of these members begin, fail one after another, and what the watch says of the last. */
function wave(
  watch: FirstAttempts,
  members: readonly number[],
  failure: (member: number) => Failure = () => missing,
): Verdict | null {
  const places = members.map(() => watch.begin());
  let verdict: Verdict | null = null;
  for (const [i, member] of members.entries())
    verdict = watch.failed(places[i]!, segment(member), failure(member));
  return verdict;
}

describe("first attempts", () => {
  it("end a run when all of the first ones fail alike, a later one too, and three members have failed", () => {
    const one = createFirstAttempts(16, false);
    expect(wave(one, [0])).toBe(null);
    expect(wave(one, [1])).toBe(null);
    expect(wave(one, [2])).toMatchObject({ attempts: 3, members: 3, segment: { member: 0 } });
    const eight = createFirstAttempts(16, false);
    expect(wave(eight, [0, 1, 2, 3, 4, 5, 6, 7])).toBe(null);
    expect(wave(eight, [8])).toEqual({
      attempts: 9,
      members: 9,
      segment: segment(0),
      text: "the trainer exited with code 2\npython: can't open file 'nosuch.py'",
    });
  });

  it("ask for a second attempt where there are fewer than three members", () => {
    const two = createFirstAttempts(2, false);
    expect(wave(two, [0, 1])).toBe(null);
    expect(wave(two, [0])).toMatchObject({ attempts: 3, members: 2 });
    const alone = createFirstAttempts(1, false);
    expect(wave(alone, [0])).toBe(null);
    expect(wave(alone, [0])).toMatchObject({ attempts: 2, members: 1 });
  });

  it("end nothing while one that began before the first failure is at work", () => {
    const watch = createFirstAttempts(8, false);
    const survivor = watch.begin();
    for (const member of [1, 2, 3, 4, 5]) expect(wave(watch, [member])).toBe(null);
    expect(watch.watching).toBe(true);
    expect(watch.failed(survivor, segment(0), missing)).toMatchObject({ attempts: 6, members: 6 });
  });

  it("end nothing once anything was reported, now or in an earlier process", () => {
    const watch = createFirstAttempts(8, false);
    wave(watch, [0, 1]);
    watch.release();
    expect(watch.watching).toBe(false);
    expect(wave(watch, [2, 3, 4, 5])).toBe(null);
    const later = createFirstAttempts(8, true);
    expect(later.watching).toBe(false);
    expect(wave(later, [0])).toBe(null);
    expect(wave(later, [1, 2, 3])).toBe(null);
  });

  it.each<[string, Failure]>([
    ["another cause", { ...missing, cause: "timeout" }],
    ["another exit code", { ...missing, message: "the trainer exited with code 1" }],
    ["another last line", { ...missing, tail: "MemoryError" }],
  ])("end nothing when one fails with %s", (_, other) => {
    const watch = createFirstAttempts(8, false);
    expect(wave(watch, [0, 1, 2], (member) => (member === 1 ? other : missing))).toBe(null);
    expect(watch.watching).toBe(false);
    expect(wave(watch, [3, 4, 5])).toBe(null);
  });

  it("count as the same what differs in nothing but numbers, as values of hyperparameters do", () => {
    const echoes = createFirstAttempts(8, false);
    const echo = (member: number): Failure => ({
      cause: "echo",
      message: `lr: the trainer uses 0.1, was given ${[0.013, 1e-7, 2][member]}`,
      tail: undefined,
    });
    wave(echoes, [0], echo);
    expect(wave(echoes, [1, 2], echo)).toMatchObject({ members: 3 });

    const watch = createFirstAttempts(8, false);
    const failure = (member: number): Failure => ({
      ...missing,
      tail: `usage: train.py\ntrain.py: error: unrecognized arguments: --lr ${[0.013, 1e-7, 2][member]}\n`,
    });
    wave(watch, [0], failure);
    expect(wave(watch, [1, 2], failure)).toMatchObject({ members: 3 });
  });
});
