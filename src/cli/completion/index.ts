import { listed } from "../table/index.ts";
import { bash } from "./bash.ts";
import { fish } from "./fish.ts";
import { powershell } from "./powershell.ts";
import { zsh } from "./zsh.ts";

const shells = { bash, zsh, fish, powershell } as const;

export type Shell = keyof typeof shells;

export const isShell = (name: string): name is Shell => Object.hasOwn(shells, name);

/** The completion script of a shell, made from the command table. */
export const completionScript = (shell: Shell): string => shells[shell](listed);
