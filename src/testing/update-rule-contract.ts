import { key } from "../random/index.ts";
import {
  defineModel,
  initialise,
  reference,
  type Session,
  type Shape,
  type Tensor,
  type TrainingProgram,
  trainingProgram,
  type UpdateRule,
  validate,
} from "../tensor/index.ts";
import { type Demand, demandFor } from "./expectations.ts";

export interface UpdateRuleContractOptions {
  /** Values of the hyperparameters that the rule reads, for three members. */
  readonly hyperparameters?: Readonly<Record<string, readonly [number, number, number]>>;
  /** False for rules that move parameters without a gradient (noise, weight decay). Default true. */
  readonly rests?: boolean;
  /** False for rules that do not end with a descent step (clipping alone). Default true. */
  readonly descends?: boolean;
}

const MEMBERS = [0, 1, 2];
const SEED = key(41);

/** ½‖w‖²·scale of all parameters: every coordinate falls under gradient descent. */
function bowl(scale: number, shapes: Readonly<Record<string, Shape>>): Parameters<typeof trainingProgram>[0] {
  return defineModel({
    parameters: Object.fromEntries(
      Object.entries(shapes).map(([name, shape]) => [
        name,
        { shape, init: (draws) => Float64Array.from({ length: size(shape) }, () => 1 + draws.uniform()) },
      ]),
    ),
    loss: (p) =>
      (Object.values(p) as Tensor[])
        .map((w) => w.square().sum())
        .reduce((sum, part) => sum.add(part))
        .mul(scale / 2),
  });
}

const size = (shape: Shape): number => shape.reduce((product, length) => product * length, 1);

async function open(
  training: TrainingProgram,
  members: readonly number[],
  { hyperparameters = {} }: UpdateRuleContractOptions,
): Promise<Session> {
  const options = { members: members.length, memberIds: members, key: SEED };
  const session = await reference.compile({ train: training.program }, options);
  members.forEach((id, row) => {
    initialise(session, training, SEED, row, id);
    for (const [name, values] of Object.entries(hyperparameters)) {
      if (session.slots.some((slot) => slot.name === name)) session.write(name, row, [values[id]!]);
    }
  });
  return session;
}

/** All that goes with a member, as text: equal text is equality bit for bit. */
function rows(session: Session, member: number): string {
  return session.slots
    .filter((slot) => slot.kind === "parameter" || slot.kind === "state")
    .map((slot) => `${slot.name} ${[...session.read(slot.name, member)].join(" ")}`)
    .join("\n");
}

/**
 * What every update rule must keep, as a function that any test framework can call: its program is valid; a member's
 * numbers depend on no other member; parameters and state are all that a checkpoint needs; numbers stay finite; without
 * a gradient parameters rest; with one the loss falls.
 * @throws Error that says which clause failed
 * @example
 * it("keeps the contract", () => updateRuleContract(sgd({ learningRate: 0.1 })));
 */
export async function updateRuleContract(
  rule: UpdateRule,
  options: UpdateRuleContractOptions = {},
): Promise<void> {
  const { rests = true, descends = true } = options;
  const demand = demandFor(`updateRuleContract: ${rule.name}`);
  const shapes = { a: [2, 3], b: [4] };
  const training = trainingProgram(bowl(1, shapes), { optimizer: rule });
  validate(training.program);
  for (const name of Object.keys(training.initial)) {
    const updated = training.program.updates.some(({ slot }) => slot === name);
    demand(updated, `state ${name} is declared and never updated`);
  }
  const all = await open(training, MEMBERS, options);
  const before = all.read("a", "all").slice();
  await all.step("train", 7, 0);
  await membersAlone(training, all, options, demand);
  await continues(training, all, options, demand);
  if (descends) await falls(training, options, demand);
  if (!rests) return;
  const flat = await open(trainingProgram(bowl(0, shapes), { optimizer: rule }), MEMBERS, options);
  await flat.step("train", 5, 0);
  const moved = flat.read("a", "all").some((value, i) => Math.abs(value - before[i]!) > REST);
  demand(!moved, "parameters move without a gradient");
}

/** Rounding of sums of shares of a weight. */
const REST = 1e-12;

async function membersAlone(
  training: TrainingProgram,
  all: Session,
  options: UpdateRuleContractOptions,
  demand: Demand,
): Promise<void> {
  for (const member of MEMBERS) {
    const alone = await open(training, [member], options);
    await alone.step("train", 7, 0);
    demand(
      rows(alone, 0) === rows(all, member),
      `member ${member} alone is not member ${member} among others`,
    );
  }
}

async function continues(
  training: TrainingProgram,
  all: Session,
  options: UpdateRuleContractOptions,
  demand: Demand,
): Promise<void> {
  const resumed = await open(training, MEMBERS, options);
  for (const { name, kind } of all.slots) {
    if (kind === "parameter" || kind === "state") resumed.write(name, "all", all.read(name, "all"));
  }
  await all.step("train", 5, 7);
  await resumed.step("train", 5, 7);
  for (const member of MEMBERS) {
    demand(rows(all, member) === rows(resumed, member), "parameters and state do not continue a run");
    demand(!/NaN|Infinity/.test(rows(all, member)), "numbers do not stay finite");
  }
}

async function falls(
  training: TrainingProgram,
  options: UpdateRuleContractOptions,
  demand: Demand,
): Promise<void> {
  const session = await open(training, MEMBERS, options);
  await session.step("train", 1, 0);
  const first = session.metrics("train")["loss"]!.last;
  await session.step("train", 300, 1);
  const last = session.metrics("train")["loss"]!.last;
  for (const member of MEMBERS) {
    demand(
      last[member]! < first[member]! / 2,
      `the loss goes from ${first[member]} to ${last[member]} in 300 steps`,
    );
  }
}
