/** How the executor of a subject runs. */
export interface Threads {
  readonly workers: number;
  readonly relaxed: boolean;
}

export const label = ({ workers, relaxed }: Threads): string =>
  `wasm ${relaxed ? "fma" : "plain"} ×${workers}`;
