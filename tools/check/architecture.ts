import { existsSync } from "node:fs";
import type { Layer } from "../../src/layers.ts";
import { checkGenerated } from "./generatedPart.ts";
import type { CheckOptions, Findings, Problem } from "./problem.ts";
import type { SourceFile } from "./sourceFile.ts";

/**
 * Keeps ARCHITECTURE.md true: its map and table are those of src/layers.ts, its paths exist, each program of src/bin is
 * told of.
 */
export function checkArchitecture(
  files: readonly SourceFile[],
  layers: Readonly<Record<string, Layer>>,
  options: CheckOptions,
): Findings {
  const map = files.find(({ path }) => path === "ARCHITECTURE.md");
  if (map === undefined) return { problems: [{ path: "ARCHITECTURE.md", what: "is not there" }], looked: "nothing" };
  const problems = [
    ...untoldFolders(map, files),
    ...untoldPrograms(map, files),
    ...deadPaths(map, existsSync),
    ...checkGenerated({ path: map.path, between: "layers", text: layerTable(layers) }, options),
  ];
  return { problems, looked: map.path };
}

/** A row per layer, from the ground up. */
export function layerTable(layers: Readonly<Record<string, Layer>>): string {
  const rows = Object.entries(layers).map(([name, { runtime, may, holds }]) => {
    const others = Object.keys(layers).filter((other) => other !== name);
    const imports =
      may.length === 0 ? "–" : others.every((other) => may.includes(other)) ? "everything" : may.join(" ");
    return `| \`src/${name}/\` | ${runtime} | ${imports} | ${holds} |`;
  });
  return ["| folder | runs in | may import | holds |", "|---|---|---|---|", ...rows, ""].join("\n");
}

export function untoldFolders(map: SourceFile, files: readonly SourceFile[]): readonly Problem[] {
  const folders = new Set(files.flatMap(({ path }) => /^src\/[^/]+\//u.exec(path)?.[0] ?? []));
  return [...folders]
    .filter((folder) => !map.text.includes(`\`${folder}`))
    .map((folder) => ({ path: map.path, what: `does not tell of ${folder}`, instead: "say what belongs there" }));
}

export function untoldPrograms(map: SourceFile, files: readonly SourceFile[]): readonly Problem[] {
  const programs = files.filter(({ path, isTest }) => /^src\/bin\/[^/]+\.ts$/u.test(path) && !isTest);
  return programs
    .filter(({ path }) => !map.text.includes(`\`${path}\``))
    .map(({ path }) => ({ path: map.path, what: `does not tell of ${path}`, instead: "say what it runs" }));
}

/** Paths in backquotes from a folder of the root; with an asterisk or dots in them they are patterns. */
export function deadPaths(map: SourceFile, exists: (path: string) => boolean): readonly Problem[] {
  const mentions = map.text.matchAll(/`((?:src|tools|docs|test|bench|\.ci)\/[\w./-]*)`/gu);
  return [...mentions].flatMap(([, path = ""]): Problem[] => {
    if (exists(path)) return [];
    const line = map.lineAt(map.text.indexOf(`\`${path}\``));
    return [{ path: map.path, line, what: `names ${path}, which does not exist` }];
  });
}
