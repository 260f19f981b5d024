import { wallTime } from "#base/units.ts";
import { defaultPolicy } from "#policy/configuration/policyInForce.ts";
import { adminApi } from "#service/admin/adminApi.ts";
import { Registry } from "#service/registry.ts";
import { silentLog } from "#system/log.ts";

type Parts = Parameters<typeof adminApi>[0];

/** The service's own admin API over a few real parts; whoever asks another one gets an error. */
export function plantedAdminApi(parts: Partial<Parts>): ReturnType<typeof adminApi> {
  return adminApi({
    registry: new Registry(),
    authority: { enroll: unasked, forget: unasked },
    moves: { move: unasked, turnOverlay: unasked },
    insides: { ask: unasked, waits: unasked, sendDump: unasked, hold: unasked, rooms: async () => undefined },
    messages: { show: unasked },
    traces: { start: unasked, stop: unasked, save: unasked, status: { remembered: 0 }, archives: [] },
    chronicle: { note: unasked },
    history: { events: unasked, records: unasked, recordIds: unasked, next: unasked },
    codecs: { clients: [], forget: unasked },
    leaks: { find: unasked, clean: unasked, memory: unasked },
    checkPassword: unasked,
    administrators: "",
    status: () => ({
      version: "0",
      pid: process.pid,
      listening: ["127.0.0.1:3389"],
      fingerprint: "",
      singleUser: false,
      hostName: "ts1",
      startedAt: wallTime(0),
      seats: { used: 0, because: "" },
      cookies: { returned: 0, refused: 0 },
      logonMode: "enabled",
    }),
    licences: unasked,
    restart: unasked,
    setLogonMode: unasked,
    policyParts: {
      policy: defaultPolicy,
      userPolicies: { person: unasked },
      users: { byName: unasked },
      isAdministrator: unasked,
    },
    log: silentLog,
    ...parts,
  });
}

function unasked(): never {
  throw new Error("nobody asks for this");
}
