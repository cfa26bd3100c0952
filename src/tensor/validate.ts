import { refuse } from "../errors/index.ts";
import { infer, ShapeError, shapeText } from "./infer.ts";
import type { Program } from "./ir.ts";

/**
 * Checks a program from any source: order, shapes and types of every node, slots, updates and metrics.
 * @throws UsageError listing every problem
 */
export function validate(program: Program): void {
  const problems: string[] = [];
  const slots = new Map(program.slots.map((slot) => [slot.name, slot]));
  program.nodes.forEach((node, index) => {
    const place = `node ${index} (${node.op})`;
    if (node.id !== index) problems.push(`${place}: its id needs to be its position, got ${node.id}.`);
    const late = node.inputs.find((input) => !(input >= 0 && input < index));
    if (late !== undefined) {
      problems.push(`${place}: input ${late} needs to come before it.`);
      return;
    }
    const inputs = node.inputs.map((input) => program.nodes[input]!);
    try {
      const { shape, dtype } = infer(node, inputs, node.shape, node.dtype);
      if (shapeText(shape) !== shapeText(node.shape) || dtype !== node.dtype) {
        const stated = `${node.dtype} ${shapeText(node.shape)}`;
        problems.push(`${place}: says ${stated}, its inputs give ${dtype} ${shapeText(shape)}.`);
      }
    } catch (error) {
      if (!(error instanceof ShapeError)) throw error;
      problems.push(`${place}: ${error.message}`);
    }
    if (node.scope === "shared" && inputs.some((input) => input.scope === "member")) {
      problems.push(`${place}: is shared, but an input is a member's.`);
    }
    if (node.op !== "read") return;
    const slot = slots.get(node.slot);
    if (slot === undefined) problems.push(`${place}: slot ${node.slot} is not declared.`);
    else if (shapeText(slot.shape) !== shapeText(node.shape) || slot.dtype !== node.dtype) {
      problems.push(`${place}: slot ${node.slot} is ${slot.dtype} ${shapeText(slot.shape)}.`);
    }
  });
  for (const { slot, node } of program.updates) {
    const target = slots.get(slot);
    const source = program.nodes[node];
    if (target === undefined || target.kind === "data") {
      problems.push(`update of ${slot}: needs a declared slot of the member.`);
    } else if (
      source === undefined ||
      shapeText(source.shape) !== shapeText(target.shape) ||
      source.dtype !== target.dtype
    ) {
      problems.push(`update of ${slot}: needs a node of ${target.dtype} ${shapeText(target.shape)}.`);
    }
  }
  for (const { name, node } of program.metrics) {
    const source = program.nodes[node];
    if (source?.shape.length !== 0 || source.dtype !== "float32") {
      problems.push(`metric ${name}: needs a float32 node of shape [].`);
    }
  }
  refuse(problems);
}
