/** A complex sequence as two arrays of the same length. */
export interface Complex {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/** In place, n a power of two: decimation in time, twiddles from one table without recurrence. */
function radixTwo(re: Float64Array, im: Float64Array, sign: 1 | -1): void {
  const n = re.length;
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      [re[i], re[j]] = [re[j]!, re[i]!];
      [im[i], im[j]] = [im[j]!, im[i]!];
    }
  }
  const cos = new Float64Array(n >> 1);
  const sin = new Float64Array(n >> 1);
  for (let k = 0; k < n >> 1; k++) {
    cos[k] = Math.cos((2 * Math.PI * k) / n);
    sin[k] = sign * Math.sin((2 * Math.PI * k) / n);
  }
  for (let size = 2; size <= n; size *= 2) {
    const half = size / 2;
    const stride = n / size;
    for (let start = 0; start < n; start += size) {
      for (let k = 0; k < half; k++) {
        const c = cos[k * stride]!;
        const s = sin[k * stride]!;
        const a = start + k;
        const b = a + half;
        const tr = c * re[b]! - s * im[b]!;
        const ti = c * im[b]! + s * re[b]!;
        re[b] = re[a]! - tr;
        im[b] = im[a]! - ti;
        re[a]! += tr;
        im[a]! += ti;
      }
    }
  }
}

/** Any n by Bluestein's identity jk = (j² + k² − (k − j)²)/2: a convolution of power-of-two length. */
function bluestein(re: Float64Array, im: Float64Array, sign: 1 | -1): Complex {
  const n = re.length;
  let size = 1;
  while (size < 2 * n - 1) size *= 2;
  const chirp = (k: number): number => (sign * Math.PI * ((k * k) % (2 * n))) / n;
  const ar = new Float64Array(size);
  const ai = new Float64Array(size);
  const br = new Float64Array(size);
  const bi = new Float64Array(size);
  for (let k = 0; k < n; k++) {
    const c = Math.cos(chirp(k));
    const s = Math.sin(chirp(k));
    ar[k] = re[k]! * c - im[k]! * s;
    ai[k] = re[k]! * s + im[k]! * c;
    br[k] = c;
    bi[k] = -s;
    if (k > 0) {
      br[size - k] = c;
      bi[size - k] = -s;
    }
  }
  radixTwo(ar, ai, -1);
  radixTwo(br, bi, -1);
  for (let k = 0; k < size; k++) {
    const r = ar[k]! * br[k]! - ai[k]! * bi[k]!;
    ai[k] = ar[k]! * bi[k]! + ai[k]! * br[k]!;
    ar[k] = r;
  }
  radixTwo(ar, ai, 1);
  const outRe = new Float64Array(n);
  const outIm = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    const c = Math.cos(chirp(k));
    const s = Math.sin(chirp(k));
    outRe[k] = (ar[k]! * c - ai[k]! * s) / size;
    outIm[k] = (ar[k]! * s + ai[k]! * c) / size;
  }
  return { re: outRe, im: outIm };
}

function transform(re: ArrayLike<number>, im: ArrayLike<number> | undefined, sign: 1 | -1): Complex {
  const n = re.length;
  if (im !== undefined && im.length !== n) {
    throw new RangeError(`fft: needs as many imaginary as real parts, got ${im.length} and ${n}`);
  }
  const real = Float64Array.from(re);
  const imaginary = im === undefined ? new Float64Array(n) : Float64Array.from(im);
  if (n === 0 || (n & (n - 1)) !== 0)
    return n === 0 ? { re: real, im: imaginary } : bluestein(real, imaginary, sign);
  radixTwo(real, imaginary, sign);
  return { re: real, im: imaginary };
}

/**
 * The discrete Fourier transform, Xₖ = Σⱼ xⱼ e^{−2πi jk/n}, in O(n log n) for every n.
 * @param im imaginary parts; zeros when absent
 * @throws RangeError when the lengths differ
 */
export function fft(re: ArrayLike<number>, im?: ArrayLike<number>): Complex {
  return transform(re, im, -1);
}

/** The inverse of `fft`: xⱼ = 1/n Σₖ Xₖ e^{2πi jk/n}. */
export function inverseFft(re: ArrayLike<number>, im?: ArrayLike<number>): Complex {
  const result = transform(re, im, 1);
  for (let k = 0; k < re.length; k++) {
    result.re[k]! /= re.length;
    result.im[k]! /= re.length;
  }
  return result;
}
