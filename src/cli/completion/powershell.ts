import type { Command } from "../table/index.ts";
import { fixedValues, isDynamic, rows, valuedOptions } from "./words.ts";

const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;

const list = (words: readonly string[]): string => `@(${words.map(quote).join(", ")})`;

/** A native argument completer for PowerShell 5.1 and later. */
export function powershell(commands: readonly Command[]): string {
  const flags = rows(commands).map(
    (row) =>
      `    ${quote(row.name)} = ${list([
        ...row.flags.map(({ flag }) => flag),
        ...row.arguments.flatMap((argument) => fixedValues(argument, commands)),
      ])}`,
  );
  const values = valuedOptions(commands)
    .filter(({ option }) => fixedValues(option, commands).length > 0)
    .map(
      ({ command, option }) =>
        `    ${quote(`${command} --${option.name}`)} = ${list(fixedValues(option, commands))}`,
    );
  const asked = valuedOptions(commands)
    .filter(({ option }) => isDynamic(option.completes))
    .map(
      ({ command, option }) => `    ${quote(`${command} --${option.name}`)} = ${quote(option.completes!)}`,
    );
  const ofRuns = rows(commands)
    .filter((row) => row.arguments.some((argument) => argument.completes === "runs"))
    .map((row) => row.name);
  return `# polytempo completion for PowerShell: polytempo completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName polytempo -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $commands = @{
${flags.join("\n")}
  }
  $values = @{
${values.join("\n")}
  }
  $asked = @{
${asked.join("\n")}
  }
  $ofRuns = ${list(ofRuns)}
  $words = @($commandAst.CommandElements | ForEach-Object { $_.ToString() })
  if ($wordToComplete -ne '') { $words = @($words | Select-Object -SkipLast 1) }
  $previous = "$($words[1]) $($words[-1])"
  if ($words.Count -le 1) {
    $found = @($commands.Keys) + '--help' + '--version'
  } elseif ($values.ContainsKey($previous)) {
    $found = $values[$previous]
  } elseif ($asked.ContainsKey($previous)) {
    $found = @(polytempo __complete $asked[$previous] 2>$null)
  } else {
    $found = @($commands[$words[1]])
    if ($ofRuns -contains $words[1]) { $found += @(polytempo __complete runs 2>$null) }
  }
  $found | Where-Object { $_ -like "$wordToComplete*" } | Sort-Object | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
  }
}
`;
}
