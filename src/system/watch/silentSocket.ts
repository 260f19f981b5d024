import { createConnection } from "node:net";
import { seconds } from "#base/units.ts";

/** Whether nobody listens: only a refusal proves it. */
export function isSilentSocket(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(path);
    const settle = (silent: boolean): void => {
      clearTimeout(deadline);
      socket.destroy();
      resolve(silent);
    };
    const deadline = setTimeout(() => settle(false), answersWithin);
    socket.once("connect", () => settle(false));
    socket.once("error", (error) => settle("code" in error && error.code === "ECONNREFUSED"));
  });
}

const answersWithin = seconds(1);
