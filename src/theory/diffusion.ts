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

/**
 * The exact propagator of ∂ₜρ = Dρ_hh with reflecting ends over a time τ, as a dense matrix on cell averages: the type-2
 * cosine transform multiplies mode m by exp(−4Dτ/dh² sin²(πm/2n)) (`symbol: "discrete"`, always positive: the
 * exponential of an M-matrix) or by exp(−Dτ(πm/|H|)²) (`"spectral"`, exact for smooth laws, positive up to round-off).
 * Columns sum to 1, so mass is exact to rounding.
 * @returns `[size, size]` row-major, symmetric
 */
export function diffusionPropagator(
  grid: Grid,
  diffusion: number,
  time: number,
  symbol: "discrete" | "spectral" = "discrete",
): Float64Array {
  const n = grid.size;
  const decay = Float64Array.from({ length: n }, (_, m) => {
    const rate =
      symbol === "discrete"
        ? (4 / grid.spacing ** 2) * Math.sin((Math.PI * m) / (2 * n)) ** 2
        : ((Math.PI * m) / (grid.high - grid.low)) ** 2;
    return Math.exp(-diffusion * time * rate);
  });
  // The kernel depends on i − j and i + j + 1 only: Σ_m d_m c_m cos(a)cos(b) = ½Σ d_m c_m [cos(a−b) + cos(a+b)].
  const wave = Float64Array.from({ length: 2 * n + 1 }, (_, k) => {
    let sum = 0;
    for (let m = 1; m < n; m++) sum += decay[m]! * Math.cos((Math.PI * m * k) / n);
    return sum / n;
  });
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) matrix[i * n + j] = 1 / n + wave[Math.abs(i - j)]! + wave[i + j + 1]!;
  }
  return matrix;
}

/** out[i] = Σ_j matrix[i, j] x[j·stride + offset]: one column of a field. */
export function applyMatrix(
  matrix: Float64Array,
  field: Float64Array,
  scratch: Float64Array,
  offset = 0,
  stride = 1,
): void {
  const n = scratch.length;
  for (let i = 0; i < n; i++) {
    let sum = 0;
    const row = i * n;
    for (let j = 0; j < n; j++) sum += matrix[row + j]! * field[offset + j * stride]!;
    scratch[i] = sum;
  }
  for (let i = 0; i < n; i++) field[offset + i * stride] = scratch[i]!;
}
