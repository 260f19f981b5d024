import { seconds } from "../../../src/base/units.ts";
import { X11Connection } from "../../../src/desktop/x11/x11Connection.ts";
import type { TestClient } from "./clients.ts";
import { eventually } from "./eventually.ts";

/**
 * Closes the client's window, as a window manager does for the button in the title bar (ICCCM 4.2.8.1), until it has
 * gone: an event that one of xfreerdp's threads has read for another is looked at only when the next one comes.
 */
export async function closeWindow(client: TestClient): Promise<void> {
  await eventually("the client's window is closed", async () => {
    if (client.exitCode === undefined) await askToClose(client);
    return client.exitCode !== undefined;
  });
}

async function askToClose({ xvfb }: TestClient): Promise<void> {
  const { display, cookie } = xvfb;
  const x11 = await X11Connection.open({ display, cookie, answerWithin: seconds(5), log });
  const { client, root } = x11;
  const atom = (name: string) => x11.ask<number>("InternAtom", (answer) => client.InternAtom(false, name, answer));
  const [protocols, deleteWindow] = [await atom("WM_PROTOCOLS"), await atom("WM_DELETE_WINDOW")];
  const { children } = await x11.ask<{ readonly children: readonly number[] }>("QueryTree", (answer) =>
    client.QueryTree(root, answer),
  );
  for (const window of children) {
    const message = Buffer.alloc(32);
    message[0] = CLIENT_MESSAGE;
    message[1] = 32;
    [window, protocols, deleteWindow].forEach((value, index) => message.writeUInt32LE(value, 4 + 4 * index));
    client.SendEvent(window, false, 0, message);
  }
  await atom("WM_PROTOCOLS");
  x11.close();
}

function log(line: string): void {
  process.stderr.write(`${line}\n`);
}

const CLIENT_MESSAGE = 33;
