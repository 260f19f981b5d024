import { dirname, join } from "node:path/posix";
import type { Layer } from "../../src/layers.ts";
import type { Findings, Problem } from "./problem.ts";
import type { SourceFile } from "./sourceFile.ts";

/** Refuses every import in `src/` that the table of layers does not allow, by whatever form of import. */
export function checkLayers(files: readonly SourceFile[], layers: Readonly<Record<string, Layer>>): Findings {
  const inLayers = files.filter(({ path }) => /^src\/[^/]+\/.*\.ts$/u.test(path));
  const problems = inLayers.flatMap((file) => fileProblems(file, layers));
  if (inLayers.length === 0) problems.push({ path: "src", what: "no file was checked: the list of files is wrong" });
  const folders = new Set(inLayers.map(({ path }) => layerOf(path)));
  for (const layer of Object.keys(layers)) {
    if (!folders.has(layer)) problems.push({ path: "src/layers.ts", what: `the layer ${layer} has no file in src/` });
  }
  return { problems, looked: `${inLayers.length} files` };
}

function fileProblems(file: SourceFile, layers: Readonly<Record<string, Layer>>): readonly Problem[] {
  const layer = layerOf(file.path);
  const rule = layers[layer];
  if (rule === undefined) return [{ path: file.path, what: `the folder ${layer} is not in src/layers.ts` }];
  const unseen = rule.runtime === "node" ? [] : [...file.code.matchAll(/\bimport\s*\((?!\s*["'`])/gu)];
  const isDeclaration = file.path.endsWith(".d.ts");
  const imports = importsOf(file).flatMap(({ specifier, line }): Problem[] => {
    const what = file.isTest || isDeclaration ? undefined : forbidden(file.path, specifier, { layer, rule });
    return what === undefined ? [] : [{ path: file.path, line, what, instead }];
  });
  const hidden = file.isTest
    ? []
    : unseen.map(({ index }) => ({
        path: file.path,
        line: file.lineAt(index),
        what: `${layer} imports what nobody can see before it runs`,
        instead,
      }));
  return [...imports, ...hidden];
}

/** undefined: allowed. */
function forbidden(
  path: string,
  specifier: string,
  { layer, rule }: { readonly layer: string; readonly rule: Layer },
): string | undefined {
  if (specifier.startsWith("#") || specifier.startsWith(".")) {
    const target = specifier.startsWith("#") ? `src/${specifier.slice(1)}` : join(dirname(path), specifier);
    if (target === "src/layers.ts") return undefined;
    if (!target.startsWith("src/")) return `${layer} imports ${specifier}, which is not of the product`;
    const other = layerOf(target);
    if (other === layer) {
      return specifier.startsWith("#") ? `${layer} imports its own ${specifier} from outside` : undefined;
    }
    if (!rule.may.includes(other)) return `${layer} may not import ${other} (${specifier})`;
    return specifier.startsWith(".") ? `${layer} imports ${other} by a relative path (${specifier})` : undefined;
  }
  if (rule.runtime === "node") return undefined;
  if (rule.runtime === "pure" && purePackages.has(specifier)) return undefined;
  return `${layer} is ${rule.runtime} code and may not import ${specifier}`;
}

interface Import {
  readonly specifier: string;
  readonly line: number;
}

/**
 * Found where the code, free of comments and strings, has an import; the text of the string is then read from the file.
 */
export function importsOf(file: SourceFile): readonly Import[] {
  return [...file.code.matchAll(importPattern)].map((match) => {
    const from = match.index + match[0].length;
    const quote = file.text[from - 1]!;
    return { specifier: file.text.slice(from, file.text.indexOf(quote, from)), line: file.lineAt(from) };
  });
}

const layerOf = (path: string): string => path.split("/")[1] ?? "";
const importPattern = /\b(?:import|export)\b[^;"'`()=]*?(?:\bfrom\s*)["']|\bimport\s*["']|\bimport\s*\(\s*["'`]/gu;
const instead = "what src/layers.ts allows, written #layer/path.ts between layers and ./path.ts inside one";
/** Small, without a clock, a socket or chance. */
const purePackages = new Set(["js-md4", "smol-toml"]);
