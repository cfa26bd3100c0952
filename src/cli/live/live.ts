import type { RunEvent } from "../../engine/index.ts";
import type { MemberId } from "../../population/index.ts";
import type { RunReader } from "../../store/index.ts";
import type { Place } from "../record/locate.ts";
import { elapsedOf } from "../record/elapsed.ts";
import { Progress, type RunFacts } from "../record/progress.ts";
import { furthest, generationsOf, viewOf } from "../record/view.ts";
import { significant } from "../text/numbers.ts";
import { plain } from "../text/plain.ts";
import type { Phase, ViewModel } from "../view/model.ts";

/** Generations whose median time predicts the rest. */
const recentGenerations = 9;

/** What a live view knows: the run's log, and what only this process has seen. */
export class Live {
  readonly progress = new Progress();
  readonly events: string[] = [];
  showAll = false;
  /** Address of the dashboard that goes with the run, once it is there. */
  dashboard: string | null = null;
  showKeys = false;
  phase: Phase = "starting";
  readonly #place: Place;
  readonly #verified: boolean;
  #startedMs: number;
  readonly #running = new Map<MemberId, string>();
  readonly #boundariesMs: number[] = [];
  #reader: RunReader | null = null;
  #segmentsDone = 0;
  #separation: number | null = null;
  #bestValue: number | null = null;

  constructor(place: Place, verified: boolean, nowMs: number) {
    this.#place = place;
    this.#verified = verified;
    this.#startedMs = nowMs;
  }

  /** From here on the log can be read. */
  open(reader: RunReader): void {
    this.#reader = reader;
    const { beforeMs, startedMs } = elapsedOf(reader.operations());
    if (startedMs !== null) this.#startedMs = startedMs - beforeMs;
    this.refresh();
  }

  close(): void {
    this.#reader?.close();
    this.#reader = null;
  }

  get reader(): RunReader | null {
    return this.#reader;
  }

  get run(): RunFacts | null {
    return this.progress.run;
  }

  nameOf(member: MemberId): string {
    return this.progress.nameOf(member);
  }

  refresh(): void {
    if (this.#reader !== null) this.progress.read(this.#reader.decisions(this.progress.nextSeq));
  }

  /** Takes in what the engine said. */
  observe(event: RunEvent, nowMs: number): void {
    if (event.type === "started") {
      this.phase = "running";
      this.#boundariesMs.push(nowMs);
    } else if (event.type === "segment") {
      this.#segment(event);
    } else if (event.type === "generation") {
      this.refresh();
      this.#segmentsDone = 0;
      this.#separation = event.separation;
      this.#boundariesMs.push(nowMs);
      this.#say(this.#generationLine(event));
    } else if (event.type === "control") {
      this.#control(event);
    } else if (event.type === "quiet") {
      if (this.phase === "pausing") this.phase = "paused";
    } else if (event.type === "warning") {
      this.#say(`warning: ${plain(event.message)}`);
    } else if (event.type === "finished") {
      const { reason } = event.result;
      this.phase = reason === "stopped" || reason === "interrupted" ? "stopped" : "finished";
      this.refresh();
    }
  }

  view(nowMs: number): ViewModel | null {
    const { run, progress } = this;
    if (run === null) return null;
    if (run.mode === "asynchronous") this.refresh();
    return viewOf(progress, run, {
      name: this.#place.name,
      directory: this.#place.shown,
      dashboard: this.dashboard,
      phase: this.phase,
      elapsedMs: nowMs - this.#startedMs,
      etaMs: this.#eta(run, nowMs),
      segmentsDone: this.#segmentsDone,
      verified: this.#verified,
      separation: this.#separation,
      events: this.events,
      showAll: this.showAll,
      showKeys: this.showKeys,
      stateOf: (member) => this.#running.get(member.id) ?? (this.phase === "running" ? "waiting" : undefined),
    });
  }

  #segment(event: RunEvent & { type: "segment" }): void {
    const { member, state } = event;
    if (state === "running") this.#running.set(member, "training");
    else this.#running.delete(member);
    if (state === "done" || state === "failed") this.#segmentsDone += 1;
    if (state === "running" || state === "done") return;
    const verb = { failed: "failed", retry: "failed, tried again", lost: "lost, starts again" }[state];
    this.#say(
      `${this.nameOf(member)} ${verb}: ${plain((event.message ?? "no reason given").split("\n")[0]!)}`,
    );
  }

  #generationLine(event: RunEvent & { type: "generation" }): string {
    const { diagnostics, best, generation } = event;
    const members = this.run?.members ?? 0;
    const parts = [`gen ${generation + 1}  ${diagnostics.copies} of ${members} replaced`];
    if (best !== null && best.value !== this.#bestValue) {
      parts.push(`new best ${significant(best.value)} (${this.nameOf(best.member)})`);
      this.#bestValue = best.value;
    }
    if (diagnostics.note !== undefined) parts.push(plain(diagnostics.note));
    return parts.join(" · ");
  }

  #control(event: RunEvent & { type: "control" }): void {
    const { action, member, by } = event;
    if (this.phase === "stopping") return;
    if (action === "pause") this.phase = "pausing";
    if (action === "unpause") this.phase = "running";
    if (action === "stop" || action === "stop-now") this.phase = "stopping";
    const target = member === null ? "" : ` ${this.nameOf(member)}`;
    this.#say(`${action}${target}${by === "handle" ? "" : ` by ${plain(by)}`}`);
  }

  #say(line: string): void {
    this.events.push(line);
    if (this.events.length > 100) this.events.shift();
  }

  /** Time left by the median of recent generations; null until two are done. */
  #eta(run: RunFacts, nowMs: number): number | null {
    const { generation, members } = this.progress;
    const total = generationsOf(run, generation, furthest(members.values()));
    const times = this.#boundariesMs.slice(-recentGenerations - 1);
    if (total === null || this.#boundariesMs.length < 3) return null;
    const spans = times.slice(1).map((time, index) => time - times[index]!);
    const sorted = spans.toSorted((a, b) => a - b);
    const half = Math.floor(sorted.length / 2);
    const median = sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
    const left = total - generation;
    return Math.max(0, left * median - (nowMs - times.at(-1)!));
  }
}
