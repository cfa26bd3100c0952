import { refuse } from "../errors/index.ts";
import { infer } from "./infer.ts";
import { ShapeError, shapeText, typeText } from "./shapes.ts";
import type { Node, Program, Scan } from "./ir.ts";

/**
 * Checks a program from any source: order, shapes and types of every node, slots, updates and metrics.
 * @throws UsageError listing every problem
 */
export function validate(program: Program): void {
  const problems: string[] = [];
  const slots = new Map(program.slots.map((slot) => [slot.name, slot]));
  program.nodes.forEach((node, index) => {
    const place = `node ${index} (${node.op})`;
    if (node.op === "argument") problems.push(`${place}: is of no loop.`);
    if (node.op === "scan") problems.push(...bodyProblems(node).map((problem) => `${place}, ${problem}`));
    if (node.id !== index) problems.push(`${place}: its id needs to be its position, got ${node.id}.`);
    const late = node.inputs.find((input) => !(input >= 0 && input < index));
    if (late !== undefined) {
      problems.push(`${place}: input ${late} needs to come before it.`);
      return;
    }
    const inputs = node.inputs.map((input) => program.nodes[input]!);
    problems.push(...typeProblems(node, program.nodes).map((problem) => `${place}: ${problem}`));
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

/** Operations that a body may not have: what they give is the same at all times, or has to differ in a known way. */
const outside: ReadonlySet<string> = new Set([
  "read",
  "step",
  "sequentialIndex",
  "uniform",
  "normal",
  "randomIndex",
]);

/** Order, shapes and types of the nodes of a loop's body. */
function bodyProblems({ body, inputs }: Scan): string[] {
  const problems: string[] = [];
  body.nodes.forEach((node, index) => {
    const place = `node ${index} (${node.op})`;
    if (outside.has(node.op)) problems.push(`${place}: needs to be outside of the loop.`);
    if ((node.op === "argument") !== index < inputs.length) {
      problems.push(`${place}: arguments come first, one for each of ${inputs.length} inputs.`);
    }
    if (node.op === "scan") problems.push(...bodyProblems(node).map((problem) => `${place}, ${problem}`));
    const late = node.inputs.find((input) => !(input >= 0 && input < index));
    if (node.id !== index) problems.push(`${place}: its id needs to be its position, got ${node.id}.`);
    if (late !== undefined) problems.push(`${place}: input ${late} needs to come before it.`);
    else problems.push(...typeProblems(node, body.nodes).map((problem) => `${place}: ${problem}`));
  });
  const missing = body.outputs.find((id) => body.nodes[id] === undefined);
  if (missing !== undefined) problems.push(`output ${missing}: is no node.`);
  return problems;
}

/** Whether a node says of itself what its inputs give. */
function typeProblems(node: Node, nodes: readonly Node[]): string[] {
  try {
    const inferred = infer(
      node,
      node.inputs.map((input) => nodes[input]!),
      node.shape,
      node.dtype,
    );
    if (typeText(inferred) === typeText(node)) return [];
    return [`says ${typeText(node)}, its inputs give ${typeText(inferred)}.`];
  } catch (error) {
    if (error instanceof ShapeError) return [error.message];
    throw error;
  }
}
