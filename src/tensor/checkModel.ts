import { came, didYouMean, isRecord, optionProblems, refuse } from "../errors/index.ts";
import type { Shape } from "./ir.ts";

const types = ["float32", "int32"];

const isShape = (shape: unknown): shape is Shape =>
  Array.isArray(shape) && shape.every((length) => Number.isInteger(length) && (length as number) >= 1);

const shapeProblems = (place: string, shape: unknown): string[] =>
  isShape(shape)
    ? []
    : [
        `${place}.shape: needs an array of integers >= 1 ([] for a number), got ${
          Array.isArray(shape) ? `[${shape.map(String).join(", ")}]` : came(shape)
        }.`,
      ];

function parameterProblems(place: string, spec: unknown): string[] {
  if (!isRecord(spec)) {
    return [
      `${place}: needs { shape, init }, got ${came(spec)}. For example { shape: [3, 1], init: glorot }.`,
    ];
  }
  const { init } = spec;
  return [
    ...optionProblems(place, spec, ["shape", "init"]),
    ...shapeProblems(place, spec["shape"]),
    ...(typeof init === "function"
      ? []
      : [
          `${place}.init: needs a function (draws, shape) => numbers, such as glorot or zeros, got ${came(init)}.`,
        ]),
  ];
}

function columnProblems(place: string, spec: unknown): string[] {
  if (!isRecord(spec)) return [`${place}: needs { shape, dtype }, got ${came(spec)}.`];
  const { dtype } = spec;
  return [
    ...optionProblems(place, spec, ["shape", "dtype"]),
    ...shapeProblems(place, spec["shape"]),
    ...(dtype === undefined || types.includes(dtype as string)
      ? []
      : [
          `${place}.dtype: needs "float32" or "int32", got ${came(dtype)}.${
            typeof dtype === "string" ? didYouMean(dtype, types) : ""
          }`,
        ]),
  ];
}

function recordProblems(
  place: string,
  record: unknown,
  each: (place: string, spec: unknown) => string[],
): string[] {
  if (!isRecord(record)) return [`${place}: needs a record by name, got ${came(record)}.`];
  return Object.entries(record).flatMap(([name, spec]) => each(`${place}.${name}`, spec));
}

function hyperparameterProblems(names: unknown): string[] {
  if (!Array.isArray(names)) return [`hyperparameters: needs an array of names, got ${came(names)}.`];
  return names.flatMap((name: unknown, i) => {
    if (typeof name !== "string" || name === "") {
      return [`hyperparameters[${i}]: needs a name, got ${came(name)}.`];
    }
    return names.indexOf(name) === i ? [] : [`hyperparameters[${i}]: ${name} is there twice. Leave one out.`];
  });
}

/**
 * Checks the description of a model.
 * @param place who was given it: `defineModel`, `trainingProgram`
 * @throws UsageError listing every problem
 */
export function checkModel(place: string, model: unknown): void {
  if (!isRecord(model)) {
    refuse([
      `${place}: needs a model, an object { parameters, data, hyperparameters, loss, metrics }, got ${came(model)}.`,
    ]);
    return;
  }
  const { parameters, data = {}, hyperparameters = [], loss, metrics } = model;
  refuse([
    ...optionProblems(place, model, ["parameters", "data", "hyperparameters", "loss", "metrics"]),
    ...recordProblems("parameters", parameters, parameterProblems),
    ...recordProblems("data", data, columnProblems),
    ...hyperparameterProblems(hyperparameters),
    ...(typeof loss === "function"
      ? []
      : [
          `loss: needs a function (parameters, batch, hyperparameters, context) => tensor, got ${came(loss)}.`,
        ]),
    ...(metrics === undefined || typeof metrics === "function"
      ? []
      : [`metrics: needs a function that gives a record of tensors, got ${came(metrics)}.`]),
  ]);
}
