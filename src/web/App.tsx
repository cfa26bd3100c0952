import type { ComponentType } from "preact";
import { standalone } from "./environment.ts";
import { route } from "./state/location.ts";
import { currentRun } from "./data/run.ts";
import { DropZone } from "./ui/DropZone.tsx";
import { Feedback } from "./ui/feedback.tsx";
import { Nav } from "./shell/Nav.tsx";
import { TopBar } from "./shell/TopBar.tsx";
import { Shortcuts } from "./shell/Shortcuts.tsx";
import { Inspector } from "./inspector/Inspector.tsx";
import { RunPages } from "./pages/RunPages.tsx";
import { RunsPage } from "./pages/RunsPage.tsx";
import type { Pages } from "./pages/lazyPages.ts";

interface AppProps {
  /** The theory pages; null in a file without a server. */
  readonly lab: ComponentType | null;
  readonly pages: Pages;
}

function Page({ lab: Lab, pages }: AppProps) {
  const at = route.value;
  if (at.kind === "runs") return <RunsPage />;
  if (at.kind === "compare") return <pages.compare />;
  if (at.kind === "lab") {
    return Lab === null ? (
      <p>The theory pages need the dashboard: polytempo dashboard, then Theory.</p>
    ) : (
      <Lab />
    );
  }
  if (at.kind === "run") return <RunPages page={at.page} pages={pages} />;
  return (
    <div class="prose">
      <h1>There is no such page</h1>
      <p>
        Nothing lies at <code>{at.path}</code>. <a href={standalone ? "#/" : "/"}>All runs</a>
      </p>
    </div>
  );
}

/** The whole page: bar, navigation, the page itself, inspector. */
export function App(props: AppProps) {
  return (
    <div class="shell">
      <a class="skip" href="#main">
        Skip to the page
      </a>
      <TopBar />
      <Nav />
      <main class="main" id="main" tabIndex={-1}>
        <Page {...props} />
      </main>
      {currentRun.value !== null && <Inspector />}
      <Shortcuts />
      <DropZone />
      <Feedback />
    </div>
  );
}
