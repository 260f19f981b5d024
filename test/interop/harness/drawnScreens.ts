import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Pixels } from "../../../src/base/pixels.ts";
import { refusalScreen } from "../../../src/desktop/screens/refusalScreen.ts";
import { draw, type Screen } from "../../../src/desktop/screens/screen.ts";
import { signInScreen, tryAgain, type SignInScreen } from "../../../src/desktop/screens/signInScreen.ts";
import { explain, type Refusal } from "../../../src/refusals/refusal.ts";
import { writePng } from "../../png.ts";
import type { TestClient } from "./clients.ts";
import { eventually } from "./eventually.ts";
import type { TestHost } from "./holdfast.ts";

/** Waits until the client's window shows this screen of ours; throws with how far its picture is from it. */
export function awaitScreen(
  client: TestClient,
  screen: Screen,
  options: { readonly within?: number } = {},
): Promise<void> {
  return awaitOneOf(client, async () => [screen], options);
}

/** Waits until the client's window shows this refusal with all its words. */
export async function awaitRefusal(
  host: TestHost,
  client: TestClient,
  refusal: Refusal,
  options: { readonly within?: number } = {},
): Promise<void> {
  const { title, explanation, remedy, code } = explain(refusal);
  const log = "log" in refusal ? refusal.log : [];
  const given = { host: hostname(), title, explanation: [explanation, ...log].join("\n"), remedy, code };
  const screens = async () => {
    const { connections } = await host.admin.call("sessions", {});
    return connections.map(({ journey }) => refusalScreen({ ...given, record: journey?.record ?? "" }));
  };
  await awaitOneOf(client, screens, options);
}

async function awaitOneOf(
  client: TestClient,
  screens: () => Promise<readonly Screen[]>,
  { within = 25_000 }: { readonly within?: number },
): Promise<void> {
  let told = "nothing was shown";
  const isShown = async () => {
    const [expected, shown] = [await screens(), await client.screen()];
    const different = expected.map((screen) => differentPixels(shown, draw(screen, shown)));
    told = `${different.join(", ")} pixels of ${shown.width}×${shown.height} differ`;
    // Looking costs more than drawing: a machine of two cores needs its time for what is waited for.
    if (!different.includes(0)) await delay(100);
    return different.includes(0);
  };
  await eventually("the screen is shown", isShown, { within }).catch(async (error: unknown) => {
    const folder = process.env["HOLDFAST_TEST_PICTURES"];
    if (folder !== undefined) writePng(join(folder, `shown-${client.pid}.png`), await client.screen());
    throw new Error(`${String(error)}: ${told}; the client ${client.exitCode ?? "runs"}:\n${client.output}`);
  });
}

/** The first question that a client without a password sees. Xvfb's own keyboard is American. */
export function firstQuestion(user: string, keyboardLayout = 0x409): SignInScreen {
  return signInScreen({ host: hostname(), keyboardLayout, user });
}

/** The same after a wrong password. */
export function secondQuestion(user: string): SignInScreen {
  const { title, remedy } = explain({ code: "HF-SIGN-01", user });
  return tryAgain(firstQuestion(user), { text: `${title}. ${remedy}`, tone: "error" });
}

/** How many pixels are another colour. Both have the same size. */
export function differentPixels(a: Pixels, b: Pixels): number {
  let count = 0;
  for (let y = 0; y < a.height; y++) {
    for (let x = 0; x < a.width; x++) {
      const [i, j] = [a.offset + y * a.stride + x * 4, b.offset + y * b.stride + x * 4];
      if (tooFar(a.data, i, b.data, j)) count++;
    }
  }
  return count;
}

function tooFar(a: Uint8Array, i: number, b: Uint8Array, j: number): boolean {
  for (let channel = 0; channel < 3; channel++) if (64 < Math.abs(a[i + channel]! - b[j + channel]!)) return true;
  return false;
}
