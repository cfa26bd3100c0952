import { computed, signal } from "@preact/signals";
import type { ControlBody } from "../../server/index.ts";
import { AccessError } from "../data/access.ts";
import { currentRun, manifest, progress, sessionFacts } from "../data/run.ts";
import { access } from "../data/source.ts";
import { toast } from "../ui/feedback.tsx";

/** Controls exist only for a live run, from a browser that has shown the token. */
export const mayControl = computed(
  () =>
    access.value.kind === "server" &&
    manifest.value?.controllable === true &&
    (progress.value?.phase ?? manifest.value.phase) === "live" &&
    sessionFacts.value?.authorised === true,
);

export const isPaused = computed(() => progress.value?.paused ?? manifest.value?.paused ?? false);

/** What is about to be asked of the run; null: nothing. */
export const asking = signal<ControlBody | null>(null);

export async function send(body: ControlBody): Promise<void> {
  const run = currentRun.peek();
  if (run === null) return;
  try {
    const answer = await access.peek().control(run, body);
    toast(answer.effect);
  } catch (error) {
    toast(error instanceof AccessError ? error.message : "The request could not be sent.");
  }
}

/** The key `p`: asks, as the button does. */
export async function pauseOrUnpause(): Promise<void> {
  if (!mayControl.peek()) return;
  if (isPaused.peek()) await send({ action: "unpause" });
  else asking.value = { action: "pause" };
}
