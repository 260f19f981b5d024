import type { ConnectionId, SessionId } from "#base/ids.ts";

/** What a dump is to be of. */
export type DumpTarget =
  | { readonly is: "service" }
  /** As it was typed; or the next newcomer who is refused, within so many milliseconds. */
  | { readonly is: "refused"; readonly id: string }
  | { readonly is: "nextRefused"; readonly within: number }
  | { readonly is: "connection"; readonly connection: ConnectionId }
  | { readonly is: "session"; readonly session: SessionId }
  | { readonly is: "process"; readonly pid: number };

/** A process of which a core dump is taken: by its number, or the session's X server, first program, or all of them. */
export type CoreChoice =
  | { readonly is: "pid"; readonly pid: number }
  | { readonly is: "x" }
  | { readonly is: "wm" }
  | { readonly is: "all" };

export interface DumpOrder {
  readonly target: DumpTarget;
  /** Keep a refused client with the refusal on its screen meanwhile. */
  readonly hold: boolean;
  readonly cores: readonly CoreChoice[];
  /** Without heap snapshots. */
  readonly light: boolean;
}
