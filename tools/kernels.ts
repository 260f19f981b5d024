import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { kernelFiles } from "../src/system/kernels.ts";

/**
 * Compiles the SIMD kernels when their sources have changed, which takes two seconds; returns the path of the module.
 */
export async function buildKernels(): Promise<string> {
  const { sources, compiled } = kernelFiles();
  if (existsSync(compiled)) return compiled;
  const entry = sources.find((source) => source.endsWith("/module.ts"));
  if (entry === undefined) throw new Error("the kernels' sources have no module.ts");
  const folder = dirname(compiled);
  mkdirSync(folder, { recursive: true });
  // Under a name of its own until it is whole: several builds may run at once.
  const unfinished = `${compiled}.${process.pid}`;
  try {
    // In a process of its own: imported, the compiler's types would replace those of Node's globals.
    await promisify(execFile)(process.execPath, [compiler, entry, "--outFile", unfinished, ...compilerOptions]);
  } catch (error) {
    throw new Error("the kernels do not compile", { cause: error });
  }
  renameSync(unfinished, compiled);
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (name.endsWith(".wasm") && path !== compiled) rmSync(path);
  }
  return compiled;
}

const compiler = fileURLToPath(new URL("../node_modules/assemblyscript/bin/asc.js", import.meta.url));
const compilerOptions =
  "-O3 --noAssert --runtime stub --importMemory --initialMemory 2 --enable simd --baseDir /".split(" ");

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(await buildKernels());
