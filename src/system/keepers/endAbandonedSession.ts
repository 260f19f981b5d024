import { rmSync } from "node:fs";
import { basename, join } from "node:path";
import { seconds } from "#base/units.ts";
import { displaySocket, removeDisplay } from "./displayFiles.ts";
import { endProcesses } from "../processes/endProcesses.ts";
import { commandLineOf, environmentOf, listProcesses, userIdOf, type ProcessEntry } from "../processes/processList.ts";

/**
 * Ends what is left of a session whose keeper was killed: its processes, known by the Xauthority file of its folder in
 * their environment; its X server's socket and framebuffer; the folder. Only for sessions whose keeper is gone: nobody
 * listens at
 * `keeper.sock`. Resolves with the number of processes that were found. Needs root, or the session to be one's own.
 */
export async function endAbandonedSession(sessionFolder: string): Promise<number> {
  const authority = join(sessionFolder, "user", "Xauthority");
  const find = (): readonly ProcessEntry[] =>
    listProcesses().filter((entry) => environmentOf(entry.pid)?.["XAUTHORITY"] === authority);
  const found = find();
  const displays = new Set(found.map((entry) => environmentOf(entry.pid)?.["DISPLAY"]));
  const sockets = [...displays].flatMap((name = "") =>
    /^:\d{1,5}$/u.test(name) ? [displaySocket(Number(name.slice(1)))] : [],
  );
  const userId = found.map((entry) => userIdOf(entry.pid)).find((uid) => uid !== undefined);
  const framebuffers = found.flatMap((entry) => framebufferOf(entry.pid));
  await endProcesses(find, { grace: seconds(2) });
  if (userId !== undefined) for (const socket of sockets) removeDisplay(socket, { userId });
  for (const folder of framebuffers) rmSync(folder, { recursive: true, force: true });
  rmSync(sessionFolder, { recursive: true, force: true });
  return found.length;
}

/** The X server's, when it is in shared memory instead of the session's folder. */
function framebufferOf(pid: number): readonly string[] {
  const words = commandLineOf(pid);
  const folder = words[words.indexOf("-fbdir") + 1];
  const isOurs = words.includes("-fbdir") && folder !== undefined && /^\/dev\/shm\/holdfast-[\d-]+$/u.test(folder);
  return basename(words[0] ?? "") === "Xvfb" && isOurs ? [folder] : [];
}
