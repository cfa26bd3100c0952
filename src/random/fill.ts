import { checkKey, type Key, purposeWord } from "./key.ts";
import { philox4x32 } from "./philox.ts";

/**
 * out[m] = the first uniform of stream(key, purpose, m, step), for every m: the same numbers as one stream per member,
 * without making the streams.
 * @param out `[members]`
 */
export function fillUniform(out: Float64Array, parent: Key, purpose: string, step = 0): void {
  checkKey(parent, purpose);
  const word = purposeWord(purpose);
  const words = new Uint32Array(4);
  for (let m = 0; m < out.length; m++) {
    philox4x32(words, 0, m, step, word, parent.low, parent.high);
    out[m] = ((words[0]! >>> 5) * 67108864 + (words[1]! >>> 6)) / 9007199254740992;
  }
}

/**
 * out[m] = the first normal of stream(key, purpose, m, step), for every m.
 * @param out `[members]`
 */
export function fillNormal(out: Float64Array, parent: Key, purpose: string, step = 0): void {
  checkKey(parent, purpose);
  const word = purposeWord(purpose);
  const words = new Uint32Array(4);
  for (let m = 0; m < out.length; m++) {
    philox4x32(words, 0, m, step, word, parent.low, parent.high);
    const first = ((words[0]! >>> 5) * 67108864 + (words[1]! >>> 6)) / 9007199254740992;
    const second = ((words[2]! >>> 5) * 67108864 + (words[3]! >>> 6)) / 9007199254740992;
    out[m] = Math.sqrt(-2 * Math.log(1 - first)) * Math.cos(2 * Math.PI * second);
  }
}
