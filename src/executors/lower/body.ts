import type { Node, Program, Scan, Slot } from "../../tensor/index.ts";

/** The slot of a body's argument; carries are written there, too. */
export const argumentSlot = (input: number): string => `argument ${input}`;
/** The slot of what a body stacks. */
export const stackSlot = (output: number): string => `stack ${output}`;

/** One time of a loop as a program: arguments are slots that are read, carries and stacks slots that are updated. */
export function bodyProgram({ body, carries, inputs }: Scan): Program {
  const slot = (name: string, { shape, dtype }: Node): Slot => ({ name, kind: "memory", shape, dtype });
  const stacks = body.outputs.flatMap((id, i) => (i < carries ? [] : [slot(stackSlot(i), body.nodes[id]!)]));
  return {
    slots: [...inputs.map((_, i) => slot(argumentSlot(i), body.nodes[i]!)), ...stacks],
    nodes: body.nodes.map((node) =>
      node.op === "argument" ? { ...node, op: "read", slot: argumentSlot(node.index) } : node,
    ),
    updates: body.outputs.map((node, i) => ({ slot: i < carries ? argumentSlot(i) : stackSlot(i), node })),
    metrics: [],
  };
}
