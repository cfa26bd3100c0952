/** TypeScript to JavaScript: src/ → dist/. */
export function build({ run }) {
  run("typescript/bin/tsc", ["-p", "tsconfig.build.json"]);
}
