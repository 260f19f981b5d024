import type { Command } from "./command.ts";

/** A command before it is loaded: only the one that is asked for is. */
export interface CommandEntry {
  readonly name: string;
  readonly alias?: string;
  load(): Promise<Command>;
}

/** Every command, in the order of the map. The names are the declarations' own (tested). */
export const commandTable: readonly CommandEntry[] = [
  { name: "query session", alias: "qwinsta", load: async () => (await import("./querySession.ts")).querySession },
  { name: "query user", alias: "quser", load: async () => (await import("./queryUser.ts")).queryUser },
  { name: "query process", alias: "qprocess", load: async () => (await import("./queryProcess.ts")).queryProcess },
  { name: "query connection", load: async () => (await import("./queryConnection.ts")).queryConnection },
  { name: "query licence", alias: "query license", load: async () => (await import("./queryLicence.ts")).queryLicence },
  { name: "query waits", load: async () => (await import("./queryWaits.ts")).queryWaits },
  { name: "metrics", load: async () => (await import("./metrics.ts")).metrics },
  { name: "probe", load: async () => (await import("./probe.ts")).probe },
  { name: "replay", load: async () => (await import("./replay.ts")).replay },
  { name: "test signin", load: async () => (await import("./testSignin.ts")).testSignin },
  { name: "explain", load: async () => (await import("./explain.ts")).explain },
  { name: "events", load: async () => (await import("./events.ts")).events },
  { name: "leaks clean", load: async () => (await import("./leaksClean.ts")).leaksClean },
  { name: "leaks", load: async () => (await import("./leaks.ts")).leaks },
  { name: "codecs forget", load: async () => (await import("./codecsForget.ts")).codecsForget },
  { name: "codecs", load: async () => (await import("./codecs.ts")).codecs },
  { name: "memory", load: async () => (await import("./memory.ts")).memory },
  { name: "dump list", load: async () => (await import("./dumpList.ts")).dumpList },
  { name: "dump show", load: async () => (await import("./dumpList.ts")).dumpShow },
  { name: "dump compare", load: async () => (await import("./dumpList.ts")).dumpCompare },
  { name: "dump", load: async () => (await import("./dump.ts")).dump },
  { name: "tsdiscon", load: async () => (await import("./tsdiscon.ts")).tsdiscon },
  { name: "tscon", load: async () => (await import("./tscon.ts")).tscon },
  { name: "logoff", load: async () => (await import("./logoff.ts")).logoff },
  { name: "reset session", alias: "rwinsta", load: async () => (await import("./resetSession.ts")).resetSession },
  { name: "overlay", load: async () => (await import("./overlay.ts")).overlay },
  { name: "msg", load: async () => (await import("./msg.ts")).msg },
  { name: "user enroll", load: async () => (await import("./userEnroll.ts")).userEnroll },
  { name: "user forget", load: async () => (await import("./userForget.ts")).userForget },
  { name: "change logon", alias: "chglogon", load: async () => (await import("./changeLogon.ts")).changeLogon },
  { name: "policy show", load: async () => (await import("./policyShow.ts")).policyShow },
  { name: "policy why", load: async () => (await import("./policyWhy.ts")).policyWhy },
  { name: "policy without", load: async () => (await import("./policyWithout.ts")).policyWithout },
  { name: "policy import", load: async () => (await import("./policyImport.ts")).policyImport },
  { name: "policy check", load: async () => (await import("./policyCheck.ts")).policyCheck },
  { name: "serve", load: async () => (await import("./serve.ts")).serve },
  { name: "restart", load: async () => (await import("./restart.ts")).restart },
  { name: "trace start", load: async () => (await import("./traceStart.ts")).traceStart },
  { name: "trace stop", load: async () => (await import("./traceStop.ts")).traceStop },
  { name: "trace save", load: async () => (await import("./traceSave.ts")).traceSave },
  { name: "trace status", load: async () => (await import("./traceStatus.ts")).traceStatus },
  { name: "trace list", load: async () => (await import("./traceList.ts")).traceList },
  { name: "doctor", load: async () => (await import("./doctor.ts")).doctor },
  { name: "status", load: async () => (await import("./status.ts")).status },
];
