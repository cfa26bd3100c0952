import { Bytes } from "./bytes.ts";
import { alignments, type BulkName, bulk, type CoreName, core, type SimdName, simd } from "./opcodes.ts";

export type ValueType = "i32" | "i64" | "f32" | "f64" | "v128";

export const valueTypes: Readonly<Record<ValueType, number>> = {
  i32: 0x7f,
  i64: 0x7e,
  f32: 0x7d,
  f64: 0x7c,
  v128: 0x7b,
};

/** A local variable of a function (parameters come first). */
export interface Local {
  readonly index: number;
  readonly type: ValueType;
}

const EMPTY_BLOCK = 0x40;

/**
 * The body of one function, written in the order of the stack machine: operands first, then the instruction.
 * @example
 * code.get(x).get(y).op("f32x4.add").set(z);
 */
export class Code {
  readonly body = new Bytes();
  readonly parameters: readonly Local[];
  private readonly locals: Local[] = [];
  private readonly free = new Map<ValueType, Local[]>();

  constructor(parameters: readonly ValueType[]) {
    this.parameters = parameters.map((type, index) => ({ index, type }));
  }

  /** A new local variable, or one that was released. Its value is undefined until set. */
  local(type: ValueType): Local {
    return this.free.get(type)?.pop() ?? this.lasting(type);
  }

  /** A new local variable that nothing before has used: its value lasts from one round of a loop to the next. */
  lasting(type: ValueType): Local {
    const made = { index: this.parameters.length + this.locals.length, type };
    this.locals.push(made);
    return made;
  }

  /** Gives local variables back for reuse. */
  release(...locals: readonly Local[]): void {
    for (const local of locals) {
      const list = this.free.get(local.type);
      if (list === undefined) this.free.set(local.type, [local]);
      else list.push(local);
    }
  }

  get(local: Local): this {
    return this.indexed(core.localGet, local.index);
  }

  set(local: Local): this {
    return this.indexed(core.localSet, local.index);
  }

  tee(local: Local): this {
    return this.indexed(core.localTee, local.index);
  }

  i32(value: number): this {
    this.body.byte(core["i32.const"]);
    this.body.signed(value);
    return this;
  }

  i64(value: bigint): this {
    this.body.byte(core["i64.const"]);
    this.body.signed64(value);
    return this;
  }

  f32(value: number): this {
    this.body.byte(core["f32.const"]);
    this.body.float32(value);
    return this;
  }

  f64(value: number): this {
    this.body.byte(core["f64.const"]);
    this.body.bytes(new Uint8Array(new Float64Array([value]).buffer));
    return this;
  }

  /** A constant of four equal 32-bit floats. */
  f32x4(value: number): this {
    return this.v128(new Uint8Array(new Float32Array(4).fill(value).buffer));
  }

  /** A constant of four equal 32-bit integers. */
  i32x4(value: number): this {
    return this.v128(new Uint8Array(new Int32Array(4).fill(value).buffer));
  }

  /** A constant of four 32-bit integers. */
  i32Lanes(a: number, b: number, c: number, d: number): this {
    return this.v128(new Uint8Array(new Int32Array([a, b, c, d]).buffer));
  }

  v128(bytes: Uint8Array): this {
    this.prefixed(0xfd, simd["v128.const"]);
    this.body.bytes(bytes);
    return this;
  }

  /** An instruction without immediate operands. */
  op(name: CoreName | SimdName | BulkName): this {
    if (Object.hasOwn(core, name)) this.body.byte(core[name as CoreName]);
    else if (Object.hasOwn(simd, name)) this.prefixed(0xfd, simd[name as SimdName]);
    else {
      this.prefixed(0xfc, bulk[name as BulkName]);
      if (name === "memory.copy") this.body.bytes([0, 0]);
      if (name === "memory.fill") this.body.byte(0);
    }
    return this;
  }

  /** A load or store at (address on the stack) + offset. */
  memory(name: CoreName | SimdName, offset = 0): this {
    this.access(name, offset);
    return this;
  }

  /** A load or store of one lane at (address on the stack) + offset. */
  memoryLane(name: SimdName, lane: number, offset = 0): this {
    this.access(name, offset);
    this.body.byte(lane);
    return this;
  }

  /** Extracts or replaces a lane. */
  lane(name: SimdName, lane: number): this {
    this.prefixed(0xfd, simd[name]);
    this.body.byte(lane);
    return this;
  }

  /** Selects four 32-bit lanes out of the eight of two vectors (0–3 the first, 4–7 the second). */
  shuffle(a: number, b: number, c: number, d: number): this {
    this.prefixed(0xfd, simd["i8x16.shuffle"]);
    for (const lane of [a, b, c, d]) for (let i = 0; i < 4; i++) this.body.byte(lane * 4 + i);
    return this;
  }

  call(index: number): this {
    return this.indexed(core.call, index);
  }

  /** Runs `body` while counter < end, adding `step` after each round (tested at the top unless `atLeastOnce`). */
  loop(counter: Local, end: number | Local, step: number, body: () => void, atLeastOnce = false): this {
    const test = (): void => {
      this.get(counter);
      if (typeof end === "number") this.i32(end);
      else this.get(end);
      this.op("i32.lt_u");
    };
    if (!atLeastOnce) {
      test();
      this.body.byte(core.if);
      this.body.byte(EMPTY_BLOCK);
    }
    this.body.byte(core.loop);
    this.body.byte(EMPTY_BLOCK);
    body();
    this.get(counter).i32(step).op("i32.add").set(counter);
    test();
    this.indexed(core.brIf, 0);
    this.op("end");
    if (!atLeastOnce) this.op("end");
    return this;
  }

  /** Runs `body` when the i32 on the stack is not zero. */
  when(body: () => unknown, otherwise?: () => unknown): this {
    this.body.byte(core.if);
    this.body.byte(EMPTY_BLOCK);
    body();
    if (otherwise !== undefined) {
      this.op("else");
      otherwise();
    }
    return this.op("end");
  }

  /** The function's bytes: local declarations, body, end. */
  encode(): Uint8Array {
    const out = new Bytes();
    const runs: { type: ValueType; count: number }[] = [];
    for (const { type } of this.locals) {
      const last = runs.at(-1);
      if (last?.type === type) last.count++;
      else runs.push({ type, count: 1 });
    }
    out.unsigned(runs.length);
    for (const { type, count } of runs) {
      out.unsigned(count);
      out.byte(valueTypes[type]);
    }
    out.bytes(this.body.view());
    out.byte(core.end);
    return out.view();
  }

  private indexed(opcode: number, index: number): this {
    this.body.byte(opcode);
    this.body.unsigned(index);
    return this;
  }

  private prefixed(prefix: number, opcode: number): void {
    this.body.byte(prefix);
    this.body.unsigned(opcode);
  }

  private access(name: CoreName | SimdName, offset: number): void {
    if (Object.hasOwn(core, name)) this.body.byte(core[name as CoreName]);
    else this.prefixed(0xfd, simd[name as SimdName]);
    this.body.unsigned(alignments[name]!);
    this.body.unsigned(offset);
  }
}
