import { UsageError } from "../errors/index.ts";

/** Cell centres of a uniform grid on [low, high]. */
export interface Grid {
  readonly low: number;
  readonly high: number;
  readonly size: number;
  readonly spacing: number;
  readonly centres: Float64Array;
}

/**
 * A uniform cell grid.
 * @param size number of cells ≥ 2
 * @throws UsageError unless low < high and size ≥ 2
 */
export function cellGrid(low: number, high: number, size: number): Grid {
  if (!(low < high) || !Number.isInteger(size) || size < 2) {
    throw new UsageError(
      `cellGrid: needs low < high and an integer size >= 2, got [${low}, ${high}], size=${size}`,
    );
  }
  const spacing = (high - low) / size;
  const centres = Float64Array.from({ length: size }, (_, i) => low + (i + 0.5) * spacing);
  return { low, high, size, spacing, centres };
}

/** A linear map of cell averages whose entries far from the diagonal vanish. */
export interface Propagator {
  /** `[size, size]` row-major. */
  readonly matrix: Float64Array;
  readonly size: number;
  /** Entries further from the diagonal than this are zero to rounding. */
  readonly reach: number;
}

/** Entries below this share of the largest are the rounding of the cosine sums. */
const NOTHING = Number.EPSILON;

/**
 * The exact propagator of ∂ₜρ = Dρ_hh with reflecting ends over a time τ, as a dense matrix on cell averages: the type-2
 * cosine transform multiplies mode m by exp(−4Dτ/dh² sin²(πm/2n)) (`symbol: "discrete"`, always positive: the
 * exponential of an M-matrix) or by exp(−Dτ(πm/|H|)²) (`"spectral"`, exact for smooth laws, positive up to round-off).
 * Columns sum to 1, so mass is exact to rounding.
 */
export function diffusionPropagator(
  grid: Grid,
  diffusion: number,
  time: number,
  symbol: "discrete" | "spectral" = "discrete",
): Propagator {
  const n = grid.size;
  const decay = Float64Array.from({ length: n }, (_, m) => {
    const rate =
      symbol === "discrete"
        ? (4 / grid.spacing ** 2) * Math.sin((Math.PI * m) / (2 * n)) ** 2
        : ((Math.PI * m) / (grid.high - grid.low)) ** 2;
    return Math.exp(-diffusion * time * rate);
  });
  // The kernel depends on i − j and i + j + 1 only: Σ_m d_m c_m cos(a)cos(b) = ½Σ d_m c_m [cos(a−b) + cos(a+b)].
  // Angles are reduced as integers: cos(πmk/n) of large mk would lose three digits.
  const cosine = Float64Array.from({ length: 2 * n }, (_, k) => Math.cos((Math.PI * k) / n));
  const wave = Float64Array.from({ length: 2 * n + 1 }, (_, k) => {
    let sum = 0;
    for (let m = 1; m < n; m++) sum += decay[m]! * cosine[(m * k) % (2 * n)]!;
    return sum / n;
  });
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) matrix[i * n + j] = 1 / n + wave[Math.abs(i - j)]! + wave[i + j + 1]!;
  }
  let top = 0;
  for (let i = 0; i < n; i++) top = Math.max(top, matrix[i * n + i]!);
  let reach = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i - reach; j++) {
      if (Math.abs(matrix[i * n + j]!) > NOTHING * top) reach = i - j;
    }
  }
  return { matrix, size: n, reach };
}

/** x ← Mx for one column of a field: x[i] = field[i·stride + offset]. @param scratch `[size]` */
export function propagate(
  { matrix, size: n, reach }: Propagator,
  field: Float64Array,
  scratch: Float64Array,
  offset = 0,
  stride = 1,
): void {
  // Gathered first: reads with a stride would miss the cache.
  for (let j = 0; j < n; j++) scratch[j] = field[offset + j * stride]!;
  for (let i = 0; i < n; i++) {
    let sum = 0;
    const row = i * n;
    const end = Math.min(n - 1, i + reach);
    for (let j = Math.max(0, i - reach); j <= end; j++) sum += matrix[row + j]! * scratch[j]!;
    field[offset + i * stride] = sum;
  }
}
