import type { adminContract } from "#contracts/admin.ts";
import type { ReplyOf } from "#contracts/contract.ts";
import type { Admin } from "./adminSocket.ts";

export type KnownSessions = ReplyOf<(typeof adminContract)["calls"]["sessions"]>;

/** Every session, or connection, page by page; what comes or goes meanwhile may or may not be among them. */
export async function allSessions(admin: Admin, only: "sessions" | "connections" = "sessions"): Promise<KnownSessions> {
  const first = await admin.call("sessions", { only });
  const sessions = [...first.sessions];
  const connections = [...first.connections];
  const otherVersions = [...(first.otherVersions ?? [])];
  for (let last = first; last.more === true;) {
    // A page without anybody leaves its mark where it was.
    const afterSession = sessions.at(-1)?.id;
    const afterConnection = connections.at(-1)?.id;
    last = await admin.call("sessions", {
      only,
      ...(afterSession === undefined ? {} : { afterSession }),
      ...(afterConnection === undefined ? {} : { afterConnection }),
    });
    sessions.push(...last.sessions);
    connections.push(...last.connections);
    otherVersions.push(...(last.otherVersions ?? []));
  }
  return { ...first, sessions, connections, otherVersions };
}
