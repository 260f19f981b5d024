import type { DueWarning } from "#policy/timeLimits.ts";
import { duration } from "#refusals/limits.ts";
import type { MessageToSession } from "./sessionMessages.ts";

/** What a session's user is told before a limit; `left` in milliseconds. */
export function limitWarning({ limit, allowed, action }: DueWarning, left: number): MessageToSession {
  const wholeLeft = Math.round(left / 1000) * 1000;
  const ends = action === "end";
  const what = ends ? "end, and what is not saved will be lost" : "be disconnected; your programs go on running";
  const title = ends ? "This session is about to end" : "This session is about to be disconnected";
  const isIdle = limit === "MaxIdleTime";
  const why = isIdle
    ? `Nobody has touched this session for ${duration(Math.max(1000, allowed - wholeLeft))}.`
    : `A connection may last ${duration(allowed)} on this host.`;
  const remedy = isIdle ? "Press any key to go on." : "Save your work; you can connect again.";
  return {
    title,
    text: `${why}\nIn ${duration(wholeLeft)} it will ${what}.\n${remedy}`,
    buttons: [{ id: "ok", label: isIdle ? "I am here" : "OK" }],
    seconds: left / 1000,
    anyInputCloses: isIdle,
  };
}
