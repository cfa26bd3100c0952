/**
 * Equal cells: [0, 1] cut into `count` intervals of the same width. Every value of a finite law owns one, so that a
 * uniform coordinate gives every value the same probability.
 */

/** The cell that a coordinate in [0, 1] lies in: 0 … count−1. */
export function cellOf(unit: number, count: number): number {
  return Math.min(count - 1, Math.floor(unit * count));
}

/** The middle of a cell: the coordinate that stands for its value. */
export function middleOf(cell: number, count: number): number {
  return (cell + 0.5) / count;
}

/**
 * Log-scaled cells of the grid low, low + step, … (count values): the cell of x reaches from x − step/2 to x + step/2 on
 * a logarithmic axis, so that P(x) ∝ ln((x + step/2)/(x − step/2)) ≈ step/x. The lowest edge is at least low/2.
 */
export interface LogCells {
  cellOf(unit: number): number;
  middleOf(cell: number): number;
}

/** @param low > 0 @param step > 0 @param count integer ≥ 1 */
export function logCells(low: number, step: number, count: number): LogCells {
  const edge = (cell: number): number =>
    cell === 0 ? Math.max(low - step / 2, low / 2) : low + (cell - 0.5) * step;
  const bottom = Math.log(edge(0));
  const span = Math.log(edge(count)) - bottom;
  return {
    cellOf(unit) {
      const x = Math.exp(bottom + unit * span);
      return Math.min(count - 1, Math.max(0, Math.floor((x - low) / step + 0.5)));
    },
    middleOf(cell) {
      return ((Math.log(edge(cell)) + Math.log(edge(cell + 1))) / 2 - bottom) / span;
    },
  };
}
