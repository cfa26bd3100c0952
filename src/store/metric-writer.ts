import type { Connection } from "./connection.ts";
import { metricName } from "./metric-rows.ts";
import { SeriesWriter } from "./metric-series.ts";

interface Sample {
  readonly member: number;
  readonly generation: number;
  readonly attempt: number;
  readonly step: number;
  readonly metrics: readonly (readonly [string, number])[];
}

/** Reports that wait in memory at most. */
const pendingLimit = 2048;

/**
 * Collects samples in memory and writes them with the next commit, when many wait, or after a moment. A crash may
 * lose the samples that wait; none is ever written twice.
 */
export class MetricWriter {
  readonly #connection: Connection;
  readonly #flushAfterMs: number;
  readonly #members = new Map<number, Map<string, SeriesWriter>>();
  /** The attempt that a member's samples come from; `stale`: a newer one has reported, so these are ignored. */
  readonly #current = new Map<number, { generation: number; attempt: number; stale: boolean }>();
  #pending: Sample[] = [];
  #markedRollback = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(connection: Connection, flushAfterMs: number) {
    this.#connection = connection;
    this.#flushAfterMs = flushAfterMs;
  }

  add(
    member: number,
    generation: number,
    attempt: number,
    step: number,
    metrics: { readonly [name: string]: number },
  ): void {
    if (!Number.isFinite(step) || ![member, generation, attempt].every(Number.isSafeInteger)) {
      const got = `member ${member}, generation ${generation}, attempt ${attempt}, step ${step}`;
      throw new TypeError(`internal: addMetrics: needs integers and a finite step, got ${got}`);
    }
    this.#forgetOnRollback();
    this.#pending.push({ member, generation, attempt, step, metrics: Object.entries(metrics) });
    if (this.#pending.length >= pendingLimit) this.flush();
    else this.#arm();
  }

  /** Makes `attempt` the one whose samples count, whether or not it reported any. */
  settle(member: number, generation: number, attempt: number): void {
    this.flush();
    this.#connection.transaction(() => {
      this.#connection.onRollback(() => this.#forget());
      this.#enter(member, generation, attempt);
      for (const series of this.#series(member).values()) series.write();
    });
  }

  /** Writes what waits. On failure it waits on, and the error says why. */
  flush(): void {
    if (this.#pending.length === 0) return;
    const batch = this.#pending;
    this.#connection.transaction(() => {
      this.#connection.onRollback(() => {
        this.#forget();
        this.#pending = [...batch, ...this.#pending];
      });
      this.#pending = [];
      const touched = new Set<SeriesWriter>();
      for (const sample of batch) this.#apply(sample, touched);
      for (const series of touched) series.write();
    });
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #apply({ member, generation, attempt, step, metrics }: Sample, touched: Set<SeriesWriter>): void {
    if (this.#enter(member, generation, attempt)) return;
    const byName = this.#series(member);
    for (const [name, value] of metrics) {
      const series = byName.get(name) ?? this.#open(byName, name, member);
      series.append({ step, value }, generation, attempt);
      touched.add(series);
    }
  }

  #open(byName: Map<string, SeriesWriter>, name: string, member: number): SeriesWriter {
    const text = metricName(name);
    let series = byName.get(text);
    if (series === undefined) {
      const { id } = this.#connection.run("INSERT INTO series (name, member) VALUES (?, ?)", text, member);
      series = new SeriesWriter(this.#connection, id);
      byName.set(text, series);
    }
    byName.set(name, series);
    return series;
  }

  /** Moves a member to an attempt, dropping samples of the attempts before it. Returns whether the attempt is stale. */
  #enter(member: number, generation: number, attempt: number): boolean {
    const current = this.#current.get(member);
    if (current?.generation === generation && current.attempt === attempt) return current.stale;
    let stale = current?.generation === generation && current.attempt > attempt;
    const series = [...new Set(this.#series(member).values())];
    const stored = Math.max(0, ...series.map((one) => one.attemptOf(generation)));
    stale ||= stored > attempt;
    if (!stale && stored > 0 && stored < attempt) for (const one of series) one.drop(generation);
    if (!stale || current === undefined) this.#current.set(member, { generation, attempt, stale });
    return stale;
  }

  #series(member: number): Map<string, SeriesWriter> {
    let series = this.#members.get(member);
    if (series === undefined) {
      const rows = this.#connection.all("SELECT id, name FROM series WHERE member = ? ORDER BY id", member);
      series = new Map(
        rows.map((row) => [String(row.name), new SeriesWriter(this.#connection, Number(row.id))] as const),
      );
      this.#members.set(member, series);
    }
    return series;
  }

  /** Samples added inside a transaction that fails go with it. */
  #forgetOnRollback(): void {
    if (!this.#connection.inTransaction || this.#markedRollback) return;
    this.#markedRollback = true;
    const kept = this.#pending.length;
    this.#connection.onRollback(() => {
      this.#markedRollback = false;
      this.#pending.length = Math.min(this.#pending.length, kept);
    });
    this.#connection.afterCommit(() => {
      this.#markedRollback = false;
    });
  }

  #forget(): void {
    this.#members.clear();
    this.#current.clear();
  }

  #arm(): void {
    if (this.#timer !== undefined || this.#connection.inTransaction) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      try {
        this.flush();
      } catch {
        // Still waiting in memory: the next commit tries again and reports the error to its caller.
      }
    }, this.#flushAfterMs);
    this.#timer.unref();
  }
}
