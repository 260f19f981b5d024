import type { WallTime } from "#base/units.ts";
import type { TraceStatusReply } from "#contracts/trace.ts";
import { withAdmin } from "./adminSocket.ts";
import { command } from "./command.ts";
import { localeOf, shortDateAndTime } from "./shortDateAndTime.ts";
import { megabytes } from "./traceReply.ts";

export const traceStatus = command({
  name: "trace status",
  group: "service",
  summary: "Says whether a trace is running, and what became of the last one",
  operands: "",
  operandCount: { from: 0, to: 0 },
  switches: {},
  details: [],
  examples: [{ line: "holdfast trace status", does: "is it still recorded?" }],
  exits: {
    0: "told",
    1: "the service is not running",
    2: "wrong usage",
    5: "denied: you are no administrator",
  },
  json: '{"remembered":3,"running":{"name":"trace-20261121-103000","since":1795257000000,"until":1795260600000,"bytes":5000000,"bytesMax":268435456,"pictures":false,"isEnding":false}}',
  run: (given, surroundings) =>
    withAdmin(given, surroundings, async (admin) => {
      const reply = await admin.call("traceStatus", {});
      if (reply.is === "denied") return { exit: 5, error: `Error [5]:${reply.why}\n` };
      const { is: _, ...told } = reply;
      return {
        exit: 0,
        out: given.json ? `${JSON.stringify(told)}\n` : statusText(told, localeOf(surroundings.environment)),
      };
    }),
});

type Told = Omit<Extract<TraceStatusReply, { is: "told" }>, "is">;

function statusText({ running, last, remembered }: Told, locale: string): string {
  const lines = [];
  const said = (time: WallTime): string => shortDateAndTime(time, { locale });
  if (running === undefined) lines.push("No trace is running.");
  else {
    const { name, since, until, bytes, bytesMax, isEnding, connection } = running;
    const of = connection === undefined ? "" : `, of connection ${connection}`;
    lines.push(
      `${name} ${isEnding ? "is ending" : "is running"}${of}: since ${said(since)}, until ` +
        `${said(until)} at the latest; ${megabytes(bytes)} of ${megabytes(bytesMax)} MB.`,
    );
  }
  if (last !== undefined) {
    const ended = `${last.name} ended at ${said(last.endedAt)}`;
    if (last.collected === undefined) lines.push(`${ended} and is lost: ${last.problem}`);
    else lines.push(`${ended}: ${last.collected.because}. ${last.collected.path}`);
  }
  lines.push(`The last messages of ${remembered} connections are remembered (holdfast trace save).`);
  return lines.map((line) => `${line}\n`).join("");
}
