import type { ChildProcess } from "node:child_process";
import type { Rectangle, Size } from "#base/geometry.ts";
import type { X11Connection } from "#desktop/x11/x11Connection.ts";
import type { ClientKeys } from "./clientKeys.ts";

/** Something that people do on a desktop, done the same way each time. */
export interface Workload {
  /** As `--only` and the figures call it. */
  readonly name: string;
  /** What the product promises for it at 1920 × 1080. */
  readonly goals?: Goals;
  /** Prepares the screen; nothing moves yet. What it starts ends with the stage. */
  prepare(stage: Stage): Promise<Act>;
}

export interface Goals {
  /** Of the connection's process, in per cent of a core. */
  readonly processor?: number;
  /** In kbit/s. */
  readonly line?: number;
  /** The median until the client's pixel has changed, in milliseconds. */
  readonly delay?: number;
  /** How often xrdp's bytes hold ours. */
  readonly times?: number;
}

/** A workload that is ready to go. */
export interface Act {
  /** How the client's screen tells which step it shows; undefined: there are no steps. */
  readonly shown?: Shown;
  /** Infinity: the next as soon as the one before is done. */
  readonly stepsPerSecond: number;
  /** Changes the screen; `step` counts from 1. */
  step(step: number): void | Promise<void>;
}

export type Shown =
  /** The step's number is written in colours, see `stepColours.ts`. */
  | { readonly is: "number"; readonly cells: readonly Rectangle[] }
  /** Each step changes something in the area, and nothing else does. */
  | { readonly is: "change"; readonly area: Rectangle };

/** A session of `size` on some server, seen from inside, and the keys of its client. */
export interface Stage {
  readonly size: Size;
  readonly x11: X11Connection;
  readonly keys: ClientKeys;
  /** Anybody may read and write in it. */
  readonly folder: string;
  /** Starts a program as the session's user. */
  start(command: string, args: readonly string[]): ChildProcess;
  /** Called when the workload is over. */
  onEnd(call: () => void | Promise<void>): void;
}
