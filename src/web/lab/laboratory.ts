import { signal } from "@preact/signals";
import type { FromWorker, Outcome, RecipeText, ToWorker } from "./messages.ts";

export const recipeTexts = signal<readonly RecipeText[] | null>(null);
export const outcome = signal<{ readonly key: string; readonly of: Outcome } | null>(null);
export const progressOf = signal<number | null>(null);
export const failure = signal<string | null>(null);

let worker: Worker | null = null;
let running: { readonly id: number; readonly key: string } | null = null;
let count = 0;

function start(): Worker {
  const made = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  made.addEventListener("message", ({ data }: MessageEvent<FromWorker>) => {
    if (data.type === "list") recipeTexts.value = data.recipes;
    else if (data.id !== running?.id) return;
    else if (data.type === "progress") progressOf.value = data.fraction;
    else {
      const { key } = running;
      running = null;
      progressOf.value = null;
      if (data.type === "failed") failure.value = data.message;
      else {
        failure.value = null;
        outcome.value = { key, of: data.outcome };
      }
    }
  });
  made.addEventListener("error", () => {
    running = null;
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

/** Runs a recipe; a run that is still going is given up, because a newer one is wanted. */
export function compute(
  name: string,
  parameters: Readonly<Record<string, number>>,
  quick: boolean,
  seed: number,
): void {
  if (running !== null) {
    worker?.terminate();
    worker = null;
  }
  const id = ++count;
  running = { id, key: name };
  progressOf.value = 0;
  failure.value = null;
  tell({ type: "run", id, name, parameters, quick, seed });
}
