import { UsageError } from "../../errors/index.ts";
import { exitCodes } from "../exit.ts";
import { commandManual, overview } from "../help.ts";
import type { Implementation } from "../invocation.ts";
import { commands, isCommandName, listed } from "../table/index.ts";
import { ascii } from "../text/style.ts";
import { didYouMean } from "../text/suggest.ts";
import { print } from "../world.ts";

export const help: Implementation<"help"> = ({ words }, world) => {
  const [name] = words;
  if (name !== undefined && !isCommandName(name)) {
    const known = listed.map((command) => command.name);
    throw new UsageError(`polytempo help: there is no command ${name}.${didYouMean(name, known)}`);
  }
  const lines = name === undefined ? overview() : commandManual(commands[name]);
  print(world.out, world.out.style.unicode ? lines : lines.map(ascii));
  return exitCodes.done;
};
