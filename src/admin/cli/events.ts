import { setTimeout as delay } from "node:timers/promises";
import { limits } from "#base/limits.ts";
import { adminContract } from "#contracts/admin.ts";
import type { LoggedEvent } from "#contracts/event.ts";
import { connectContract } from "#system/rpc/connectContract.ts";
import { CallFailed, ConnectFailed } from "#system/rpc/failures.ts";
import { adminSocketPath } from "./adminSocketPath.ts";
import { withAdmin, type Admin } from "./adminSocket.ts";
import { plain } from "./columns.ts";
import { command, type Outcome, type Surroundings } from "./command.ts";
import type { CommandLine } from "./commandLine.ts";
import { historyFilterOf, wholeNumber, type HistoryFilter, type WrongFilter } from "./historyFilter.ts";
import { dateAndTime } from "./pastTime.ts";

type Given = CommandLine<
  "follow" | "f" | "user" | "session" | "connection" | "since" | "until" | "id" | "channel" | "count"
>;

export const events = command({
  name: "events",
  group: "look",
  summary: "Prints the event log, with Windows' logs, numbers and reason codes",
  operands: "",
  operandCount: { from: 0, to: 0 },
  switches: {
    follow: { means: "Goes on with what happens, until Ctrl+C; also over a restart of the service." },
    f: { means: "The same." },
    user: { takes: "NAME", means: "Events of this user." },
    session: { takes: "ID", means: "Events of this session." },
    connection: { takes: "ID", means: "Events of this connection." },
    since: { takes: "TIME", means: "From then on: 10:30, 2026-11-20, “2026-11-20 10:30”, 15m, 2h, 3d." },
    until: { takes: "TIME", means: "Up to then." },
    id: { takes: "NUMBER", means: "Events with this number; may be given several times, or as 21,23,24." },
    channel: { takes: "NAME", means: "Events of the log with this in its name, e.g. LocalSessionManager." },
    count: { takes: "COUNT", means: "At most so many, the newest; 50 without it, at most 500." },
  },
  details: [
    "A line each: time, log, number, text, and the name of the record that `holdfast explain` explains. With --json a " +
      "line is a JSON object. The logs are Windows' LocalSessionManager, RemoteConnectionManager and RdpCoreTS; what " +
      "Windows has no number for is in the log Holdfast. The page docs/operate/events.md lists all numbers.",
    "The same events go to systemd's journal or to syslog, where the host has one (EventForwarding).",
    "Administrators see all events, others their own.",
  ],
  examples: [
    { line: "holdfast events", does: "the newest" },
    { line: "holdfast events /follow /id:21,24,25", does: "who comes and goes, as it happens" },
    { line: "holdfast events /user:anna /since:2h --json", does: "for a program" },
  ],
  exits: {
    0: "done, also when there are none",
    1: "the service is not running",
    2: "wrong usage",
    5: "the service does not let you in",
  },
  json:
    '{"at":"2026-11-20T21:15:00.000Z","channel":"Microsoft-Windows-TerminalServices-LocalSessionManager/Operational",' +
    '"id":24,"level":"information","message":"Session has been disconnected: User: anna, Session ID: 2, Source Network ' +
    'Address: 192.0.2.7","user":"anna","session":2,"connection":12,"address":"192.0.2.7"}',
  run: printEvents,
});

async function printEvents(given: Given, surroundings: Surroundings): Promise<Outcome> {
  const asked = filterOf(given, surroundings);
  if (asked.is === "wrong") return { exit: 2, error: `${asked.why}\n` };
  const { count, filter } = asked;
  const isFollowing = given.has("follow") || given.has("f");
  return withAdmin(given, surroundings, async (admin) => {
    const { last } = await admin.call("nextEvents", {});
    const { events: found } = await admin.call("events", { ...filter, atMost: count });
    const out = found.map((event) => eventLine(event, given.json)).join("");
    if (!isFollowing) return { exit: 0, out };
    await surroundings.print(out);
    return follow(given, surroundings, { admin, filter, last });
  });
}

/** For ever. */
async function follow(
  given: Given,
  surroundings: Surroundings,
  begun: { readonly admin: Admin; readonly filter: Asked["filter"]; readonly last: number },
): Promise<never> {
  let { admin, last } = begun;
  for (;;) {
    try {
      const news = await admin.call("nextEvents", { ...begun.filter, after: last });
      last = news.last;
      await surroundings.print(news.events.map((event) => eventLine(event, given.json)).join(""));
    } catch (error) {
      if (!(error instanceof CallFailed)) throw error;
      admin.close();
      admin = await cameBack(given, surroundings);
      // Another service counts from the beginning: all that it has had is new.
      last = 0;
    }
  }
}

async function cameBack(given: Given, surroundings: Surroundings): Promise<Admin> {
  for (;;) {
    try {
      return await connectContract(adminContract, adminSocketPath(given.folders, surroundings), {});
    } catch (error) {
      if (!(error instanceof ConnectFailed)) throw error;
      await delay(1000);
    }
  }
}

function eventLine(event: LoggedEvent, json: boolean): string {
  const { at, channel, id, message, record } = event;
  if (json) return `${JSON.stringify({ ...event, at: new Date(at).toISOString() })}\n`;
  const name = channel.replace(/^.*-(?=\w+\/)/u, "").replace(/\/.*$/u, "");
  const more = record === undefined ? "" : ` (${record})`;
  return `${dateAndTime(at)}  ${name.padEnd(23)} ${String(id).padStart(5)}  ${plain(message)}${more}\n`;
}

interface Asked {
  readonly is: "events";
  readonly count: number;
  readonly filter: HistoryFilter & { readonly ids?: readonly number[]; readonly channel?: string };
}

function filterOf(given: Given, { now }: Surroundings): Asked | WrongFilter {
  const shared = historyFilterOf(given, now());
  if (shared.is === "wrong") return shared;
  const count = wholeNumber(given.values("count").at(-1) ?? "50", limits.eventsAnswered);
  if (count === undefined) return { is: "wrong", why: `/count takes a number up to ${limits.eventsAnswered}.` };
  const texts = given.values("id").flatMap((text) => text.split(","));
  const ids = texts.flatMap((text) => wholeNumber(text, 0xffff) ?? []);
  if (ids.length !== texts.length || idsMax < ids.length) {
    return { is: "wrong", why: "/id takes numbers of events: 21,24,25." };
  }
  const channel = given.values("channel").at(-1);
  const filter = {
    ...shared.filter,
    ...(channel === undefined ? {} : { channel }),
    ...(ids.length === 0 ? {} : { ids }),
  };
  return { is: "events", count, filter };
}

const idsMax = 64;
