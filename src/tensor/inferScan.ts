import type { Node, Operation, Scan } from "./ir.ts";
import { type Inferred, ShapeError, typeText } from "./shapes.ts";

type ScanOperation = Operation & { readonly op: "scan" };

/**
 * The rules of a loop: each input is what the body expects, and each carry keeps its shape and type.
 * @throws ShapeError
 */
export function wantLoop(scan: ScanOperation, inputs: readonly Node[]): void {
  const { body, length, carries, sequences } = scan;
  if (!(Number.isInteger(length) && length >= 1)) {
    throw new ShapeError(`scan: needs a length that is an integer >= 1, got ${length}.`);
  }
  if (inputs.length < carries + sequences || body.outputs.length < carries) {
    throw new ShapeError(
      `scan: needs ${carries} carries and ${sequences} sequences, ` +
        `got ${inputs.length} inputs and ${body.outputs.length} outputs.`,
    );
  }
  inputs.forEach((input, i) => {
    const argument = body.nodes[i];
    const repeated = i >= carries && i < carries + sequences;
    const seen = repeated ? { dtype: input.dtype, shape: input.shape.slice(1) } : input;
    if (repeated && input.shape[0] !== length) {
      throw new ShapeError(`scan: sequence ${i - carries} needs ${length} entries, got ${typeText(input)}.`);
    }
    if (argument?.op !== "argument" || argument.index !== i || typeText(argument) !== typeText(seen)) {
      const stated = argument === undefined ? "nothing" : `${argument.op} of ${typeText(argument)}`;
      throw new ShapeError(`scan: input ${i} is ${typeText(seen)}, its body has ${stated} in this place.`);
    }
  });
  for (let i = 0; i < carries; i++) {
    const next = body.nodes[body.outputs[i]!]!;
    if (typeText(next) !== typeText(inputs[i]!)) {
      throw new ShapeError(
        `scan: carry ${i} is ${typeText(inputs[i]!)}, and ${typeText(next)} after a step.`,
      );
    }
  }
}

/** The shape and type of one output of a scan. @throws ShapeError */
export function resultOf({ index }: { readonly index: number }, source: Node | undefined): Inferred {
  const output = source?.op === "scan" ? source.body.outputs[index] : undefined;
  if (source?.op !== "scan" || output === undefined) {
    throw new ShapeError(`result: needs an output of a scan, got ${index} of ${source?.op ?? "nothing"}.`);
  }
  const { shape, dtype } = source.body.nodes[output]!;
  return { shape: index < source.carries ? shape : [source.length, ...shape], dtype };
}

/** What an input of a scan is to its body. */
export const roleOf = (scan: ScanOperation | Scan, input: number): "carry" | "sequence" | "captured" =>
  input < scan.carries ? "carry" : input < scan.carries + scan.sequences ? "sequence" : "captured";
