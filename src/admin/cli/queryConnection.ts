import { withAdmin } from "./adminSocket.ts";
import { allSessions } from "./allSessions.ts";
import { command, serverSwitch } from "./command.ts";
import { connectionColumns, type ConnectionRow } from "./connectionColumns.ts";
import { pictureColumns } from "./pictureColumns.ts";
import { localeOf } from "./shortDateAndTime.ts";

export const queryConnection = command({
  name: "query connection",
  group: "look",
  summary: "Lists the clients that are connected, and how far each has come",
  operands: "[user|id]",
  operandCount: { from: 0, to: 1 },
  switches: { server: serverSwitch },
  details: [
    "Windows has no such command. STEP is where the connection stands, from awaitingNegotiation to active; a client " +
      "that hangs before its sign-in shows here, and in no list of sessions. USERNAME is what it has signed in as, " +
      "SESSION what it is attached to; “-” stands for neither.",
    "For a single client it says too how its picture is sent, as of one of its last frames: what was copied, filled, " +
      "shown from the client's own cache (`import`: what it has kept from an earlier connection), or encoded and by which " +
      "codec, with the bytes before bulk compression; how many frames are on their way, and how long its input takes: " +
      "until the X server has it, and from a key to the next frame.",
  ],
  examples: [
    { line: "holdfast query connection", does: "every client" },
    { line: "holdfast query connection bob", does: "where bob has connected from" },
  ],
  exits: {
    0: "found",
    1: "no such connection, or the service is not running",
    2: "wrong usage",
    5: "the service does not let you in",
  },
  json:
    '{"connections":[{"id":3,"pid":812,"client":{"address":"192.0.2.7","name":"DESK-7","build":22631},' +
    '"acceptedAt":"2026-11-20T21:15:00.000Z","step":"active","authenticated":true,"user":"bob",' +
    '"session":2,"picture":{"encoder":"ClearCodec, planar and progressive RemoteFX by RDPGFX","frames":120,"bytes":34567,' +
    '"roundTripMs":12.4,"framesInFlight":1,"inputDelay":{"count":40,"medianMs":0.2,"p99Ms":1.5},' +
    '"keyToFrame":{"count":12,"medianMs":3.1,"p99Ms":9.5},"operations":[{"operation":"clearCodec","areas":900,"bytes":80000}]},"own":false}]}',
  run: (given, surroundings) =>
    withAdmin(given, surroundings, async (admin) => {
      const { connections, own } = await allSessions(admin, "connections");
      const [called] = given.operands;
      const rows = connections
        .filter(({ id, user }) => called === undefined || String(id) === called || user === called)
        .map((facts): ConnectionRow => ({ facts, own: own !== undefined && facts.session === own }))
        .toSorted((one, other) => one.facts.id - other.facts.id);
      const exit = rows.length === 0 ? 1 : 0;
      const error = rows.length === 0 ? { error: `No connection exists for ${called ?? "*"}\n` } : {};
      if (given.json) return { exit, ...error, out: `${JSON.stringify({ connections: rows.map(connectionJson) })}\n` };
      if (rows.length === 0) return { exit, ...error };
      const picture = called === undefined || rows.length !== 1 ? undefined : rows[0]?.facts.picture;
      const columns = connectionColumns(rows, { locale: localeOf(surroundings.environment) });
      return { exit, out: picture === undefined ? columns : columns + pictureColumns(picture) };
    }),
});

function connectionJson({ facts, own }: ConnectionRow) {
  const { id, pid, client, step, authenticated, user = null, session = null, picture = null } = facts;
  const acceptedAt = new Date(facts.acceptedAt).toISOString();
  return { id, pid, client, acceptedAt, step, authenticated, user, session, picture, own };
}
