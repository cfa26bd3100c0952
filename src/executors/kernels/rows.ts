import { exponential, logarithm, Vectors } from "../emit/index.ts";
import type { Code, Local } from "../wasm/index.ts";
import { acrossLanes, loadLanes, storeLanes } from "./lanes.ts";
import { type OwnOf, ownEntries } from "./own.ts";

/** Runs `body` for each vector of a row of `length` elements: at pointer + offset bytes, with that many lanes. */
export function alongRow(
  code: Code,
  length: number,
  pointers: readonly Local[],
  body: (pointers: readonly Local[], offset: number, lanes: number) => void,
): void {
  const full = Math.floor(length / 4);
  const tail = length % 4;
  if (full <= 8) {
    for (let i = 0; i < full; i++) body(pointers, i * 16, 4);
    if (tail > 0) body(pointers, full * 16, tail);
    return;
  }
  const running = pointers.map(() => code.local("i32"));
  const counter = code.local("i32");
  running.forEach((local, i) => code.get(pointers[i]!).set(local));
  code.i32(0).set(counter);
  code.loop(
    counter,
    full,
    1,
    () => {
      body(running, 0, 4);
      for (const local of running) code.get(local).i32(16).op("i32.add").set(local);
    },
    true,
  );
  if (tail > 0) body(running, 0, tail);
  code.release(counter, ...running);
}

/** Pushes index·bytes + base, with the index (i32 at a pointer) held inside 0 … rows − 1. */
export function rowAddress(code: Code, base: Local, index: Local, rows: number, bytes: number): void {
  const at = code.local("i32");
  code.get(index).memory("i32.load").set(at);
  code
    .get(at)
    .i32(rows - 1)
    .get(at)
    .i32(rows)
    .op("i32.lt_u")
    .op("select");
  code.i32(bytes).op("i32.mul").get(base).op("i32.add");
  code.release(at);
}

/** Runs `body` `count` times and moves each pointer by its bytes after each round. */
export function forRows(
  code: Code,
  count: number | Local,
  moves: readonly (readonly [Local, number])[],
  body: () => void,
): void {
  const counter = code.local("i32");
  code.i32(0).set(counter);
  code.loop(
    counter,
    count,
    1,
    () => {
      body();
      for (const [pointer, bytes] of moves) code.get(pointer).i32(bytes).op("i32.add").set(pointer);
    },
    true,
  );
  code.release(counter);
}

/** Zeroes `count` times `elements` elements from a pointer on. */
export function zero(code: Code, pointer: Local, count: number | Local, elements = 1): void {
  code.get(pointer).i32(0);
  if (typeof count === "number") code.i32(count * elements * 4);
  else
    code
      .get(count)
      .i32(elements * 4)
      .op("i32.mul");
  code.op("memory.fill");
}

/** (table, index, out): out[i] = table[index[i]], rows of `row` elements. */
export function writeGather(
  code: Code,
  [table, index, out, rows]: readonly Local[],
  spec: OwnOf & { readonly rows: number; readonly row: number; readonly count: number },
): void {
  const from = code.local("i32");
  const v = new Vectors(code, false);
  forRows(
    code,
    ownEntries(code, spec.count, spec, rows),
    [
      [index!, 4],
      [out!, spec.row * 4],
    ],
    () => {
      rowAddress(code, table!, index!, spec.rows, spec.row * 4);
      code.set(from);
      alongRow(code, spec.row, [from, out!], ([source, target], offset, lanes) =>
        v.scoped(1, (value) => {
          loadLanes(v, source!, offset, 1, lanes);
          code.set(value);
          storeLanes(v, value, target!, offset, 1, lanes);
        }),
      );
    },
  );
}

/** (index, x, out): out = 0, then out[index[i]] += x[i], rows of `row` elements. */
export function writeScatterAdd(
  code: Code,
  [index, x, out]: readonly Local[],
  spec: { readonly rows: number; readonly row: number; readonly count: number },
): void {
  const to = code.local("i32");
  const v = new Vectors(code, false);
  zero(code, out!, spec.rows * spec.row);
  forRows(
    code,
    spec.count,
    [
      [index!, 4],
      [x!, spec.row * 4],
    ],
    () => {
      rowAddress(code, out!, index!, spec.rows, spec.row * 4);
      code.set(to);
      alongRow(code, spec.row, [x!, to], ([source, target], offset, lanes) =>
        v.scoped(1, (value) => {
          loadLanes(v, target!, offset, 1, lanes);
          loadLanes(v, source!, offset, 1, lanes);
          code.op("f32x4.add").set(value);
          storeLanes(v, value, target!, offset, 1, lanes);
        }),
      );
    },
  );
}

/** Rows of `classes` elements. */
export interface RowsSpec extends OwnOf {
  readonly classes: number;
  readonly count: number;
}

/** (x, index, out): out[i] = x[i, index[i]]. */
export function writePick(code: Code, [x, index, out, rows]: readonly Local[], spec: RowsSpec): void {
  const moves = [
    [x!, spec.classes * 4],
    [index!, 4],
    [out!, 4],
  ] as const;
  forRows(code, ownEntries(code, spec.count, spec, rows), moves, () => {
    code.get(out!);
    rowAddress(code, x!, index!, spec.classes, 4);
    code.memory("f32.load").memory("f32.store");
  });
}

/** (index, x, out): out = 0, then out[i, index[i]] = x[i]. */
export function writePlace(code: Code, [index, x, out, rows]: readonly Local[], spec: RowsSpec): void {
  const count = ownEntries(code, spec.count, spec, rows);
  zero(code, out!, count, spec.classes);
  const moves = [
    [index!, 4],
    [x!, 4],
    [out!, spec.classes * 4],
  ] as const;
  forRows(code, count, moves, () => {
    rowAddress(code, out!, index!, spec.classes, 4);
    code.get(x!).memory("f32.load").memory("f32.store");
  });
}

/** (x, out): the index of each row's first maximum. */
export function writeArgmax(code: Code, [x, out, rows]: readonly Local[], spec: RowsSpec): void {
  const best = code.local("f32");
  const at = code.local("i32");
  const candidate = code.local("i32");
  const moves = [
    [x!, spec.classes * 4],
    [out!, 4],
  ] as const;
  forRows(code, ownEntries(code, spec.count, spec, rows), moves, () => {
    code.get(x!).memory("f32.load").set(best);
    code.i32(0).set(at).i32(1).set(candidate);
    const value = (): void => {
      code.get(candidate).i32(2).op("i32.shl").get(x!).op("i32.add").memory("f32.load");
    };
    code.loop(candidate, spec.classes, 1, () => {
      value();
      code
        .get(best)
        .op("f32.gt")
        .when(() => {
          value();
          code.set(best).get(candidate).set(at);
        });
    });
    code.get(out!).get(at).memory("i32.store");
  });
}

export interface CrossEntropySpec extends RowsSpec {
  readonly loss: boolean;
  readonly gradient: boolean;
}

/**
 * (logits, labels[, loss][, g, gradient]): per row log Σ exp(logits) − logits[label], and
 * g·(softmax(logits) − onehot(label)); both from one pass of exponentials when both are wanted.
 */
export function writeCrossEntropy(
  code: Code,
  parameters: readonly Local[],
  spec: CrossEntropySpec,
  relaxed: boolean,
): void {
  const v = new Vectors(code, relaxed);
  const { classes } = spec;
  const [logits, labels, ...others] = parameters;
  const count = ownEntries(code, spec.count, spec, spec.own === undefined ? undefined : others.pop());
  const loss = spec.loss ? others.shift() : undefined;
  const [g, gradient] = others;
  const moves: [Local, number][] = [
    [logits!, classes * 4],
    [labels!, 4],
  ];
  if (loss !== undefined) moves.push([loss, 4]);
  if (g !== undefined && gradient !== undefined) moves.push([g, 4], [gradient, classes * 4]);
  const mask = (lanes: number): void => {
    const bits = [0, 1, 2, 3].map((lane) => (lane < lanes ? -1 : 0));
    code.i32Lanes(bits[0]!, bits[1]!, bits[2]!, bits[3]!);
  };
  const top = code.local("v128");
  const sum = code.local("v128");
  const power = code.local("v128");
  const at = code.local("i32");
  forRows(code, count, moves, () => {
    code.f32x4(-Infinity).set(top);
    alongRow(code, classes, [logits!], ([from], offset, lanes) => {
      loadLanes(v, from!, offset, 1, lanes);
      if (lanes < 4) {
        code.f32x4(-Infinity);
        mask(lanes);
        code.op("v128.bitselect");
      }
      code.get(top).op("f32x4.pmax").set(top);
    });
    code.get(top);
    acrossLanes(v, "max");
    code.set(top).f32x4(0).set(sum);
    alongRow(code, classes, [logits!, gradient ?? logits!], ([from, to], offset, lanes) => {
      loadLanes(v, from!, offset, 1, lanes);
      code.get(top).op("f32x4.sub");
      exponential(v);
      code.set(power);
      if (gradient !== undefined) storeLanes(v, power, to!, offset, 1, lanes);
      code.get(power);
      if (lanes < 4) {
        mask(lanes);
        code.op("v128.and");
      }
      code.get(sum).op("f32x4.add").set(sum);
    });
    code.get(sum);
    acrossLanes(v, "sum");
    code.set(sum);
    if (loss !== undefined) {
      code.get(sum);
      logarithm(v);
      code.get(top).op("f32x4.add").set(power);
      code.get(loss).get(power).lane("f32x4.extract_lane", 0);
      rowAddress(code, logits!, labels!, classes, 4);
      code.memory("f32.load").op("f32.sub").memory("f32.store");
    }
    if (g === undefined || gradient === undefined) return;
    code.get(g).memory("v128.load32_splat").get(sum).op("f32x4.div").set(sum);
    alongRow(code, classes, [gradient], ([to], offset, lanes) => {
      loadLanes(v, to!, offset, 1, lanes);
      code.get(sum).op("f32x4.mul").set(power);
      storeLanes(v, power, to!, offset, 1, lanes);
    });
    rowAddress(code, gradient, labels!, classes, 4);
    code.tee(at).get(at).memory("f32.load").get(g).memory("f32.load").op("f32.sub").memory("f32.store");
  });
}
