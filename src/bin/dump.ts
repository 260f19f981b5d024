import { statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { adminSocketPath } from "#admin/cli/adminSocketPath.ts";
import type { DumpCommand, Outcome } from "#admin/cli/command.ts";
import { adminContract } from "#contracts/admin.ts";
import { growthSince } from "#diagnostics/dump/dumpGrowth.ts";
import { dumpListText, dumpText, growthText } from "#diagnostics/dump/dumpText.ts";
import { DumpStore, NoDump, type KeptDump } from "#diagnostics/dump/dumpStore.ts";
import { HeapUnreadable } from "#diagnostics/dump/heap/heapGraph.ts";
import { takeDump } from "#diagnostics/dump/takeDump.ts";
import { systemClock } from "#system/clock.ts";
import { chooseFolders } from "#system/folders.ts";
import { readHostRoom } from "#system/hostRoom.ts";
import { setPriority } from "node:os";
import { connectContract } from "#system/rpc/connectContract.ts";
import { CallFailed, ConnectFailed } from "#system/rpc/failures.ts";

/** Takes a dump, or looks at those that there are. */
export async function dump(command: DumpCommand): Promise<Outcome> {
  const folders = chooseFolders(command.folders);
  const store = new DumpStore(command.out === undefined ? join(folders.state, "dumps") : resolve(command.out));
  try {
    switch (command.do) {
      case "take":
        return await take(command, store, folders.run);
      case "list": {
        const dumps = store.list();
        const rows = dumps.map(({ name, bytes, hasFiles, dump: { at, about, record } }) => ({
          name,
          bytes,
          hasFiles,
          at,
          about,
          ...(record === undefined ? {} : { record }),
        }));
        return {
          exit: 0,
          out: command.json ? `${JSON.stringify({ dumps: rows })}\n` : dumpListText(dumps, store.folder),
        };
      }
      case "show":
        return show(command, store);
      case "compare":
        return compare(command, store);
    }
  } catch (error) {
    return failure(error, folders.state);
  }
}

async function take(command: DumpCommand & { do: "take" }, store: DumpStore, runFolder: string): Promise<Outcome> {
  const path = adminSocketPath(command.folders, { environment: process.env, userId: process.getuid?.() ?? 0 });
  const admin = await connectContract(adminContract, path, {});
  try {
    const uid = process.getuid?.() ?? 0;
    if (uid !== 0 && statSync(path).uid !== uid) {
      return { exit: 5, error: "Error [5]:Access is denied.\nA dump has everybody's secrets in it: it is for root.\n" };
    }
    // Whoever works on this host goes first.
    setPriority(10);
    const { order, version, json, print } = command;
    const taken = await takeDump({
      admin,
      store,
      runFolder,
      order,
      version,
      wallTime: systemClock.wallTime,
      memoryLeft: () => readHostRoom(runFolder).memoryLeftMB * 1e6,
      note: (line) => void (json ? undefined : print(`${line}\n`)),
    });
    const growth = growthSince(taken.dump, store.list());
    if (json) return { exit: 0, out: `${JSON.stringify({ path: taken.path, growth, ...taken.dump })}\n` };
    const after = `\nIn ${taken.path}, readable by its owner alone: it has in it what the processes had in memory.\n`;
    return { exit: 0, out: `\n${dumpText(taken.dump, growth)}${after}` };
  } finally {
    admin.close();
  }
}

function show({ names, json }: DumpCommand, store: DumpStore): Outcome {
  const kept = find(names[0], store);
  const growth = growthSince(kept.dump, store.list());
  if (json) return { exit: 0, out: `${JSON.stringify({ name: kept.name, growth, ...kept.dump })}\n` };
  return { exit: 0, out: dumpText(kept.dump, growth) };
}

function compare({ names, json }: DumpCommand, store: DumpStore): Outcome {
  const [one, other] = [find(names[0], store), find(names[1], store)];
  const [before, now] = one.dump.at <= other.dump.at ? [one, other] : [other, one];
  const growth = growthSince(now.dump, [before]);
  return { exit: 0, out: json ? `${JSON.stringify({ growth })}\n` : growthText(growth) };
}

/** By its name or its folder; "last" is the newest. Throws NoDump. */
function find(name: string | undefined, store: DumpStore): KeptDump {
  const kept = name === undefined || name === "last" ? store.list()[0] : store.find(basename(name));
  if (kept === undefined)
    throw new NoDump(`There is no dump ${name ?? "at all"}. Those that there are: holdfast dump list`);
  return kept;
}

function failure(error: unknown, state: string): Outcome {
  if (error instanceof NoDump || error instanceof HeapUnreadable) return { exit: 1, error: `${error.message}\n` };
  if (error instanceof ConnectFailed) {
    return { exit: 1, error: `Holdfast is not running: ${error.message}. Of a process that is hung: gcore PID\n` };
  }
  if (error instanceof CallFailed) return { exit: 1, error: `The service did not answer: ${error.message}.\n` };
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code !== "EACCES" && code !== "EPERM") throw error;
  return { exit: 5, error: `Error [5]:Access is denied.\n${join(state, "dumps")} is its owner's alone: ask root.\n` };
}
