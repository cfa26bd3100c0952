import { UsageError } from "../errors/index.ts";

/** Where the user's model asked for a node: the first frame of the stack that is not the library's. */

const frame = /\(?((?:file:\/\/|https?:\/\/|\/|[A-Za-z]:\\)[^()]*?):(\d+):\d+\)?$/;

interface Frame {
  readonly file: string;
  readonly line: string;
}

function frames(): Frame[] {
  const limited = Error as unknown as { stackTraceLimit?: number };
  const before = limited.stackTraceLimit;
  limited.stackTraceLimit = 60;
  const stack = new Error("origin").stack ?? "";
  if (before !== undefined) limited.stackTraceLimit = before;
  return framesOf(stack);
}

function framesOf(stack: string): Frame[] {
  return stack.split("\n").flatMap((line) => {
    const match = frame.exec(line.trim());
    return match === null ? [] : [{ file: match[1]!, line: match[2]! }];
  });
}

const own = frames()[0]?.file ?? "";
/** `…/src/tensor/origin.ts` → `…/src/`; a bundle has one file, where the user's frames cannot be told apart. */
const library = own.replace(/tensor[\\/]origin\.[a-z]+.*$/, "");

const isLibrary = (file: string): boolean =>
  file === own ||
  (library !== own &&
    file.startsWith(library) &&
    /^(tensor|nets|optim|trainers|executors)[\\/]/.test(file.slice(library.length)) &&
    !/\.(test|long)\.[a-z]+$/.test(file));

/** `file:line` of the caller outside the library, or undefined when the stack does not tell. */
export const origin = (): string | undefined => firstOwn(frames());

/** `file:line` of the first frame of an error's stack that is outside the library. */
export const placeIn = (stack: string): string | undefined => firstOwn(framesOf(stack));

/** An error that begins with the line of the caller outside the library, where it is known. */
export function located(message: string): UsageError {
  const place = origin();
  return new UsageError(place === undefined ? message : `${place}: ${message}`);
}

function firstOwn(stack: readonly Frame[]): string | undefined {
  const found = stack.find(({ file }) => !isLibrary(file) && !file.includes("node_modules"));
  if (found === undefined) return undefined;
  return `${found.file.replace(/^file:\/\//, "").replace(/\?.*$/, "")}:${found.line}`;
}
