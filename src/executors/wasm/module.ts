import { Bytes } from "./bytes.ts";
import { Code, type ValueType, valueTypes } from "./code.ts";

interface Signature {
  readonly parameters: readonly ValueType[];
  readonly results: readonly ValueType[];
}

/** The memory that a module imports as `env.memory`, in pages of 64 KiB. */
export interface MemoryImport {
  readonly initial: number;
  readonly maximum: number;
  readonly shared: boolean;
}

/**
 * A WebAssembly module under construction: functions over one imported memory.
 * @example
 * const module = new WasmModule({ initial: 1, maximum: 1, shared: false });
 * const add = module.define(["i32", "i32"], ["i32"], (code, [a, b]) => code.get(a!).get(b!).op("i32.add"));
 * module.export("add", add);
 */
export class WasmModule {
  private readonly memory: MemoryImport;
  private readonly signatures: Signature[] = [];
  private readonly functions: { readonly signature: number; readonly code: Code }[] = [];
  private readonly exports: { readonly name: string; readonly index: number }[] = [];

  constructor(memory: MemoryImport) {
    this.memory = memory;
  }

  /** Adds a function and returns its index. */
  define(
    parameters: readonly ValueType[],
    results: readonly ValueType[],
    body: (code: Code, parameters: Code["parameters"]) => void,
  ): number {
    const code = new Code(parameters);
    const index = this.functions.length;
    this.functions.push({ signature: this.signature({ parameters, results }), code });
    body(code, code.parameters);
    return index;
  }

  export(name: string, index: number): void {
    this.exports.push({ name, index });
  }

  /** The module in the binary format. */
  encode(): Uint8Array<ArrayBuffer> {
    const out = new Bytes();
    out.bytes([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]);
    section(out, 1, this.signatures, (to, { parameters, results }) => {
      to.byte(0x60);
      for (const list of [parameters, results]) {
        to.unsigned(list.length);
        for (const type of list) to.byte(valueTypes[type]);
      }
    });
    section(out, 2, [this.memory], (to, { initial, maximum, shared }) => {
      to.text("env");
      to.text("memory");
      to.byte(0x02);
      to.byte(shared ? 0x03 : 0x01);
      to.unsigned(initial);
      to.unsigned(maximum);
    });
    section(out, 3, this.functions, (to, { signature }) => to.unsigned(signature));
    section(out, 7, this.exports, (to, { name, index }) => {
      to.text(name);
      to.byte(0x00);
      to.unsigned(index);
    });
    section(out, 10, this.functions, (to, { code }) => {
      const body = code.encode();
      to.unsigned(body.length);
      to.bytes(body);
    });
    return out.view();
  }

  private signature(wanted: Signature): number {
    const key = JSON.stringify(wanted);
    const found = this.signatures.findIndex((one) => JSON.stringify(one) === key);
    if (found >= 0) return found;
    this.signatures.push(wanted);
    return this.signatures.length - 1;
  }
}

function section<T>(
  out: Bytes,
  id: number,
  entries: readonly T[],
  write: (to: Bytes, entry: T) => void,
): void {
  if (entries.length === 0) return;
  const content = new Bytes();
  content.unsigned(entries.length);
  for (const entry of entries) write(content, entry);
  out.byte(id);
  out.unsigned(content.length);
  out.bytes(content.view());
}
