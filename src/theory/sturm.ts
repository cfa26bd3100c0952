/**
 * An eigenvalue of a symmetric tridiagonal matrix, counted from the top, by bisection on Sturm's sequence: one value in
 * O(n log(1/ε)), where all of them would take O(n²).
 * @param diagonal `[n]`
 * @param off `[n − 1]`: off[i] couples i and i + 1
 * @param rank 0: the largest, 1: the second, …
 */
export function eigenvalueFromTop(diagonal: ArrayLike<number>, off: ArrayLike<number>, rank = 0): number {
  const n = diagonal.length;
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < n; i++) {
    const around = (i > 0 ? Math.abs(off[i - 1]!) : 0) + (i + 1 < n ? Math.abs(off[i]!) : 0);
    low = Math.min(low, diagonal[i]! - around);
    high = Math.max(high, diagonal[i]! + around);
  }
  const above = (x: number): number => {
    let count = 0;
    let pivot = Infinity;
    for (let i = 0; i < n; i++) {
      const coupling = i > 0 ? off[i - 1]! : 0;
      pivot = diagonal[i]! - x - (coupling * coupling) / pivot;
      if (pivot > 0) count++;
      else if (pivot === 0) pivot = -Number.MIN_VALUE;
    }
    return count;
  };
  for (let round = 0; round < 200 && high - low > 1e-15 * Math.max(1, Math.abs(high)); round++) {
    const middle = (low + high) / 2;
    if (above(middle) > rank) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
