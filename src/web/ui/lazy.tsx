import { useSignal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";

/** A page whose code is fetched when it is first opened. */
export function lazyPage(load: () => Promise<ComponentType>): ComponentType {
  let loaded: ComponentType | null = null;
  return function Lazy() {
    const ready = useSignal(loaded !== null);
    const failed = useSignal(false);
    useEffect(() => {
      if (ready.value) return;
      load().then(
        (page) => {
          loaded = page;
          ready.value = true;
        },
        () => {
          failed.value = true;
        },
      );
    }, []);
    if (failed.value)
      return <p class="notice">This part of the page could not be read. Reload to try again.</p>;
    const Page = loaded;
    return ready.value && Page !== null ? <Page /> : <p class="boot">Reading …</p>;
  };
}
