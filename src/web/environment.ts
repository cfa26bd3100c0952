declare const __STANDALONE__: boolean | undefined;

/** True in the one-script build that lies inside a report: no server, state in the fragment of the address. */
export const standalone: boolean = typeof __STANDALONE__ === "boolean" && __STANDALONE__;
