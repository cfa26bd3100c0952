import { badParameter } from "./failure.ts";

/** A request's query. Every value is checked; nothing unknown is used. */
export class Parameters {
  readonly #query: URLSearchParams;

  constructor(query: URLSearchParams) {
    this.#query = query;
  }

  text(name: string, fallback = ""): string {
    const value = this.#query.get(name) ?? fallback;
    if (value.length > 4096) throw badParameter(`${name}: longer than 4096 characters`);
    return value;
  }

  optional(name: string): string | undefined {
    return this.#query.has(name) ? this.text(name) : undefined;
  }

  /** A finite number, or the fallback when it is absent. @throws Refusal 400 */
  number(name: string, fallback: number): number {
    const text = this.#query.get(name);
    if (text === null || text === "") return fallback;
    const value = Number(text);
    if (!Number.isFinite(value)) throw badParameter(`${name}: needs a number, got ${text.slice(0, 40)}`);
    return value;
  }

  /** A whole number within bounds. @throws Refusal 400 */
  integer(name: string, low: number, high: number, fallback: number): number {
    const value = this.number(name, fallback);
    if (Number.isSafeInteger(value) && value >= low && value <= high) return value;
    throw badParameter(`${name}: needs a whole number from ${low} to ${high}, got ${value}`);
  }

  /** One of a few words. @throws Refusal 400 */
  choice<T extends string>(name: string, choices: readonly T[], fallback: T): T {
    const value = this.#query.get(name) ?? fallback;
    const found = choices.find((choice) => choice === value);
    if (found === undefined)
      throw badParameter(`${name}: needs ${choices.join(", ")}, got ${value.slice(0, 40)}`);
    return found;
  }

  /** Whole numbers with commas between. @throws Refusal 400 */
  integers(name: string, low: number, high: number, most: number): number[] {
    const text = this.#query.get(name) ?? "";
    const words = text === "" ? [] : text.split(",");
    if (words.length > most) throw badParameter(`${name}: at most ${most} of them, got ${words.length}`);
    return words.map((word) => {
      const value = Number(word);
      if (word !== "" && Number.isSafeInteger(value) && value >= low && value <= high) return value;
      throw badParameter(`${name}: needs whole numbers from ${low} to ${high}, got ${word.slice(0, 40)}`);
    });
  }
}
