import { connectionId, sessionId } from "../src/base/ids.ts";
import { wallTime } from "../src/base/units.ts";
import type { SessionFacts } from "../src/contracts/facts.ts";
import type { ConnectionFacts } from "../src/contracts/service.ts";

/** Facts for tests: of a session as its keeper tells them. */
export function plantedSession(given: {
  readonly id: number;
  readonly user: string;
  readonly connection?: number;
  readonly detachedAt?: number;
  readonly leaderPid?: number;
}): SessionFacts {
  const { id, user, connection, detachedAt, leaderPid = 3 } = given;
  const client = { address: "192.0.2.7", name: "DESK-7", build: 1 };
  return {
    id: sessionId(id),
    user,
    uid: 1000,
    createdAt: wallTime(0),
    ready: true,
    ...(connection === undefined
      ? {}
      : { attachment: { connection: connectionId(connection), client, since: wallTime(0) } }),
    ...(detachedAt === undefined ? {} : { detachedAt: wallTime(detachedAt) }),
    lastInputAt: wallTime(0),
    display: 10,
    desktop: "icewm",
    keeperPid: 1,
    serverPid: 2,
    leaderPid,
  };
}

/** Of a connection that stands at its sign-in. */
export function plantedConnection(id: number): ConnectionFacts {
  return {
    id: connectionId(id),
    pid: 100 + id,
    client: { address: "192.0.2.7", name: "DESK-7", build: 1 },
    acceptedAt: wallTime(0),
    step: "active",
    authenticated: false,
    journey: {
      record: `REC${id}-00`,
      phases: [
        { phase: "accept", at: 0 },
        { phase: "signIn", at: 900 },
      ],
      waits: [],
    },
  };
}
