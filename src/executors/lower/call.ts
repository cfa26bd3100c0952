import type { ValueType } from "../wasm/index.ts";
import type { Code, Local } from "../wasm/index.ts";

/** Where something lies. Offsets in bytes. */
export type Address = Place & {
  /** In loops: [how deep the loop is, bytes from one of its times to the next]. */
  readonly times?: readonly (readonly [number, number])[];
};

type Place =
  /** In the worker's own working memory. */
  | { readonly base: "arena"; readonly offset: number }
  /** In the member's record. */
  | { readonly base: "member"; readonly slot: string; readonly offset: number }
  /** In an array for all members. */
  | { readonly base: "data"; readonly slot: string; readonly offset: number }
  | { readonly base: "constant"; readonly offset: number };

/** An argument of a kernel: a pointer, the member's id, the step's number, or the rows of the member's own batch. */
export type CallArgument = Address | "member" | "step" | "rows";

/** A call of a kernel. Kernels with equal keys are one function. */
export interface Call {
  readonly key: string;
  readonly arguments: readonly CallArgument[];
  readonly write: (code: Code, parameters: readonly Local[]) => void;
}

/** Actions that are repeated, the time (which addresses depend on) counted up or down. */
export interface Repeat {
  readonly length: number;
  readonly reverse: boolean;
  /** 0 for a loop that is in no other. */
  readonly depth: number;
  readonly actions: readonly Action[];
}

export type Action = Call | Repeat;

/** All calls, those of loops once. */
export const callsOf = (actions: readonly Action[]): Call[] =>
  actions.flatMap((action) => ("actions" in action ? callsOf(action.actions) : [action]));

/** All arguments are 32-bit integers. */
export const parameterTypes = (call: Call): ValueType[] => call.arguments.map(() => "i32" as const);

/** A call whose code is told by plain data. */
export function call<S>(
  name: string,
  spec: S,
  args: readonly CallArgument[],
  write: (code: Code, parameters: readonly Local[], spec: S) => void,
): Call {
  return {
    key: `${name} ${args.length} ${JSON.stringify(spec, (_, value: unknown) => (Object.is(value, -0) ? "-0" : value))}`,
    arguments: args,
    write: (code, parameters) => write(code, parameters, spec),
  };
}
