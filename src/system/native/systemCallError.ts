import { constants } from "node:os";
import koffi from "koffi";

/** A system call said no. `code` is the kernel's name of the reason: EAGAIN, EACCES … */
export class SystemCallError extends Error {
  readonly call: string;
  readonly code: string;

  constructor(call: string, error: number | SystemErrorName) {
    const code = typeof error === "string" ? error : (systemErrorNames.get(error) ?? `error ${error}`);
    super(`${call}: ${code}`);
    this.name = "SystemCallError";
    this.call = call;
    this.code = code;
  }
}

export type SystemErrorName = keyof typeof constants.errno;

/** The error of the native call that was made last; to be called before any other native call. */
export const lastSystemCallError = (call: string): SystemCallError => new SystemCallError(call, koffi.errno());

// Turned round, so that EAGAIN wins over its synonym EWOULDBLOCK.
const systemErrorNames: ReadonlyMap<number, string> = new Map(
  Object.entries(constants.errno)
    .toReversed()
    .map(([name, errorNumber]) => [errorNumber, name]),
);
