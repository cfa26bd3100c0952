import { type PhiloxKey, philox, Vectors } from "../emit/index.ts";
import type { Code, Local } from "../wasm/index.ts";
import { type OwnOf, ownEntries } from "./own.ts";
import { forRows } from "./rows.ts";

export interface ShuffleSpec extends OwnOf {
  readonly count: number;
  readonly bound: number;
  readonly purpose: number;
  readonly key: PhiloxKey;
}

const ROUNDS = 12;

/** (epoch, position, out, member id[, own rows]): the next rows of a shuffled order, as the IR defines it. */
export function writeShuffle(
  code: Code,
  [epochAt, positionAt, out, member, rows]: readonly Local[],
  spec: ShuffleSpec,
): void {
  const { bound } = spec;
  const bits = Math.max(2, Math.ceil(Math.log2(bound)));
  const lowBits = bits >> 1;
  const highBits = bits - lowBits;
  const epoch = code.local("i32");
  const row = code.local("i32");
  const stale = code.local("i32");
  const low = code.local("i32");
  const high = code.local("i32");
  const mixed = code.local("i32");
  const inside = code.local("i32");
  const keys = Array.from({ length: ROUNDS }, () => code.lasting("i32"));

  /** The keys of this epoch: word j of block l is lane l of vector j. */
  const renew = (): void => {
    const block = code.local("v128");
    const purpose = code.local("i32");
    code.i32Lanes(0, 1, 2, 3).set(block).i32(spec.purpose).set(purpose);
    const words = philox(new Vectors(code, false), [block, member!, epoch, purpose], spec.key);
    keys.forEach((key, i) => {
      code
        .get(words[i & 3]!)
        .lane("i32x4.extract_lane", i >> 2)
        .set(key);
    });
    code.release(block, purpose, ...words);
  };
  /** half ← half ^ the topmost bits of a mixture of the other half and a key. */
  const round = (half: Local, other: Local, key: Local, count: number): void => {
    code.get(other).get(key).op("i32.xor").i32(0x85ebca6b).op("i32.mul").tee(mixed);
    code.get(mixed).i32(13).op("i32.shr_u").op("i32.xor").i32(0xc2b2ae35).op("i32.mul");
    code
      .i32(32 - count)
      .op("i32.shr_u")
      .get(half)
      .op("i32.xor")
      .set(half);
  };

  code.get(epochAt!).memory("f32.load").op("i32.trunc_sat_f32_u").set(epoch);
  code.get(positionAt!).memory("f32.load").op("i32.trunc_sat_f32_u").set(row);
  code.get(epoch).get(row).i32(bound).op("i32.div_u").op("i32.add").set(epoch);
  code.get(row).i32(bound).op("i32.rem_u").set(row).i32(1).set(stale);
  forRows(code, ownEntries(code, spec.count, spec, rows), [[out!, 4]], () => {
    code.get(stale).when(() => {
      renew();
      code.i32(0).set(stale);
    });
    code
      .get(row)
      .i32((1 << lowBits) - 1)
      .op("i32.and")
      .set(low);
    code.get(row).i32(lowBits).op("i32.shr_u").set(high);
    code.i32(0).set(inside);
    const walk = (): void => {
      keys.forEach((key, i) => {
        if (i % 2 === 0) round(high, low, key, highBits);
        else round(low, high, key, lowBits);
      });
      code.get(high).i32(lowBits).op("i32.shl").get(low).op("i32.or").i32(bound).op("i32.lt_u").set(inside);
    };
    // Until the value is inside: the counter is 1 then.
    code.loop(inside, 1, 0, walk, true);
    code.get(out!).get(high).i32(lowBits).op("i32.shl").get(low).op("i32.or").memory("i32.store");
    code.get(row).i32(1).op("i32.add").set(row);
    code
      .get(row)
      .i32(bound)
      .op("i32.eq")
      .when(() => {
        code.i32(0).set(row).i32(1).set(stale);
        code.get(epoch).i32(1).op("i32.add").set(epoch);
      });
  });
}
