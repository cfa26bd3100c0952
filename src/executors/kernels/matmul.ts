import { Vectors } from "../emit/index.ts";
import type { Code, Local } from "../wasm/index.ts";
import { loadLanes, storeLanes } from "./lanes.ts";
import { inParts, type OwnOf, ownEntries } from "./own.ts";
import { type Visit, writeVisit } from "./visit.ts";

/**
 * C[m, n] = Σ_k A[m, k]·B[k, n] with a visit on every element of C. Parameters of the function: A, B, scratch, then the
 * operands of the visit, then the own rows. Strides are in elements.
 */
export interface MatmulSpec extends OwnOf {
  /** Which length the batch with own rows is: m, or k, whose entries beyond are not added. */
  readonly batch?: "m" | "k";
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** [per row, per k] */
  readonly a: readonly [number, number];
  /** [per k, per column] */
  readonly b: readonly [number, number];
  /** Per operand of the visit: [per row, per column]. */
  readonly strides: readonly (readonly [number, number])[];
  readonly visit: Visit;
}

/** Eight accumulators of four lanes: more do not fit beside the operands in sixteen registers. */
const ACCUMULATORS = 8;

/** Columns of B are copied side by side when they are not, or when rows are so far apart that they evict each other. */
export function packs({ m, k, b }: Pick<MatmulSpec, "m" | "k" | "b">): boolean {
  return b[1] !== 1 || b[0] === 0 || (b[0] >= 128 && m >= 16 && k >= 16);
}

/** Vectors per row of a tile of `rows` rows. */
const columnsFor = (rows: number): number => (rows >= 4 ? 2 : rows >= 2 ? 4 : 8);

/** Bytes of scratch memory that the function needs. */
export const scratchBytes = (spec: Pick<MatmulSpec, "m" | "k" | "b">): number =>
  packs(spec) ? spec.k * columnsFor(spec.m) * 16 : 0;

export function writeMatmul(
  code: Code,
  parameters: readonly Local[],
  spec: MatmulSpec,
  relaxed: boolean,
): void {
  const v = new Vectors(code, relaxed);
  const [a, b, scratch, ...others] = parameters;
  const operands = others.slice(0, spec.strides.length);
  const { m, n, k } = spec;
  const ownRows = others[operands.length];
  const entriesOf = (length: number, which: "m" | "k"): number | Local =>
    spec.batch === which ? ownEntries(code, length, spec, ownRows) : length;
  const mEntries = entriesOf(m, "m");
  const kEntries = entriesOf(k, "k");
  /** Pushes `from` plus the bytes of all k, `step` apart. */
  const pushEnd = (from: Local, step: number): void => {
    code.get(from);
    if (typeof kEntries === "number") code.i32(kEntries * step);
    else code.get(kEntries).i32(step).op("i32.mul");
    code.op("i32.add");
  };
  const packed = packs(spec);
  const vectors = columnsFor(m);

  /** One panel of up to 4·vectors columns for all rows; `at` are the operands at its first column. */
  const panel = (columns: number, bColumn: Local, at: readonly Local[]): void => {
    const width = Math.ceil(columns / 4);
    const lanes = columns - (width - 1) * 4;
    if (packed) pack(bColumn, columns, width);
    const source = packed ? scratch! : bColumn;
    const step = packed ? width * 16 : spec.b[0] * 4;
    const rows = Math.min(
      m,
      width === 1 && m >= ACCUMULATORS ? ACCUMULATORS : Math.floor(ACCUMULATORS / vectors),
    );
    const aRow = code.local("i32");
    const running = at.map((pointer, operand) => {
      if (spec.strides[operand]![0] === 0) return pointer;
      const local = code.local("i32");
      code.get(pointer).set(local);
      return local;
    });
    code.get(a!).set(aRow);
    inParts(code, m, rows, mEntries, (count) => {
      tile(count, width, lanes, aRow, source, step, running);
      if (count < rows) return;
      code
        .get(aRow)
        .i32(rows * spec.a[0] * 4)
        .op("i32.add")
        .set(aRow);
      running.forEach((pointer, operand) => {
        if (pointer === at[operand]) return;
        code
          .get(pointer)
          .i32(rows * spec.strides[operand]![0] * 4)
          .op("i32.add")
          .set(pointer);
      });
    });
    code.release(aRow, ...running.filter((pointer, operand) => pointer !== at[operand]));
  };

  /** The accumulators of `rows` rows and `width` vectors of columns, and the visit of each. */
  const tile = (
    rows: number,
    width: number,
    lanes: number,
    aRow: Local,
    bPanel: Local,
    step: number,
    at: readonly Local[],
  ): void => {
    const sums = Array.from({ length: rows * width }, () => code.local("v128"));
    const columns = Array.from({ length: width }, () => code.local("v128"));
    const factor = code.local("v128");
    const aAt = code.local("i32");
    const bAt = code.local("i32");
    const end = code.local("i32");
    for (const sum of sums) code.f32x4(0).set(sum);
    code.get(aRow).set(aAt);
    code.get(bPanel).set(bAt);
    pushEnd(bAt, step);
    code.set(end);
    const round = (): void => {
      columns.forEach((column, q) =>
        code
          .get(bAt)
          .memory("v128.load", q * 16)
          .set(column),
      );
      for (let r = 0; r < rows; r++) {
        code
          .get(aAt)
          .memory("v128.load32_splat", r * spec.a[0] * 4)
          .set(factor);
        columns.forEach((column, q) => {
          const sum = sums[r * width + q]!;
          if (relaxed) code.get(factor).get(column).get(sum).op("f32x4.relaxed_madd").set(sum);
          else code.get(sum).get(factor).get(column).op("f32x4.mul").op("f32x4.add").set(sum);
        });
      }
      code
        .get(aAt)
        .i32(spec.a[1] * 4)
        .op("i32.add")
        .set(aAt);
    };
    code.loop(bAt, end, step, round, true);
    code.release(...columns, factor, aAt, bAt, end);
    for (let r = 0; r < rows; r++) {
      for (let q = 0; q < width; q++) {
        const count = q === width - 1 ? lanes : 4;
        const offset = (operand: number): number =>
          (r * spec.strides[operand]![0] + q * 4 * spec.strides[operand]![1]) * 4;
        writeVisit(
          v,
          spec.visit,
          sums[r * width + q]!,
          (operand) => loadLanes(v, at[operand]!, offset(operand), spec.strides[operand]![1], count),
          (operand, value) =>
            storeLanes(v, value, at[operand]!, offset(operand), spec.strides[operand]![1], count),
        );
      }
    }
    code.release(...sums);
  };

  /** Copies a panel of B to the scratch memory as [k][4·width]. */
  const pack = (from: Local, columns: number, width: number): void => {
    const source = code.local("i32");
    const target = code.local("i32");
    const end = code.local("i32");
    code.get(from).set(source);
    code.get(scratch!).set(target);
    pushEnd(target, width * 16);
    code.set(end);
    code.loop(
      target,
      end,
      width * 16,
      () => {
        for (let q = 0; q < width; q++) {
          code.get(target);
          loadLanes(v, source, q * 16 * spec.b[1], spec.b[1], q === width - 1 ? columns - q * 4 : 4);
          code.memory("v128.store", q * 16);
        }
        code
          .get(source)
          .i32(spec.b[0] * 4)
          .op("i32.add")
          .set(source);
      },
      true,
    );
    code.release(source, target, end);
  };

  const columns = vectors * 4;
  const full = Math.floor(n / columns);
  const bColumn = code.local("i32");
  const running = operands.map((pointer, operand) => {
    if (spec.strides[operand]![1] === 0) return pointer;
    const local = code.local("i32");
    code.get(pointer).set(local);
    return local;
  });
  code.get(b!).set(bColumn);
  const advance = (): void => {
    panel(columns, bColumn, running);
    code
      .get(bColumn)
      .i32(columns * spec.b[1] * 4)
      .op("i32.add")
      .set(bColumn);
    running.forEach((pointer, operand) => {
      if (pointer === operands[operand]) return;
      code
        .get(pointer)
        .i32(columns * spec.strides[operand]![1] * 4)
        .op("i32.add")
        .set(pointer);
    });
  };
  if (full === 1) advance();
  else if (full > 1) {
    const column = code.local("i32");
    code.i32(0).set(column);
    code.loop(column, full, 1, advance, true);
    code.release(column);
  }
  if (n % columns > 0) panel(n % columns, bColumn, running);
}
