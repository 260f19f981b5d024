import { readFileSync, renameSync, rmSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build, stop, type Plugin } from "esbuild";
import { bundleFiles } from "#system/programs.ts";

/**
 * Bundles the programs that are started again and again, each as one file: Node spends most of a start on finding and
 * reading hundreds of small ones. Answers the folder.
 */
export async function bundlePrograms(): Promise<string> {
  const { folder, sources: entryPoints } = bundleFiles();
  const unfinished = `${folder}.${process.pid}`;
  await build({
    entryPoints: [...entryPoints],
    outdir: unfinished,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node24",
    packages: "external",
    plugins: [ownAddresses],
    logLevel: "silent",
  });
  // Its helping process would live as long as we do.
  await stop();
  // Whole or not there: a service may start at this moment. Somebody else may have been faster.
  rmSync(folder, { recursive: true, force: true });
  renameSync(unfinished, folder);
  return folder;
}

/** A module in a bundle still finds what lies beside its source. */
const ownAddresses: Plugin = {
  name: "own addresses",
  setup: ({ onLoad }) => {
    onLoad({ filter: sources }, ({ path }) => ({
      contents: readFileSync(path, "utf8").replaceAll("import.meta.url", JSON.stringify(pathToFileURL(path).href)),
      loader: "ts",
    }));
  },
};

/** Read by Go, which knows no flag `u`. */
const sources = new RegExp(String.raw`\.ts$`);

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(await bundlePrograms());
