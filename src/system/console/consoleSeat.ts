import { wallTime, type WallTime } from "#base/units.ts";

/** What a host shows of its own screen and keyboard, and of who is at them. */
export interface ConsoleFacts {
  /** The virtual terminal in front, as `tty2`; undefined: the host has none. */
  readonly activeTerminal: string | undefined;
  /** The sessions of systemd-logind. */
  readonly logindSessions: readonly LogindSession[];
  /** utmp(5): who has signed in at a terminal or a display. */
  readonly logins: readonly Login[];
  /** X servers that draw on the host's own screen. */
  readonly displays: readonly ConsoleDisplay[];
}

export interface LogindSession {
  readonly seat: string;
  readonly user: string;
  /** "user", "greeter", "lock-screen" … */
  readonly kind: string;
  readonly isActive: boolean;
  readonly since: WallTime | undefined;
}

export interface Login {
  readonly user: string;
  /** `tty1`, or `:0`. */
  readonly line: string;
  readonly since: WallTime;
}

export interface ConsoleDisplay {
  /** `:0` is 0. */
  readonly display: number;
  /** Whom the X server runs as, where that is not root; it may be nobody that has a name. */
  readonly user: string | undefined;
  /** `tty7`, where it says so. */
  readonly terminal: string | undefined;
  readonly since: WallTime;
}

/** The host's own seat, as Windows' `console`. */
export interface ConsoleSeat {
  /** Who is signed in there; undefined: nobody. */
  readonly user: string | undefined;
  readonly since: WallTime | undefined;
}

/**
 * Who is at the host's own screen; undefined: it has none. What logind says counts most, since it knows which of
 * several sessions is in front; then whoever has signed in at the terminal in front; then whose X server is on the
 * screen.
 */
export function consoleSeatOf(facts: ConsoleFacts): ConsoleSeat | undefined {
  const { activeTerminal, logins, displays } = facts;
  const atSeat = facts.logindSessions.filter(({ seat }) => seat === "seat0");
  const exists = activeTerminal !== undefined || 0 < atSeat.length || 0 < displays.length;
  if (!exists) return undefined;
  const inFront = atSeat.find(({ isActive }) => isActive);
  // A greeter, or the screen that locks, in front of another's session: nobody is at work there.
  if (inFront !== undefined) {
    return inFront.kind === "user" ? { user: inFront.user, since: inFront.since } : nobody;
  }
  const [display] = displays.toSorted((one, other) => one.display - other.display);
  const isInFront =
    display !== undefined &&
    (display.terminal === undefined || display.terminal === (activeTerminal ?? display.terminal));
  const lines = isInFront ? [`:${display.display}`, display.terminal] : [activeTerminal];
  const login = logins.find(({ line }) => lines.includes(line));
  if (login !== undefined) return { user: login.user, since: login.since };
  if (isInFront && display.user !== undefined) return { user: display.user, since: display.since };
  return nobody;
}

/** Seconds or microseconds since 1970, as the system writes them; undefined for what is no number. */
export function timeFrom(text: string | undefined, unitsPerMillisecond: number): WallTime | undefined {
  const time = Number(text ?? NaN) / unitsPerMillisecond;
  return Number.isFinite(time) && 0 < time ? wallTime(Math.floor(time)) : undefined;
}

const nobody: ConsoleSeat = { user: undefined, since: undefined };
