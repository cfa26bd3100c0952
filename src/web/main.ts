import "./styles/main.css";
import { server } from "./data/http.ts";
import { authorised } from "./data/run.ts";
import { start } from "./start.tsx";
import { lazyPage } from "./ui/lazy.tsx";

/** The token for controls comes in the fragment, which no server log sees; it is used once and taken away. */
async function takeToken(): Promise<void> {
  const token = new URLSearchParams(location.hash.slice(1)).get("k");
  if (token === null) return;
  history.replaceState(null, "", `${location.pathname}${location.search}`);
  if (await server.authorise(token)) authorised();
}

start(
  lazyPage(() => import("./lab/LabPage.tsx").then(({ LabPage }) => LabPage)),
  () => import("./pages/drawn.ts"),
);
void takeToken();
