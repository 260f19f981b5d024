import { join } from "node:path";
import { recordId, recordIdBytes } from "#base/recordId.ts";
import { History } from "#system/history/history.ts";
import { hostLog } from "#system/hostLog/hostLog.ts";
import type { Registry } from "../registry.ts";
import type { ServiceOptions } from "../serviceOptions.ts";
import { Chronicle } from "./chronicle.ts";
import { ConnectionChronicle } from "./connectionChronicle.ts";
import { hostLogEntry } from "./hostLogEntry.ts";
import { SessionChronicle } from "./sessionChronicle.ts";

/** What is written down, by what it is about. */
export interface Chronicles {
  readonly chronicle: Chronicle;
  readonly ofConnections: ConnectionChronicle;
  readonly ofSessions: SessionChronicle;
  /** From now on connections and sessions go on unobserved; what waits is written. */
  close(): void;
}

/** Begins to write down what happens, into `STATE/holdfast.db` and the host's own log. Never throws. */
export function openChronicles(options: ServiceOptions, registry: Registry): Chronicles {
  const { folders, settings, clock, log } = options;
  const host = settings.EventForwarding === "none" ? undefined : hostLog();
  const newRecordId = () => recordId(options.random(recordIdBytes));
  const chronicle = new Chronicle({
    open: () =>
      new History({
        path: join(folders.state, "holdfast.db"),
        bytesMax: settings.EventLogMegabytes << 20,
        keptFor: settings.EventLogDays * dayMs,
      }),
    forward: (event) => host?.write(hostLogEntry(event)),
    wallTime: clock.wallTime,
    log,
  });
  const ofConnections = new ConnectionChronicle({
    chronicle,
    newRecordId,
    connection: (id) => registry.connection(id),
    wallTime: clock.wallTime,
  });
  const ofSessions = new SessionChronicle({
    chronicle,
    newRecordId,
    reasonOf: (connection) => ofConnections.reasonOf(connection),
    wallTime: clock.wallTime,
  });
  registry.sessionTold = (facts) => ofSessions.takeUp(facts);
  return {
    chronicle,
    ofConnections,
    ofSessions,
    close: () => {
      ofConnections.close();
      registry.sessionTold = undefined;
      chronicle.note("serviceStopped");
      chronicle.close();
      host?.close();
    },
  };
}

/** Those who were found at the start are known; who is told of from now on is new. */
export function beginChronicles({ chronicle, ofSessions }: Chronicles, registry: Registry, version: string): void {
  registry.sessionTold = (facts) => ofSessions.receiveFacts(facts);
  chronicle.note("serviceStarted", { data: { version, sessions: registry.sessions.length } });
}

const dayMs = 86_400_000;
