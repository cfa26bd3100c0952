import type { Key } from "../../random/index.ts";
import type { Session } from "../executor.ts";
import { shapeText } from "../shapes.ts";
import type { Node, Program } from "../ir.ts";
import { unrolled } from "../unrolled.ts";
import { evaluateProgram } from "./evaluate.ts";
import type { Value } from "./kernels.ts";

export interface NonFiniteQuery {
  readonly program: Program;
  /** A session of any executor that holds the program's slots as they were when the step began. */
  readonly session: Session;
  readonly key: Key;
  readonly member: number;
  readonly memberId?: number;
  readonly step: number;
}

/** The largest finite float32. */
const LARGEST = 3.4028234663852886e38;

const broken = (value: number): boolean => !(Math.abs(value) <= LARGEST);

/**
 * Repeats one member's step in float64 and names the first value that is not a finite float32: the line of the model,
 * the operation, and what went in. For the message about a NaN loss.
 * @returns undefined where all values are finite
 */
export function firstNonFinite({ program, session, ...where }: NonFiniteQuery): string | undefined {
  const { key, member, step } = where;
  const kinds = new Map(session.slots.map((slot) => [slot.name, slot.kind]));
  const values = new Map<number, Value>();
  let message: string | undefined;
  const look = (node: Node, value: Value): void => {
    values.set(node.id, value);
    if (message !== undefined || node.dtype === "int32") return;
    const at = value.findIndex(broken);
    if (at < 0) return;
    const place = node.origin === undefined ? "" : `${node.origin}: `;
    const what = node.op === "read" ? `${kinds.get(node.slot)} ${node.slot}` : node.op;
    message = `${place}${what} ${shapeText(node.shape)} gives ${value[at]} at element ${at}${range(node, values)}`;
  };
  const read = (slot: string): Value => {
    const row = session.read(slot, kinds.get(slot) === "data" ? "all" : member);
    return row instanceof Int32Array ? row : Float64Array.from(row);
  };
  const draw = { key, memberId: where.memberId ?? member, step };
  // Loops are written out, so that the line inside them is found.
  evaluateProgram(unrolled(program), { draw, read }, new Map(), look);
  return message;
}

/** `; inputs in [-3, 1e9] and [0, 2]`. */
function range(node: Node, values: ReadonlyMap<number, Value>): string {
  const ranges = node.inputs.map((input) => {
    const value = values.get(input)!;
    let low = Infinity;
    let high = -Infinity;
    for (const x of value) {
      low = Math.min(low, x);
      high = Math.max(high, x);
    }
    return `[${low.toPrecision(4)}, ${high.toPrecision(4)}]`;
  });
  return ranges.length === 0 ? "" : `; inputs in ${ranges.join(" and ")}`;
}
