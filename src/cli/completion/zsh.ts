import type { Argument, Command, Option } from "../table/index.ts";
import { fixedValues, isDynamic, rows } from "./words.ts";

const quote = (text: string): string => text.replaceAll("'", "'\\''").replaceAll(/([[\]:])/g, "\\$1");

function action(of: Option | Argument, commands: readonly Command[]): string {
  const fixed = fixedValues(of, commands);
  if (fixed.length > 0) return `(${fixed.join(" ")})`;
  if (of.completes === "runs") return "_polytempo_runs";
  if (isDynamic(of.completes)) return `_polytempo_${of.completes}`;
  if (of.completes === "directories") return "_files -/";
  return of.completes === "files" ? "_files" : " ";
}

/** A completion function for zsh's compsys. */
export function zsh(commands: readonly Command[]): string {
  const names = rows(commands).map((row) => `    '${row.name}:${quote(row.summary)}'`);
  const cases = rows(commands).map((row) => {
    const flags = row.flags.map(({ flag, summary, option }) => {
      const star = option.multiple === true ? "*" : "";
      const value =
        option.type === "boolean" ? "" : `:${quote(option.value ?? option.name)}:${action(option, commands)}`;
      return `        '${star}${flag}[${quote(summary)}]${value}'`;
    });
    const words = row.arguments.map((argument, index) => {
      const position = argument.multiple === true ? "*" : String(index + 1);
      return `        '${position}:${quote(argument.name)}:${action(argument, commands)}'`;
    });
    return `    ${row.name})\n      _arguments \\\n${[...flags, ...words].join(" \\\n")} ;;`;
  });
  return `#compdef polytempo
# polytempo completion for zsh: polytempo completion zsh > "\${fpath[1]}/_polytempo"
_polytempo_runs() {
  local -a found
  found=(\${(f)"$(polytempo __complete runs 2>/dev/null)"})
  compadd -a found
  _files -/
}
_polytempo_metrics() {
  local -a found
  found=(\${(f)"$(polytempo __complete metrics 2>/dev/null)"})
  compadd -a found
}
_polytempo_members() {
  local -a found
  found=(\${(f)"$(polytempo __complete members \${words[2]} 2>/dev/null)"})
  compadd -a found
}
_polytempo() {
  local -a commands
  commands=(
${names.join("\n")}
  )
  if (( CURRENT == 2 )); then
    _describe 'command' commands
    return
  fi
  local name="\${words[2]}"
  shift words
  (( CURRENT-- ))
  case "$name" in
${cases.join("\n")}
  esac
}
if [ "$funcstack[1]" = "_polytempo" ]; then
  _polytempo "$@"
else
  compdef _polytempo polytempo
fi
`;
}
