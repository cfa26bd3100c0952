import { StoreError, UsageError } from "../errors/index.ts";
import { openRunReader } from "../store/index.ts";
import { factsOf } from "./data/facts.ts";
import { changedMs } from "./openRun.ts";
import type { Phase, RunSummary } from "./types.ts";

/** How a run stands, from the first and the last events of its log only. */
export async function glanceAt(name: string, directory: string): Promise<RunSummary> {
  const reader = await openRunReader(directory);
  try {
    const [first] = reader.briefDecisions();
    const facts = first === undefined ? null : factsOf(first);
    const count = reader.decisionCount();
    let generation = 0;
    let best: number | null = null;
    let end: string | null = null;
    for (const { kind, body, generation: at } of reader.briefDecisions(
      Math.max(0, count - 3 * (facts?.members ?? 0) - 16),
    )) {
      if (kind === "intervention") end = null;
      if (kind === "end") end = body["reason"] as string;
      if (kind !== "generation" && kind !== "end") continue;
      generation = Math.max(generation, at + 1);
      best = (body["best"] as { readonly value: number } | null)?.value ?? best;
    }
    const writer = reader.writer();
    const phase = phaseOf(writer?.state ?? null, end, facts === null);
    return {
      run: name,
      phase,
      standing:
        phase === "live"
          ? `Running, process ${writer!.pid}.`
          : end !== null
            ? `Ended: ${end}.`
            : `It is ${phase}.`,
      metric: facts?.metric ?? null,
      members: facts?.members ?? 0,
      generation,
      best,
      changedMs: changedMs(directory),
    };
  } finally {
    reader.close();
  }
}

function phaseOf(writer: "alive" | "dead" | "unknown" | null, end: string | null, empty: boolean): Phase {
  if (writer === "alive") return "live";
  if (end !== null) return "ended";
  if (empty) return "empty";
  if (writer === null) return "stopped";
  return writer === "unknown" ? "elsewhere" : "killed";
}

/** What the list says of a run that cannot be read: one damaged run hides no other. */
export function unreadable(name: string, directory: string, error: unknown): RunSummary {
  const said = error instanceof Error ? error.message : String(error);
  const known = error instanceof StoreError || error instanceof UsageError;
  return {
    run: name,
    phase: "unreadable",
    standing: known ? said : `${directory}: its log makes no sense (${said}).`,
    metric: null,
    members: 0,
    generation: 0,
    best: null,
    changedMs: changedMs(directory),
  };
}
