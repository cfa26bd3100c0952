import { refuse } from "../errors/index.ts";
import type { Program } from "./ir.ts";

/**
 * Remembers which hyperparameters and data sets the host has written, so that a forgotten one is an error and not a
 * silent zero. Every session keeps one.
 */
export class Written {
  private readonly programs: Readonly<Record<string, Program>>;
  private readonly members: number;
  private readonly rows = new Map<string, Set<number>>();
  private readonly complete = new Set<string>();
  private readonly ready = new Set<string>();

  constructor(programs: Readonly<Record<string, Program>>, members: number) {
    this.programs = programs;
    this.members = members;
  }

  /** Notes a write that has happened. */
  note(slot: string, member: number | "all"): void {
    if (this.complete.has(slot)) return;
    const rows = this.rows.get(slot) ?? new Set();
    if (member !== "all") this.rows.set(slot, rows.add(member));
    if (member !== "all" && rows.size < this.members) return;
    this.complete.add(slot);
    this.rows.delete(slot);
  }

  /**
   * Checks that a program has what only the host can give.
   * @throws UsageError listing each hyperparameter and data set that has not been written
   */
  demand(name: string): void {
    if (this.ready.has(name)) return;
    const program = this.programs[name];
    const read = new Set(program?.nodes.flatMap((node) => (node.op === "read" ? [node.slot] : [])));
    const problems: string[] = [];
    for (const { name: slot, kind } of program?.slots ?? []) {
      if ((kind !== "hyper" && kind !== "data") || !read.has(slot) || this.complete.has(slot)) continue;
      const rows = this.rows.get(slot)?.size ?? 0;
      const came =
        rows === 0 ? "has not been written" : `has been written for ${rows} of ${this.members} members`;
      problems.push(`slot ${slot}: ${came}. Write it before program ${name} runs.`);
    }
    refuse(problems);
    this.ready.add(name);
  }
}
