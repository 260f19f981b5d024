/** Where a layer runs. "pure": no clock, socket, randomness, Node or browser global. */
export type Runtime = "pure" | "node" | "browser";

export interface Layer {
  readonly runtime: Runtime;
  /** The layers it may import, besides itself. */
  readonly may: readonly string[];
  /** What belongs there, in one line. */
  readonly holds: string;
}

/** The folders of `src/`, from the ground up. `npm run check` refuses every import that this table does not allow. */
export const layers: Readonly<Record<string, Layer>> = {
  base: { runtime: "pure", may: [], holds: "ids, units, limits, geometry, the declaring kit for bytes and for shapes" },
  refusals: { runtime: "pure", may: ["base"], holds: "every reason for which the product says no, and its words" },
  protocol: { runtime: "pure", may: ["base", "refusals"], holds: "bytes to meaning and back, and the order of things" },
  codecs: { runtime: "pure", may: ["base"], holds: "pixels to bytes and back, a folder per codec" },
  policy: { runtime: "pure", may: ["base", "refusals"], holds: "settings and the decisions over facts" },
  contracts: { runtime: "pure", may: ["base", "refusals"], holds: "what processes say to each other, declared once" },
  system: { runtime: "node", may: ["base"], holds: "the operating system behind small interfaces" },
  desktop: {
    runtime: "node",
    may: ["base", "protocol", "system"],
    holds: "a screen with input; backends headless, x11",
  },
  pipeline: {
    runtime: "node",
    may: ["base", "protocol", "codecs", "system", "desktop"],
    holds: "damage to changed tiles to codec, paced by the client",
  },
  keeper: {
    runtime: "node",
    may: ["base", "contracts", "system", "desktop"],
    holds: "the process that owns one session",
  },
  connection: {
    runtime: "node",
    may: ["base", "refusals", "protocol", "contracts", "system", "desktop", "pipeline"],
    holds: "the process that serves one client",
  },
  service: {
    runtime: "node",
    may: ["base", "refusals", "policy", "contracts", "system"],
    holds: "listeners, registry of sessions and connections, admission, admin API",
  },
  diagnostics: {
    runtime: "node",
    may: ["base", "refusals", "protocol", "codecs", "policy", "contracts", "system"],
    holds: "looking at a host from outside: the probing client, the doctor",
  },
  admin: {
    runtime: "node",
    may: ["base", "refusals", "policy", "contracts", "system"],
    holds: "cli/: one file per command",
  },
  bin: {
    runtime: "node",
    may: [
      "base",
      "refusals",
      "protocol",
      "codecs",
      "policy",
      "contracts",
      "system",
      "desktop",
      "pipeline",
      "keeper",
      "connection",
      "service",
      "diagnostics",
      "admin",
    ],
    holds: "one file per process: parse arguments, build, run",
  },
};
