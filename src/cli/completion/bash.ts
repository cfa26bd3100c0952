import type { Command } from "../table/index.ts";
import { fixedValues, isDynamic, rows, valuedOptions } from "./words.ts";

/** A completion function for bash 4 and later. */
export function bash(commands: readonly Command[]): string {
  const values = valuedOptions(commands).map(({ command, option }) => {
    const fixed = fixedValues(option, commands);
    const reply =
      fixed.length > 0
        ? `COMPREPLY=($(compgen -W "${fixed.join(" ")}" -- "$current"))`
        : isDynamic(option.completes)
          ? `COMPREPLY=($(compgen -W "$(polytempo __complete ${option.completes} "\${COMP_WORDS[2]}" 2>/dev/null)" -- "$current"))`
          : option.completes === "directories"
            ? `COMPREPLY=($(compgen -d -- "$current"))`
            : option.completes === "files"
              ? `COMPREPLY=($(compgen -f -- "$current"))`
              : "COMPREPLY=()";
    return `    "${command} --${option.name}") ${reply}; return ;;`;
  });
  const words = rows(commands).map((row) => {
    const fixed = row.arguments.flatMap((argument) => fixedValues(argument, commands));
    const kinds = row.arguments.map((argument) => argument.completes);
    const dynamic = kinds.filter(isDynamic).map((kind) => `$(polytempo __complete ${kind} 2>/dev/null)`);
    const files = kinds.some((kind) => kind === "files" || kind === "directories" || kind === "runs");
    const list = [...row.flags.map(({ flag }) => flag), ...fixed, ...dynamic].join(" ");
    return `    ${row.name}) list="${list}"; files=${files ? 1 : 0} ;;`;
  });
  return `# polytempo completion for bash: source <(polytempo completion bash)
_polytempo() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" list="" files=0
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${rows(commands)
      .map((row) => row.name)
      .join(" ")} --help --version" -- "$current"))
    return
  fi
  case "\${COMP_WORDS[1]} $previous" in
${values.join("\n")}
  esac
  case "\${COMP_WORDS[1]}" in
${words.join("\n")}
  esac
  COMPREPLY=($(compgen -W "$list" -- "$current"))
  if [ "$files" -eq 1 ] && [ "\${current#-}" = "$current" ]; then
    COMPREPLY+=($(compgen -f -- "$current"))
  fi
}
complete -o filenames -F _polytempo polytempo
`;
}
