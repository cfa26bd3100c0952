import type { Key } from "../../random/index.ts";
import {
  type NodeId,
  type OwnRows,
  ownRows,
  type Program,
  type RowSets,
  rowsOfBody,
  type Scan,
  sizeOf,
} from "../../tensor/index.ts";
import { padded } from "./arena.ts";
import { argumentSlot, stackSlot } from "./body.ts";
import type { Action, Address } from "./call.ts";
import { Literals } from "./literals.ts";
import { lowerLoop } from "./loops.ts";
import { type Plan, plan } from "./plan.ts";
import { copyCall, lowerSingle, type Surroundings } from "./singles.ts";
import { rowMajor, type View, type Views } from "./view.ts";

/** One step of a program as calls of kernels, with the memory that they need. */
export interface Lowered {
  readonly actions: readonly Action[];
  /** Bytes of working memory per worker. */
  readonly arenaBytes: number;
  /** Literal arrays: bytes of all, and each with its offset. */
  readonly constantBytes: number;
  readonly constants: readonly { readonly offset: number; readonly values: Float32Array | Int32Array }[];
  /** Where the step's number (float32) is expected in the arena, when it is used. */
  readonly stepOffset: number;
  readonly metrics: readonly { readonly name: string; readonly address: Address }[];
  /** Where the member's own batch size (float32) is found, when kernels ask for it, and the most that it can be. */
  readonly rows?: { readonly address: Address; readonly max: number };
}

export interface LowerOptions {
  readonly key: Key;
  readonly relaxed: boolean;
  /** Bytes of constants that programs before this one take. */
  readonly constantsFrom: number;
}

/** The step's number lies at the beginning of the arena. */
const STEP_BYTES = 64;

export function lower(original: Program, { key, relaxed, constantsFrom }: LowerOptions): Lowered {
  const whole = plan(original);
  const { program, views } = whole;
  const own = knownRows(program, views);
  const literals = new Literals(constantsFrom);
  const scratchOffset = STEP_BYTES + whole.bytes;
  const kinds = new Map(program.slots.map(({ name, kind }) => [name, kind]));
  const { actions, address } = lowerPlan(whole, {
    key,
    relaxed,
    own,
    literals,
    scratch: { base: "arena", offset: scratchOffset },
    from: STEP_BYTES,
    depth: 0,
    slot: (slot) => ({ base: kinds.get(slot) === "data" ? "data" : "member", slot, offset: 0 }),
  });
  return {
    actions,
    arenaBytes: scratchOffset + padded(whole.scratch),
    constantBytes: literals.bytes,
    constants: literals.values,
    stepOffset: 0,
    metrics: program.metrics.map(({ name, node }) => ({ name, address: address(views.of[node]!) })),
    ...(own === undefined ? {} : { rows: { address: address(views.of[own.size]!), max: own.max } }),
  };
}

/** What `ownRows` finds, where the batch size is a slot that keeps its value: then it is known before the step begins. */
function knownRows(program: Program, views: Views): OwnRows | undefined {
  const own = ownRows(program);
  if (own === undefined || own.max === 1) return undefined;
  const size = program.nodes[views.of[own.size]!.source]!;
  const kept = size.op === "read" && !program.updates.some(({ slot }) => slot === size.slot);
  return kept ? own : undefined;
}

/** Where a plan is put. */
interface Site {
  readonly key: Key;
  readonly relaxed: boolean;
  readonly own: RowSets | undefined;
  readonly literals: Literals;
  readonly scratch: Address;
  /** Where its working memory begins in the arena. */
  readonly from: number;
  /** Loops around it. */
  readonly depth: number;
  readonly slot: (name: string) => Address;
}

function lowerPlan(
  it: Plan,
  site: Site,
): { readonly actions: Action[]; readonly address: (view: View) => Address } {
  const { program, views, inPlace } = it;
  const { nodes } = program;
  const literals = site.literals.store(nodes, it.live, views.copied);
  const place = (id: NodeId): Address => {
    const node = nodes[id]!;
    if (node.op === "read") return site.slot(node.slot);
    if (node.op === "constant") return { base: "constant", offset: literals.get(id)! };
    if (node.op === "step") return { base: "arena", offset: 0 };
    const slot = inPlace.get(id);
    return slot === undefined ? { base: "arena", offset: site.from + it.offsets.get(id)! } : site.slot(slot);
  };
  const around: Surroundings = {
    own: site.own,
    key: site.key,
    relaxed: site.relaxed,
    node: (id) => nodes[id]!,
    view: (id) => views.of[id]!,
    inputs: (node) => views.inputs(node),
    address: (view) => moved(place(view.source), view.offset * 4),
    result: place,
    also: (id) => (it.also.get(id) ?? []).map(site.slot),
  };
  const actions = it.kernels.flatMap((kernel): Action[] => {
    if (kernel.kind === "scan") return lowerScan(it, nodes[kernel.node] as Scan, around, site);
    return kernel.kind === "single"
      ? lowerSingle(kernel, around)
      : [lowerLoop(kernel, around, it.isStored, site.scratch)];
  });
  for (const { slot, node } of it.copies) actions.push(copied(views.of[node]!, site.slot(slot), around));
  return { actions, address: (view) => around.address(view) };
}

/** What a body need not compute. */
function rowsOf(scan: Scan, body: Program, own: RowSets | undefined): RowSets | undefined {
  const known = own?.loops.get(scan.id);
  if (own === undefined || known === undefined) return undefined;
  const slotOf = (output: number): string =>
    output < scan.carries ? argumentSlot(output) : stackSlot(output);
  const zero = new Set([...known.zero].map(argumentSlot));
  return rowsOfBody(body, own.max, zero, new Set([...known.whole].map(slotOf)));
}

const moved = (address: Address, bytes: number): Address => ({ ...address, offset: address.offset + bytes });

const copied = (view: View, to: Address, around: Surroundings): Action =>
  copyCall(
    view.shape,
    { address: around.address(view), strides: view.strides },
    { address: to, strides: rowMajor(view.shape) },
  );

/** Carries lie where their last values are wanted; sequences and stacks are seen entry by entry. */
function lowerScan(it: Plan, scan: Scan, around: Surroundings, site: Site): Action[] {
  const { body, length, reverse, carries, sequences, inputs } = scan;
  const { depth } = site;
  const loop = it.loops.get(scan.id)!;
  const from = site.from + it.offsets.get(scan.id)!;
  const results = new Map<number, Address>();
  for (const [output, offset] of loop.inner) results.set(output, { base: "arena", offset: from + offset });
  for (const node of it.program.nodes) {
    if (node.op === "result" && node.inputs[0] === scan.id && it.live.has(node.id)) {
      results.set(node.index, around.result(node.id));
    }
  }
  const atTime = (address: Address, entry: readonly number[]): Address => ({
    ...address,
    times: [...(address.times ?? []), [depth, sizeOf(entry) * 4]],
  });
  const slots = new Map<string, Address>();
  inputs.forEach((input, i) => {
    const outer = i < carries ? results.get(i)! : around.address(around.view(input));
    const repeated = i >= carries && i < carries + sequences;
    slots.set(argumentSlot(i), repeated ? atTime(outer, body.nodes[i]!.shape) : outer);
  });
  body.outputs.forEach((id, i) => {
    if (i >= carries) slots.set(stackSlot(i), atTime(results.get(i)!, body.nodes[id]!.shape));
  });
  const { actions } = lowerPlan(loop.body, {
    ...site,
    own: rowsOf(scan, loop.body.program, site.own),
    from,
    depth: depth + 1,
    slot: (name) => slots.get(name)!,
  });
  const starts = inputs
    .slice(0, carries)
    .map((input, i) => copied(around.view(input), results.get(i)!, around));
  return [...starts, { length, reverse, depth, actions }];
}
