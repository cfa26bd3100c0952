// node examples/browser/serve.mjs [port]: serves the page to this machine. At /isolated/… with the headers that allow
// threads, at /plain/… without them.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, normalize } from "node:path";
import { fileURLToPath } from "node:url";

const root = new URL("../../", import.meta.url);
const types = { ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript" };

export function serve(port = 0) {
  const server = createServer((request, response) => void answer(request, response));
  return new Promise((resolve) => {
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}

async function answer(request, response) {
  const [, kind, ...rest] = new URL(request.url, "http://localhost").pathname.split("/");
  const path = normalize(`/${rest.join("/")}`);
  const type = types[extname(path)];
  if (kind === "isolated") {
    response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
    response.setHeader("Cross-Origin-Embedder-Policy", "require-corp");
  }
  try {
    if (type === undefined || !/^\/(dist|examples\/browser)\//.test(path)) throw new Error("not served");
    const content = await readFile(fileURLToPath(new URL(`.${path}`, root)));
    response.setHeader("Content-Type", type).end(content);
  } catch {
    response.writeHead(404).end();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const server = await serve(Number(process.argv[2] ?? 8080));
  const { port } = server.address();
  for (const kind of ["isolated", "plain"]) {
    console.log(`http://127.0.0.1:${port}/${kind}/examples/browser/index.html`);
  }
}
