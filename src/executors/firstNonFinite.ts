import type { Key } from "../random/index.ts";
import { type Metric, type Node, type Program, reference, unrolled } from "../tensor/index.ts";

/** What a member was when its numbers were still good. */
export interface Suspect {
  /** A slot's value of this member (of all for `data`): from a session, or from a checkpoint. */
  readonly read: (slot: string) => ArrayLike<number>;
  readonly key: Key;
  /** The member's id in random streams. */
  readonly memberId: number;
  readonly fromStep: number;
  /** How many steps to look at. */
  readonly steps: number;
}

export interface NonFinite {
  readonly step: number;
  readonly op: Node["op"];
  /** `file:line` of the user's model, where known. */
  readonly origin: string | undefined;
  /** `model.ts:12: log gives a number that is not finite, in step 340, from finite inputs. …` */
  readonly message: string;
}

/**
 * Finds where a member's numbers first stop being finite: repeats its steps in float64, node by node. Meant for the
 * error message after a loss became NaN; an overflow of float32 alone is not found.
 * @returns undefined when all steps are finite
 */
export async function firstNonFinite(traced: Program, suspect: Suspect): Promise<NonFinite | undefined> {
  // Loops are written out, so that the line inside them is found.
  const program = unrolled(traced);
  const { nodes, metrics } = withWitnesses(program);
  const session = await reference.compile(
    { p: { ...program, nodes, metrics } },
    { members: 1, key: suspect.key, memberIds: [suspect.memberId] },
  );
  for (const { name, kind } of session.slots) {
    const values = suspect.read(name);
    const bad = Array.from(values).findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) {
      const message =
        `slot ${name}: element ${bad} is ${values[bad]} before step ${suspect.fromStep}. ` +
        "Begin from an earlier checkpoint, or check what was written.";
      return { step: suspect.fromStep, op: "read", origin: undefined, message };
    }
    session.write(name, kind === "data" ? "all" : 0, values);
  }
  for (let step = suspect.fromStep; step < suspect.fromStep + suspect.steps; step++) {
    await session.step("p", 1, step);
    const seen = session.metrics("p");
    const node = program.nodes.find(({ id }) => Number.isNaN(seen[witness(id)]?.last[0] ?? 0));
    if (node === undefined) continue;
    const place = node.origin === undefined ? "" : `${node.origin}: `;
    const message =
      `${place}${node.op} of shape [${node.shape.join(", ")}] gives a number that is not finite, in step ${step}, ` +
      `from finite inputs. ${advice(node.op)}`;
    return { step, op: node.op, origin: node.origin, message };
  }
  return undefined;
}

const witness = (id: number): string => `node ${id}`;

/** Adds for each float32 node the sum of x − x: 0 where all is finite, else NaN. */
function withWitnesses(program: Program): { nodes: Node[]; metrics: Metric[] } {
  const nodes: Node[] = [...program.nodes];
  const metrics: Metric[] = [];
  for (const node of program.nodes) {
    if (node.dtype !== "float32") continue;
    const { shape, dtype, scope } = node;
    const difference = nodes.length;
    nodes.push({ op: "sub", id: difference, inputs: [node.id, node.id], shape, dtype, scope });
    const axes = shape.map((_, axis) => axis);
    nodes.push({ op: "sum", axes, id: difference + 1, inputs: [difference], shape: [], dtype, scope });
    metrics.push({ name: witness(node.id), node: difference + 1 });
  }
  return { nodes, metrics };
}

function advice(op: Node["op"]): string {
  if (op === "log") return "Keep its input above 0, for instance by adding a small number.";
  if (op === "div" || op === "reciprocal") return "Keep the divisor away from 0.";
  if (op === "sqrt") return "Keep its input at or above 0.";
  if (op === "exp") return "Bound its input, or work with logarithms.";
  return "A smaller learning rate or clipByNorm usually helps.";
}
