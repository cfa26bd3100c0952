import type { Sink } from "../world.ts";

const escape = "\u001b[";

/** Redraws a block of lines in place, at most every `leastMs` milliseconds, on the sink of a terminal. */
export class Screen {
  readonly #sink: Sink;
  readonly #leastMs: number;
  #drawn = 0;
  #lastMs = Number.NEGATIVE_INFINITY;
  #shown = "";

  constructor(sink: Sink, leastMs = 250) {
    this.#sink = sink;
    this.#leastMs = leastMs;
    sink.write(`${escape}?25l`);
  }

  /** Whether enough time has gone by since the last frame. */
  due(nowMs: number): boolean {
    return nowMs - this.#lastMs >= this.#leastMs;
  }

  draw(lines: readonly string[], nowMs: number): void {
    const frame = lines.map((line) => `${line}${escape}K`).join("\n");
    this.#lastMs = nowMs;
    if (frame === this.#shown) return;
    const up = this.#drawn === 0 ? "" : `${escape}${this.#drawn}A\r`;
    this.#sink.write(`${escape}?2026h${up}${frame}\n${escape}J${escape}?2026l`);
    this.#drawn = lines.length;
    this.#shown = frame;
  }

  /** Writes lines that stay, above the block. */
  above(lines: readonly string[]): void {
    const up = this.#drawn === 0 ? "" : `${escape}${this.#drawn}A\r${escape}J`;
    this.#sink.write(`${up}${lines.join("\n")}\n`);
    this.#drawn = 0;
    this.#shown = "";
    this.#lastMs = Number.NEGATIVE_INFINITY;
  }

  /** Leaves the last frame where it is and gives the cursor back. */
  close(): void {
    this.#sink.write(`\n${escape}?25h`);
  }
}
