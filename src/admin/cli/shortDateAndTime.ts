import type { WallTime } from "#base/units.ts";

export interface TimeStyle {
  /** BCP 47: "en-US". */
  readonly locale: string;
  /** Default: the process's own. */
  readonly timeZone?: string;
}

/** `11/20/2026 9:10 PM`: Windows' short date and time of the locale, with plain blanks. */
export function shortDateAndTime(time: WallTime, { locale, timeZone }: TimeStyle): string {
  const zone = timeZone === undefined ? {} : { timeZone };
  const date = new Intl.DateTimeFormat(locale, { year: "numeric", month: "numeric", day: "numeric", ...zone });
  const clock = new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit", ...zone });
  // Unicode's tables put a narrow no-break space before PM, and some right-to-left marks, which columns do not bear.
  return `${date.format(time)} ${clock.format(time)}`.replace(/[\u00a0\u202f]/gu, " ").replace(/[\u200e\u200f]/gu, "");
}

/** The locale for times that the environment asks for, as locale(7) says; "en-US" when it names none or one unknown. */
export function localeOf(environment: NodeJS.ProcessEnv): string {
  const name = environment["LC_ALL"] || environment["LC_TIME"] || environment["LANG"] || "C";
  const tag = (name.split(/[.@]/u)[0] ?? "").replaceAll("_", "-");
  if (tag === "C" || tag === "POSIX") return "en-US";
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(tag)[0] ?? "en-US";
  } catch (error) {
    if (error instanceof RangeError) return "en-US";
    throw error;
  }
}
