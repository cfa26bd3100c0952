import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { access } from "../data/source.ts";
import { AccessError } from "../data/access.ts";
import { openSnapshot } from "../data/snapshot.ts";
import { hrefOf, navigate } from "../state/location.ts";
import { announce, toast } from "./feedback.tsx";
import type { RunList } from "../../server/index.ts";

/** Opens a snapshot in place of the server; the page stays the same. */
export async function openFile(file: File): Promise<void> {
  try {
    const opened = await openSnapshot(new Uint8Array(await file.arrayBuffer()));
    const { runs } = await opened.json<RunList>("/runs");
    access.value = opened;
    const first = runs[0];
    navigate(
      hrefOf(
        runs.length === 1 && first !== undefined
          ? { kind: "run", run: first.run, page: "overview" }
          : { kind: "runs" },
      ),
    );
    announce(`${file.name} opened`);
  } catch (error) {
    toast(error instanceof AccessError ? error.message : `${file.name} could not be read.`);
  }
}

/** A snapshot may be dropped anywhere on the page. */
export function DropZone() {
  const over = useSignal(false);
  useEffect(() => {
    const carriesFile = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") === true;
    const onOver = (event: DragEvent): void => {
      if (!carriesFile(event)) return;
      event.preventDefault();
      over.value = true;
    };
    const onLeave = (event: DragEvent): void => {
      if (event.relatedTarget === null) over.value = false;
    };
    const onDrop = (event: DragEvent): void => {
      over.value = false;
      const file = event.dataTransfer?.files[0];
      if (file === undefined) return;
      event.preventDefault();
      void openFile(file);
    };
    document.addEventListener("dragover", onOver);
    document.addEventListener("dragleave", onLeave);
    document.addEventListener("drop", onDrop);
    return () => {
      document.removeEventListener("dragover", onOver);
      document.removeEventListener("dragleave", onLeave);
      document.removeEventListener("drop", onDrop);
    };
  }, []);
  return over.value ? <div class="drop">Drop a snapshot to look at it here</div> : null;
}
