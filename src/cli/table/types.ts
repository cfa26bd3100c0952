/** A flag of a command: parsing, help, documentation and completion all read this. */
export interface Option {
  /** Without dashes: `members`. */
  readonly name: string;
  readonly short?: string;
  /** `seconds` and `bytes` read units (`15m`, `20GB`). */
  readonly type: "boolean" | "string" | "integer" | "number" | "seconds" | "bytes";
  /** What stands for the value in help: `N`, `STEPS`. */
  readonly value?: string;
  /** May be given several times. */
  readonly multiple?: boolean;
  /** The only values allowed. */
  readonly choices?: readonly string[];
  /** Least value of a number. */
  readonly least?: number;
  /** Shown in help; the value itself is set where it is used. */
  readonly fallback?: string;
  readonly group: Group;
  readonly summary: string;
  /** Has its own line in the short help. */
  readonly main?: boolean;
  readonly completes?: Completes;
}

export type Group = "What" | "How long" | "Slow clock" | "Trainer" | "Where" | "Output";

/** The order of groups in help and documentation. */
export const groups: readonly Group[] = ["What", "How long", "Slow clock", "Trainer", "Where", "Output"];

/** What a shell offers for a value. */
export type Completes = "files" | "directories" | "runs" | "metrics" | "members";

/** A word after the command's name. */
export interface Argument {
  readonly name: string;
  readonly optional?: boolean;
  readonly multiple?: boolean;
  readonly summary: string;
  readonly completes?: Completes;
  readonly choices?: readonly string[];
}

export interface Example {
  readonly command: string;
  readonly does: string;
}

/** One row of the command table. */
export interface Command {
  readonly name: string;
  /** One sentence, without a full stop in lists. */
  readonly summary: string;
  readonly arguments: readonly Argument[];
  /** Takes a command line after `--`: what it is. */
  readonly rest?: string;
  readonly examples: readonly Example[];
  readonly options: readonly Option[];
  /** Exit codes other than 0, 1 and 2. */
  readonly exits: readonly number[];
  /** Paragraphs of the long text. */
  readonly more: readonly string[];
  /** Not listed. */
  readonly hidden?: boolean;
}

type Parsed<O extends Option> = O["type"] extends "boolean"
  ? boolean
  : O["type"] extends "string"
    ? string
    : number;

/** What parsing gives for a list of options: flags false when absent, lists empty, other values undefined. */
export type ValuesOf<Options extends readonly Option[]> = {
  readonly [O in Options[number] as O["name"]]: O extends { readonly multiple: true }
    ? readonly Parsed<O>[]
    : O["type"] extends "boolean"
      ? boolean
      : Parsed<O> | undefined;
};
