/** A piece of a contour: a straight line within one square of the grid. */
export interface ContourPiece {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
  readonly level: number;
}

/**
 * Contours of values on a grid by marching squares: linear between neighbouring points, and nothing where one of a square's
 * corners is unknown.
 * @param atX positions of the columns, `[n]`, increasing
 * @param atY positions of the rows, `[m]`, increasing
 * @param values `[m, n]`; NaN: unknown
 * @param levels values to draw lines at
 */
export function contours(
  atX: ArrayLike<number>,
  atY: ArrayLike<number>,
  values: ArrayLike<number>,
  levels: readonly number[],
): ContourPiece[] {
  const pieces: ContourPiece[] = [];
  const n = atX.length;
  for (let row = 0; row + 1 < atY.length; row++) {
    for (let column = 0; column + 1 < n; column++) {
      // Corners around the square, each next to the one before.
      const corners = [
        [column, row],
        [column + 1, row],
        [column + 1, row + 1],
        [column, row + 1],
      ].map(([i, j]) => ({ x: atX[i!]!, y: atY[j!]!, value: values[j! * n + i!]! }));
      if (corners.some(({ value }) => Number.isNaN(value))) continue;
      for (const level of levels) {
        const crossings = corners.flatMap((a, k) => {
          const b = corners[(k + 1) % 4]!;
          if (a.value < level === b.value < level) return [];
          const share = (level - a.value) / (b.value - a.value);
          return [{ x: a.x + share * (b.x - a.x), y: a.y + share * (b.y - a.y) }];
        });
        // Four crossings are a saddle: two lines, which do not cut off its middle's side.
        const middle = corners.reduce((sum, { value }) => sum + value / 4, 0);
        const turned =
          crossings.length === 4 && corners[0]!.value < level === middle < level
            ? [crossings[0]!, crossings[1]!, crossings[2]!, crossings[3]!]
            : crossings.length === 4
              ? [crossings[3]!, crossings[0]!, crossings[1]!, crossings[2]!]
              : crossings;
        for (let k = 0; k + 1 < turned.length; k += 2) {
          const [a, b] = [turned[k]!, turned[k + 1]!];
          pieces.push({ x1: a.x, y1: a.y, x2: b.x, y2: b.y, level });
        }
      }
    }
  }
  return pieces;
}

/** About so many round levels on either side of zero, zero among them. */
export function roundLevels(
  size: number,
  wanted = 3,
): { readonly step: number; readonly levels: readonly number[] } {
  if (!(size > 0)) return { step: 0, levels: [] };
  const raw = size / wanted;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= raw * (1 - 1e-9))!;
  const most = Math.floor(size / step + 1e-9);
  const levels = Array.from({ length: 2 * most + 1 }, (_, i) => Number(((i - most) * step).toPrecision(12)));
  return { step: Number(step.toPrecision(12)), levels };
}
