import type { TestClient } from "./clients.ts";
import { eventually } from "./eventually.ts";

/** With what the client ended; throws with what it has said when it does not end in time. */
export async function exitCodeOf(client: TestClient, { within = 25_000 } = {}): Promise<number> {
  await eventually("the client ends", () => client.exitCode !== undefined, { within }).catch((error: unknown) => {
    throw new Error(`${String(error)}\n${client.output}`);
  });
  return await client.ended;
}

/** Presses Enter until a refusal that is shown, or will be, is closed by it; gives the client's exit code. */
export async function closeRefusal(client: TestClient): Promise<number> {
  await eventually(
    "the refusal is closed",
    async () => {
      // The window may go while the key is on its way.
      const pressed = await Promise.allSettled([client.key("Return")]);
      return client.exitCode !== undefined && pressed.length === 1;
    },
    { within: 30_000 },
  );
  return await exitCodeOf(client);
}
