import type { Initialiser, Shape } from "../tensor/index.ts";

const sizeOf = (shape: Shape): number => shape.reduce((product, length) => product * length, 1);

/** Inputs and outputs of a weight: `[inputs, outputs]`, or `[…window, inputs, outputs]` of a convolution. */
function fans(shape: Shape): { readonly inputs: number; readonly outputs: number } {
  const window = sizeOf(shape.slice(0, -2));
  return { inputs: window * (shape.at(-2) ?? 1), outputs: window * (shape.at(-1) ?? 1) };
}

/** The same number everywhere. */
export const fill =
  (value: number): Initialiser =>
  (_, shape) =>
    new Float64Array(sizeOf(shape)).fill(value);

export const zeros: Initialiser = fill(0);
export const ones: Initialiser = fill(1);

/** Normal with mean 0. @param deviation standard deviation, ≥ 0 */
export const gaussian =
  (deviation: number): Initialiser =>
  (draws, shape) =>
    Float64Array.from({ length: sizeOf(shape) }, () => deviation * draws.normal());

/** Uniform in [low, high). */
export const uniform =
  (low: number, high: number): Initialiser =>
  (draws, shape) =>
    Float64Array.from({ length: sizeOf(shape) }, () => low + (high - low) * draws.uniform());

/** Uniform in ±√(6/(inputs + outputs)): variance kept forward and backward for tanh (Glorot and Bengio 2010). */
export const glorot: Initialiser = (draws, shape) => {
  const { inputs, outputs } = fans(shape);
  const bound = Math.sqrt(6 / (inputs + outputs));
  return uniform(-bound, bound)(draws, shape);
};

/** Normal with variance 2/inputs: variance kept for relu (He et al. 2015). */
export const he: Initialiser = (draws, shape) => gaussian(Math.sqrt(2 / fans(shape).inputs))(draws, shape);

/** A matrix `[rows, columns]` with orthonormal columns (or rows, where there are fewer), uniformly distributed. */
export const orthogonal: Initialiser = (draws, shape) => {
  const [rows, columns] = [sizeOf(shape.slice(0, -1)), shape.at(-1) ?? 1];
  const [count, length] = rows >= columns ? [columns, rows] : [rows, columns];
  const basis: Float64Array[] = [];
  for (let i = 0; i < count; i++) {
    const vector = Float64Array.from({ length }, () => draws.normal());
    // Twice, so that rounding leaves nothing of the earlier directions.
    for (let pass = 0; pass < 2; pass++) {
      for (const other of basis) {
        const overlap = other.reduce((sum, value, k) => sum + value * vector[k]!, 0);
        for (let k = 0; k < length; k++) vector[k]! -= overlap * other[k]!;
      }
    }
    const norm = Math.hypot(...vector);
    basis.push(vector.map((value) => value / norm));
  }
  return Float64Array.from({ length: rows * columns }, (_, i) => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    return rows >= columns ? basis[column]![row]! : basis[row]![column]!;
  });
};
