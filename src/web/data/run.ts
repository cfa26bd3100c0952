import { batch, computed, effect, signal } from "@preact/signals";
import type { ProgressMessage, RunList, RunManifest, SessionFacts, SharesMeta } from "../../server/index.ts";
import type { Columns } from "../../figures/index.ts";
import { route } from "../state/location.ts";
import { type Access, runPath } from "./access.ts";
import { Puller } from "./query.ts";
import { access } from "./source.ts";

/** The newest facts, as they arrive; null: none came yet, or nothing is live. */
export const progress = signal<ProgressMessage | null>(null);
export const connected = signal(true);
/** Counts what came before a stream's first message, and changes of the list of runs. */
const listVersion = signal(0);

/** Hold freezes what is drawn; data go on arriving. */
export const held = signal(false);
const frozen = signal<{ readonly seq: number; readonly version: number; readonly generation: number } | null>(
  null,
);

const runs = new Puller<RunList>(false);
const session = new Puller<SessionFacts>(false);
const manifests = new Puller<RunManifest>(false);
const shares = new Puller<Columns<SharesMeta>>(true);

export const runList = runs.answer;
export const sessionFacts = computed(() => session.answer.value.data);
const sessionVersion = signal(0);
export const authorised = (): void => {
  sessionVersion.value += 1;
};

/** Name of the run on the screen; null elsewhere. */
export const currentRun = computed(() => (route.value.kind === "run" ? route.value.run : null));
export const manifestAnswer = manifests.answer;
export const manifest = computed<RunManifest | null>(() => {
  const { data } = manifests.answer.value;
  return data !== null && data.run === currentRun.value ? data : null;
});

/** What is drawn: boundaries up to `seq`, samples of `version`. */
export const drawn = computed(() => {
  // Until a message comes, the manifest's own place in the log: the first message then asks for nothing twice.
  const now = progress.value ?? manifest.value;
  if (held.value && frozen.value !== null) return frozen.value;
  return { seq: now?.seq ?? 0, version: now?.version ?? 0, generation: now?.generation ?? 0 };
});
export const atBoundaries = (): number => drawn.value.seq;
export const atSamples = (): number => drawn.value.seq * 1e6 + drawn.value.version;

/** Generations that came while held. */
export const waiting = computed(() =>
  held.value ? Math.max(0, (progress.value?.generation ?? 0) - drawn.value.generation) : 0,
);

export function setHeld(next: boolean): void {
  batch(() => {
    if (next) frozen.value = drawn.peek();
    held.value = next;
    if (!next) frozen.value = null;
  });
}

/** Founder ids with a colour of their own, in order; -1 is everyone else. */
export const coloured = computed<readonly number[]>(() => shares.answer.value.data?.meta.founders ?? []);
const places = computed(() => {
  const map = new Map<number, number>();
  for (const founder of coloured.value) if (founder >= 0 && map.size < 7) map.set(founder, map.size);
  return map;
});
/** The place of a founder's colour, the same in every view; -1: grey. */
export const colourPlace = (founder: number): number => places.value.get(founder) ?? -1;

/** `m07`. */
export const nameOf = (member: number): string => manifest.value?.names[member] ?? `m${member}`;
/** The founder of a lineage is a member, and called as one. */
export const founderName = (founder: number): string => (founder < 0 ? "other" : nameOf(founder));

const newer = (known: RunManifest, now: ProgressMessage, seq: number): boolean =>
  seq > known.seq ||
  now.phase !== known.phase ||
  now.paused !== known.paused ||
  now.pausing !== known.pausing;

let answered: Access | null = null;

/** Keeps the facts of the page's run up to date. */
export function startRun(): void {
  effect(() => {
    void access.value;
    session.want("/session", sessionVersion.value);
  });
  effect(() => {
    void access.value;
    runs.want("/runs", listVersion.value);
  });
  effect(() => {
    const run = currentRun.value;
    const from = access.value;
    let epoch: string | undefined;
    batch(() => {
      progress.value = null;
      held.value = false;
      frozen.value = null;
    });
    return from.listen(run, {
      progress: (message) => {
        if (message.run !== currentRun.peek()) return;
        if (epoch !== undefined && message.epoch !== epoch) {
          // Another run under this name, or the same one opened anew: numbers of before belong to nothing that is here.
          access.value = { ...from };
          return;
        }
        epoch = message.epoch;
        progress.value = message;
      },
      runs: () => {
        listVersion.value += 1;
      },
      connected: (now) => {
        connected.value = now;
      },
    });
  });
  effect(() => {
    const from = access.value;
    const run = currentRun.value;
    if (run === null) return;
    // What another place said of a run of that name is not known here.
    const known = from === answered ? manifest.value : null;
    answered = from;
    const now = progress.value;
    const { seq } = drawn.value;
    if (known !== null) shares.want(runPath(run, "/shares"), seq);
    if (known === null && manifests.answer.value.error === null) manifests.want(runPath(run), 0);
    else if (known === null || (now !== null && newer(known, now, seq))) {
      const phase = now?.phase ?? "";
      const pause = (now?.paused === true ? 1 : 0) + (now?.pausing === true ? 2 : 0);
      manifests.want(runPath(run), 1 + seq * 100 + phase.length * 4 + pause);
    }
  });
}
