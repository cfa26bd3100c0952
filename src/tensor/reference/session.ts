import { UsageError } from "../../errors/index.ts";
import type { Executor, MetricValues, Session, SessionOptions } from "../executor.ts";
import { type Program, type Slot, sizeOf } from "../ir.ts";
import {
  checkMember,
  checkMerge,
  checkPatch,
  checkSteps,
  checkWrite,
  slotSize,
  unionSlots,
} from "../slots.ts";
import { Written } from "../written.ts";
import { type Context, evaluateProgram } from "./evaluate.ts";
import type { Value } from "./kernels.ts";

/** The float64 executor: plain loops, member by member, node by node. Slow and obvious: the oracle of the others. */
export const reference: Executor = {
  name: "reference",
  // Async by the interface; the work itself is immediate.
  compile: (programs, options) => Promise.resolve().then(() => open(programs, options)),
};

class ReferenceSession implements Session {
  readonly members: number;
  readonly slots: readonly Slot[];
  readonly bytes: number;
  private readonly programs: Readonly<Record<string, Program>>;
  private readonly options: SessionOptions;
  private readonly storage = new Map<string, { readonly slot: Slot; readonly values: Value }>();
  private readonly written: Written;
  private readonly results = new Map<string, Record<string, MetricValues>>();

  constructor(programs: Readonly<Record<string, Program>>, options: SessionOptions) {
    this.programs = programs;
    this.options = options;
    this.members = options.members;
    this.written = new Written(programs, options.members);
    for (const slot of unionSlots(programs).values()) {
      const size = slotSize(slot, this.members);
      const values = slot.dtype === "int32" ? new Int32Array(size) : new Float64Array(size);
      this.storage.set(slot.name, { slot, values });
    }
    this.slots = [...this.storage.values()].map(({ slot }) => slot);
    this.bytes = [...this.storage.values()].reduce((sum, { values }) => sum + values.byteLength, 0);
  }

  write(name: string, member: number | "all", data: ArrayLike<number>): void {
    const stored = this.storage.get(name);
    const repeated = checkWrite(stored?.slot, name, this.members, member, data);
    if (stored === undefined) return;
    if (repeated) for (let m = 0; m < this.members; m++) stored.values.set(data, m * data.length);
    else stored.values.set(data, member === "all" ? 0 : member * sizeOf(stored.slot.shape));
    this.written.note(name, member);
  }

  patch(name: string, member: number, offset: number, data: ArrayLike<number>): void {
    checkPatch(this.storage.get(name)?.slot, name, this.members, member, offset, data);
    this.row(name, member).set(data, offset);
  }

  read(name: string, member: number | "all"): Value {
    const stored = this.storage.get(name);
    if (stored === undefined) throw new UsageError(`slot ${name}: no program of this session uses it.`);
    if (member === "all" || stored.slot.kind === "data") return stored.values.slice();
    return this.row(name, checkMember(member, this.members)).slice();
  }

  step(name: string, steps: number, fromStep: number): Promise<void> {
    return Promise.resolve().then(() => this.advance(name, steps, fromStep));
  }

  private advance(name: string, steps: number, fromStep: number): void {
    const program = this.programs[name];
    if (program === undefined) throw new UsageError(`program ${name}: this session has no such program.`);
    checkSteps(name, steps, fromStep);
    this.written.demand(name);
    const { members } = this;
    const last = program.metrics.map(() => new Float64Array(members));
    const sums = program.metrics.map(() => new Float64Array(members));
    for (let step = fromStep; step < fromStep + steps; step++) {
      const shared = new Map<number, Value>();
      for (let member = 0; member < members; member++) {
        const values = evaluateProgram(program, this.context(member, step), shared);
        program.metrics.forEach(({ node }, i) => {
          last[i]![member] = values[node]![0]!;
          sums[i]![member]! += values[node]![0]!;
        });
        for (const { slot, node } of program.updates) this.row(slot, member).set(values[node]!);
      }
    }
    this.results.set(
      name,
      Object.fromEntries(
        program.metrics.map((metric, i) => [
          metric.name,
          { last: last[i]!, mean: sums[i]!.map((sum) => sum / steps) },
        ]),
      ),
    );
  }

  metrics(name: string): Readonly<Record<string, MetricValues>> {
    const result = this.results.get(name);
    if (result === undefined) throw new UsageError(`program ${name}: has not run yet, so it has no metrics.`);
    return result;
  }

  copyMember(from: number, to: number): void {
    this.mergeMembers([from], [1], to);
  }

  mergeMembers(sources: readonly number[], weights: readonly number[], to: number): void {
    checkMerge(sources, weights);
    for (const member of [...sources, to]) checkMember(member, this.members);
    for (const { slot } of this.storage.values()) {
      if (slot.kind !== "parameter" && slot.kind !== "state") continue;
      const rows = sources.map((source) => this.row(slot.name, source));
      const merged =
        slot.dtype === "int32" || rows.length === 1
          ? rows[0]!.slice()
          : Float64Array.from(rows[0]!, (_, i) =>
              rows.reduce((sum, row, k) => sum + weights[k]! * row[i]!, 0),
            );
      this.row(slot.name, to).set(merged);
    }
  }

  close(): Promise<void> {
    this.storage.clear();
    return Promise.resolve();
  }

  private context(member: number, step: number): Context {
    const { key, memberIds } = this.options;
    return {
      draw: { key, memberId: memberIds?.[member] ?? member, step },
      read: (name) => {
        const { slot, values } = this.storage.get(name)!;
        return slot.kind === "data" ? values : this.row(name, member).slice();
      },
    };
  }

  private row(name: string, member: number): Value {
    const { slot, values } = this.storage.get(name)!;
    const size = sizeOf(slot.shape);
    return values.subarray(member * size, (member + 1) * size);
  }
}

function open(programs: Readonly<Record<string, Program>>, options: SessionOptions): Session {
  const { members, memberIds, memoryLimit } = options;
  if (!Number.isInteger(members) || members < 1) {
    throw new UsageError(`members: needs an integer >= 1, got ${members}.`);
  }
  if (memberIds !== undefined && memberIds.length !== members) {
    throw new UsageError(`memberIds: needs one id for each of ${members} members, got ${memberIds.length}.`);
  }
  const session = new ReferenceSession(programs, options);
  if (memoryLimit !== undefined && session.bytes > memoryLimit) {
    throw new UsageError(
      `members: ${members} members need ${session.bytes} bytes, the limit is ${memoryLimit}. Use fewer members.`,
    );
  }
  return session;
}
