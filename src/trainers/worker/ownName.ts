import * as node from "node:module";
import { fileURLToPath } from "node:url";

/** What Node 22.15 and later have; its resolve hook is synchronous and also serves `require`. */
interface Hooks {
  readonly registerHooks?: (hooks: {
    resolve(
      specifier: string,
      context: object,
      next: (specifier: string, context: object) => unknown,
    ): unknown;
  }) => unknown;
}

/** What `require` asks for a path. */
interface CommonJs {
  _resolveFilename: (this: unknown, request: string, parent: unknown, ...rest: unknown[]) => string;
}

const name = "polytempo";
const isOwn = (specifier: string): boolean => specifier === name || specifier.startsWith(`${name}/`);

/** The hook of Node before 22.15, as the source of a module, because it runs in a thread of its own. */
const source = (parent: string): string => `
export const resolve = (specifier, context, next) =>
  next(specifier, specifier === "${name}" || specifier.startsWith("${name}/")
    ? { ...context, parentURL: ${JSON.stringify(parent)} }
    : context);
`;

let registered = false;

/**
 * Lets every module that this thread imports from now on find `polytempo` and its subpaths: this copy of the package,
 * wherever the module lies. So a program may be installed globally, and a trainer's module needs no `node_modules`.
 */
export function resolveOwnName(): void {
  if (registered) return;
  registered = true;
  const parentURL = import.meta.url;
  const { registerHooks } = node as Hooks;
  if (registerHooks !== undefined) {
    registerHooks({
      resolve: (specifier, context, next) =>
        next(specifier, isOwn(specifier) ? { ...context, parentURL } : context),
    });
    return;
  }
  node.register(`data:text/javascript,${encodeURIComponent(source(parentURL))}`);
  const parent = { filename: fileURLToPath(parentURL), paths: [] };
  const commonJs = node.Module as unknown as CommonJs;
  const before = commonJs._resolveFilename;
  commonJs._resolveFilename = function resolveFilename(request, ...rest) {
    return isOwn(request) ? before.call(this, request, parent) : before.call(this, request, ...rest);
  };
}
