import type { Vectors } from "../emit/index.ts";
import type { Local } from "../wasm/index.ts";
import { type Elementwise, elementwise } from "./operations.ts";

/** Where a value of a visit comes from. */
export type Argument =
  /** An operand in memory. */
  | { readonly from: "operand"; readonly index: number }
  /** An earlier value of this visit; 0 is the value that the loop itself brings, when it brings one. */
  | { readonly from: "value"; readonly index: number }
  | { readonly from: "constant"; readonly value: number; readonly integer: boolean };

export interface Step extends Elementwise {
  readonly args: readonly Argument[];
}

/** What happens at one index (four lanes): plain data, so that equal visits share code. */
export interface Visit {
  /** Whether value 0 is brought by the loop (a tile of a matrix product). */
  readonly brought: boolean;
  readonly steps: readonly Step[];
  /** Values that are stored, and to which operand. */
  readonly stores: readonly { readonly value: number; readonly operand: number }[];
}

/** Writes a visit for one place in the loop. */
export function writeVisit(
  v: Vectors,
  visit: Visit,
  brought: Local | undefined,
  load: (operand: number) => void,
  store: (operand: number, value: Local) => void,
  use?: (argument: (argument: Argument) => void) => void,
): void {
  const { code } = v;
  const made: Local[] = [];
  const values: Local[] = visit.brought && brought !== undefined ? [brought] : [];
  const loaded = new Map<number, Local>();
  const local = (): Local => {
    const fresh = code.local("v128");
    made.push(fresh);
    return fresh;
  };
  const push = (argument: Argument): void => {
    if (argument.from === "constant") {
      if (argument.integer) code.i32x4(argument.value);
      else code.f32x4(argument.value);
    } else if (argument.from === "value") {
      code.get(values[argument.index]!);
    } else {
      const known = loaded.get(argument.index);
      if (known !== undefined) {
        code.get(known);
      } else {
        load(argument.index);
        const fresh = local();
        code.tee(fresh);
        loaded.set(argument.index, fresh);
      }
    }
  };
  for (const step of visit.steps) {
    for (const argument of step.args) push(argument);
    elementwise(v, step);
    const value = local();
    code.set(value);
    values.push(value);
  }
  for (const { value, operand } of visit.stores) store(operand, values[value]!);
  use?.(push);
  code.release(...made);
}
