import type { IdleInhibitors } from "./idleInhibitors.ts";
import type { Keyboard, ProcessFacts } from "#contracts/facts.ts";

/** What a session consists of while it runs. */
export interface RunningDesktop {
  readonly display: number;
  /** MIT-MAGIC-COOKIE-1, 32 hexadecimal digits. */
  readonly cookie: string;
  readonly serverPid: number;
  /** 0 before the desktop's first process is started. */
  readonly leaderPid: number;
  /** What was started: a command or a file; empty before. */
  readonly name: string;
  processes(): readonly ProcessFacts[];
  /** The screen as an XWD file, read only; given. */
  openFramebuffer(): number;
  setKeyboard(keyboard: Keyboard): Promise<void>;
  /** What the first program said last; absent: it is not started yet. */
  readonly lastWords?: () => Promise<readonly string[]>;
  /** Programs that keep the session from being idle; absent: there is no message bus, or not yet. */
  readonly inhibitors?: IdleInhibitors;
}
