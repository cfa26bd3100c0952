import { signal } from "@preact/signals";
import type { FromWorker, Outcome, RecipeText, ToWorker } from "./messages.ts";

export const recipeTexts = signal<readonly RecipeText[] | null>(null);
export const outcome = signal<{ readonly key: string; readonly of: Outcome } | null>(null);
/** 0 … 1 while something is computed; null: nothing is. */
export const progressOf = signal<number | null>(null);
/** Milliseconds that what is computed now will still take, as far as its progress tells; null: not known. */
export const remaining = signal<number | null>(null);
export const failure = signal<string | null>(null);

interface Job {
  readonly name: string;
  readonly parameters: Readonly<Record<string, number>>;
  readonly quick: boolean;
  readonly seed: number;
}

let worker: Worker | null = null;
let running: { readonly id: number; readonly key: string; readonly begun: number } | null = null;
let waiting: Job | null = null;
let patience: ReturnType<typeof setTimeout> | undefined;
let count = 0;

/** How long something is let go on that is no longer wanted: shorter than the start of a new worker. */
const grace = 250;

function start(): Worker {
  const made = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  made.addEventListener("message", ({ data }: MessageEvent<FromWorker>) => {
    if (data.type === "list") recipeTexts.value = data.recipes;
    else if (data.id !== running?.id) return;
    else if (data.type === "progress") {
      const spent = performance.now() - running.begun;
      progressOf.value = data.fraction;
      remaining.value =
        data.fraction > 0.02 && spent > 500 ? (spent * (1 - data.fraction)) / data.fraction : null;
    } else {
      const { key } = running;
      running = null;
      progressOf.value = null;
      if (data.type === "failed") failure.value = data.message;
      else {
        failure.value = null;
        outcome.value = { key, of: data.outcome };
      }
      next();
    }
  });
  made.addEventListener("error", () => {
    running = null;
    waiting = null;
    progressOf.value = null;
    failure.value = "The computation stopped with an error.";
    worker = null;
  });
  return made;
}

const tell = (message: ToWorker): void => {
  worker ??= start();
  worker.postMessage(message);
};

export function listRecipes(): void {
  if (recipeTexts.peek() === null) tell({ type: "list" });
}

/** Begins what waits, if nothing runs. */
function next(): void {
  clearTimeout(patience);
  if (waiting === null) return;
  const job = waiting;
  waiting = null;
  running = { id: ++count, key: job.name, begun: performance.now() };
  progressOf.value = 0;
  remaining.value = null;
  failure.value = null;
  tell({ type: "run", id: running.id, ...job });
}

function giveUp(): void {
  worker?.terminate();
  worker = null;
  running = null;
  progressOf.value = null;
}

/**
 * Runs a recipe in the worker. Of several wanted in a row only the newest is computed; one that still runs is given a moment
 * to end, because a new worker takes longer to start.
 */
export function compute(job: Job): void {
  waiting = job;
  if (running === null) next();
  else {
    clearTimeout(patience);
    patience = setTimeout(() => {
      giveUp();
      next();
    }, grace);
  }
}

/** Ends what is computed now: what was shown before stays. */
export function stopComputing(): void {
  clearTimeout(patience);
  waiting = null;
  if (running !== null) giveUp();
}
