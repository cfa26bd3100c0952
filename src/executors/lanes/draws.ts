import { purposeWord } from "../../random/index.ts";
import { type Node, sizeOf, stepsPerBlock } from "../../tensor/index.ts";
import { normalsOfWords, philox, uniformOfWord, type Vectors, type Words } from "../emit/index.ts";
import type { Local } from "../wasm/index.ts";
import type { StepInputs } from "./inputs.ts";

export type Draws = Node & { readonly op: "uniform" | "normal" };

/** The four words of a node's block for each of the four members; `step` is the word in the place of the step. */
export function wordsOf(v: Vectors, node: Draws, block: number, step: Local, inputs: StepInputs): Words {
  const { code } = v;
  const [counter, purpose] = [code.local("i32"), code.local("i32")];
  code.i32(block).set(counter).i32(purposeWord(node.purpose)).set(purpose);
  const words = philox(v, [counter, inputs.ids, step, purpose], inputs.key);
  code.release(counter, purpose);
  return words;
}

/**
 * Draws of one or two elements, of which a block holds those of four or two steps: it is made in the first of them (or
 * in the first step of the loop), and kept. Two normals of one pair of words are made together and kept likewise.
 */
export function sharedDraws(v: Vectors, node: Draws, inputs: StepInputs): Local[] {
  const { code } = v;
  const count = sizeOf(node.shape);
  const steps = stepsPerBlock(count);
  const now = code.local("i32");
  code.get(inputs.step).i32(node.offset).op("i32.add").set(now);

  /** Runs `body` when a group of so many steps begins, or the loop does. */
  const atFirstOf = (group: number, body: () => void): void => {
    if (inputs.first === undefined || group === 1) return body();
    code
      .get(now)
      .i32(group - 1)
      .op("i32.and")
      .op("i32.eqz");
    code.get(inputs.step).get(inputs.first).op("i32.eq").op("i32.or").when(body);
  };
  /** Copies one or the other locals to new ones: the second where the step has this bit. */
  const choose = (bit: number, even: readonly Local[], odd: readonly Local[]): Local[] => {
    const chosen = even.map(() => code.local("v128"));
    const copy = (from: readonly Local[]) => (): void =>
      chosen.forEach((local, i) => void code.get(from[i]!).set(local));
    code.get(now).i32(bit).op("i32.and").when(copy(odd), copy(even));
    return chosen;
  };

  const kept = [0, 1, 2, 3].map(() => code.lasting("v128"));
  atFirstOf(steps, () => {
    const block = code.local("i32");
    code.get(now).i32(Math.log2(steps)).op("i32.shr_u").set(block);
    const words = wordsOf(v, node, 0, block, inputs);
    words.forEach((word, i) => code.get(word).set(kept[i]!));
    code.release(block, ...words);
  });
  const pair = choose(steps / 2, kept.slice(0, 2), kept.slice(2));
  if (node.op === "uniform") {
    const drawn = count === 2 ? pair : choose(1, [pair[0]!], [pair[1]!]);
    for (const word of drawn) {
      code.get(word);
      uniformOfWord(v);
      code.set(word);
    }
    return drawn;
  }
  if (count === 2) {
    normalsOfWords(v, pair[0]!, pair[1]!);
    return pair;
  }
  const normals = [code.lasting("v128"), code.lasting("v128")] as const;
  atFirstOf(2, () => {
    normalsOfWords(v, pair[0]!, pair[1]!);
    normals.forEach((local, i) => code.get(pair[i]!).set(local));
  });
  return choose(1, [normals[0]], [normals[1]]);
}
