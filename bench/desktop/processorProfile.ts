import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { anything, listOf, number, object, optional, text } from "#base/shape/shape.ts";
import { eventually } from "../../test/interop/harness/eventually.ts";

/**
 * Begins to record what a process of Node does with its processor. The result ends that and writes it down as browsers
 * and editors read it (.cpuprofile), in a folder that is made if there is none. Opens the process's inspector on
 * 127.0.0.1:9229.
 */
export async function startProfile(pid: number): Promise<(path: string) => Promise<void>> {
  process.kill(pid, "SIGUSR1");
  let address: string | undefined;
  await eventually(`process ${pid} can be inspected`, async () => (address = await inspector()) !== undefined);
  const socket = new WebSocket(address!);
  await new Promise((resolve, reject) => {
    socket.addEventListener("open", resolve, { once: true });
    socket.addEventListener("error", reject, { once: true });
  });
  let lastId = 0;
  const ask = (method: string): Promise<unknown> =>
    new Promise((resolve) => {
      const id = ++lastId;
      socket.addEventListener("message", ({ data }) => {
        const answer = answerShape.parse(JSON.parse(String(data)));
        if (answer.id === id) resolve(answer.result);
      });
      socket.send(JSON.stringify({ id, method }));
    });
  await ask("Profiler.enable");
  await ask("Profiler.start");
  return async (path) => {
    const { profile } = profileShape.parse(await ask("Profiler.stop"));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, JSON.stringify(profile));
    socket.close();
  };
}

/** undefined: it is not there yet. */
async function inspector(): Promise<string | undefined> {
  try {
    const [target] = targetsShape.parse(await (await fetch("http://127.0.0.1:9229/json/list")).json());
    return target?.webSocketDebuggerUrl;
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

const targetsShape = listOf(object({ webSocketDebuggerUrl: text }), { atMost: 10 });
const answerShape = object({ id: optional(number), result: optional(anything) });
const profileShape = object({ profile: anything });
