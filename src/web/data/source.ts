import { signal } from "@preact/signals";
import type { Access } from "./access.ts";
import { server } from "./http.ts";

/** Where the page's numbers come from now. A dropped file replaces it. */
export const access = signal<Access>(server);
