import type { RejectedCodecsReply } from "#contracts/admin.ts";
import { codecWords } from "#contracts/codecWords.ts";
import { withAdmin } from "./adminSocket.ts";
import { plain } from "./columns.ts";
import { command } from "./command.ts";
import { localeOf, shortDateAndTime, type TimeStyle } from "./shortDateAndTime.ts";

export const codecs = command({
  name: "codecs",
  group: "look",
  summary: "Lists the clients that have rejected what they say they know, and what they are not sent since",
  operands: "",
  operandCount: { from: 0, to: 0 },
  switches: {},
  details: [
    "A client says what it can decode, and some cannot: it goes away at the first frame of that kind, or never " +
      "acknowledges it. When it has done so twice in a row without a single acknowledgement, clients of its name and " +
      "build are not sent it any more: H.264 first, then progressive RemoteFX, ClearCodec, and the whole graphics " +
      "pipeline, one at a time. After 30 days, after one where nothing at all was acknowledged, or with another build, " +
      "they are asked anew; codecs forget does it at once. Who had not signed in counts by his address.",
  ],
  examples: [{ line: "holdfast codecs", does: "which clients are sent less than they ask for?" }],
  exits: {
    0: "there are none",
    1: "there are some, or the service is not running",
    2: "wrong usage",
    5: "denied: you are no administrator",
  },
  json:
    '{"clients":[{"name":"DESK-7","build":22631,"rejected":[{"codec":"avc420","since":"2026-11-20T21:15:00.000Z","until":"2026-12-20T21:15:00.000Z"}],' +
    '"lastAt":"2026-11-20T21:15:00.000Z"}]}',
  run: (given, surroundings) =>
    withAdmin(given, surroundings, async (admin) => {
      const reply = await admin.call("rejectedCodecs", {});
      if (reply.is === "denied") return { exit: 5, error: `${reply.why}\n` };
      const clients = reply.clients.filter(({ rejected }) => 0 < rejected.length);
      const exit = clients.length === 0 ? 0 : 1;
      if (given.json) return { exit, out: `${JSON.stringify({ clients: clients.map(clientJson) })}\n` };
      if (exit === 0) return { exit, out: "No client has rejected what it says it knows.\n" };
      return { exit, out: clients.map((each) => clientLines(each, localeOf(surroundings.environment))).join("") };
    }),
});

function clientJson({ name, build, address, rejected, lastAt }: RejectingClient) {
  return {
    name,
    build,
    ...(address === undefined ? {} : { address }),
    rejected: rejected.map(({ codec, since, until }) => ({ codec, since: iso(since), until: iso(until) })),
    lastAt: iso(lastAt),
  };
}

function clientLines({ name, build, address, rejected }: RejectingClient, locale: TimeStyle["locale"]): string {
  const from = address === undefined ? "" : `, from ${address}`;
  const lines = rejected.map(
    ({ codec, since, until }) =>
      `  is not sent ${codecWords[codec]} since ${shortDateAndTime(since, { locale })}, until ${shortDateAndTime(until, { locale })}\n`,
  );
  return `${plain(name) || "a client without a name"}, build ${build}${from}\n${lines.join("")}`;
}

function iso(time: number): string {
  return new Date(time).toISOString();
}

type RejectingClient = Extract<RejectedCodecsReply, { readonly is: "found" }>["clients"][number];
