import { boolean, integer, oneOf, optional } from "#base/shape/shape.ts";
import { setting } from "../setting.ts";

/** Windows writes "no limit" in two ways. */
function countOf(value: number): number {
  return value === 0xffff_ffff ? 999_999 : value;
}

/** Who may have a session, and what is kept for the administrators. */
export const seatSettings = {
  ServerMode: setting({
    shape: oneOf("administration", "applicationServer"),
    fallback: "administration",
    means:
      "administration: two sessions at the same time, for those who look after the host, as on a Windows server without the role; applicationServer: as many as MaxInstanceCount says, or the host has room for.",
  }),
  MaxInstanceCount: setting<number | undefined>({
    shape: optional(integer({ from: 1, to: 999_999 })),
    fallback: undefined,
    windows: { keys: ["POL", "RDPTCP"], policy: "TS_MAX_CON_POLICY", translate: countOf },
    means:
      "How many sessions may be in use at the same time, those by the administrator's door apart; 999999: no limit. Without it 2 in administration; in applicationServer what memory and processes allow, which `holdfast status` shows.",
  }),
  DisconnectedCount: setting({
    shape: boolean,
    fallback: false,
    means:
      "Whether a disconnected session keeps its seat, as on Windows 2003. Otherwise its user needs a free seat to return.",
  }),
  fSingleSessionPerUser: setting({
    shape: integer({ from: 0, to: 1 }),
    fallback: 1,
    windows: { keys: ["POL", "TSKEY"], policy: "TS_SINGLE_SESSION" },
    means: "1: a user has one session and always returns to it; 0: he may have several, and chooses.",
  }),
  LicensingMode: setting({
    shape: integer({ from: 2, to: 5 }),
    fallback: 5,
    windows: { keys: ["POL"], policy: "TS_LICENSING_MODE" },
    means:
      "Whom licences are counted by in applicationServer, as on Windows: 2 devices, 4 users, 5 (and 3) nobody. Holdfast itself needs none: this is for hosts that promised somebody to count.",
  }),
  Licences: setting({
    shape: integer({ from: 0, to: 65_535 }),
    fallback: 0,
    means: "How many licences LicensingMode counts. Over-use is reported by `holdfast query licence` and in the log.",
  }),
  RefuseWithoutLicence: setting({
    shape: boolean,
    fallback: false,
    means:
      "Whether newcomers for whom no licence is left are refused once 120 days of grace are over; never at the administrator's door, and never somebody who returns to his session.",
  }),
  UsersMayEndDisconnected: setting({
    shape: boolean,
    fallback: false,
    means: "Whether everybody who finds all seats taken may end sessions that others have left disconnected.",
  }),
  AskSeconds: setting({
    shape: integer({ from: 5, to: 60 }),
    fallback: 30,
    unit: "seconds",
    means: "How long somebody has time to answer who is asked to give his seat to another.",
  }),
  SilenceGivesWay: setting({
    shape: boolean,
    fallback: true,
    means: "Whether no answer to that question means yes, as on Windows; his session is disconnected, not ended.",
  }),
  ReservedMemory: setting({
    shape: integer({ from: 0, to: 1_000_000 }),
    fallback: 256,
    unit: "MB",
    means:
      "Memory that is kept for the administrator's door. Below it new sessions are refused; the programs of all others together get no more than the rest, where the host has control groups (cgroup v1 or v2) that can be written, and are ended first when memory is used up.",
  }),
  ReservedProcesses: setting({
    shape: integer({ from: 0, to: 1_000_000 }),
    fallback: 100,
    means:
      "The same for processes (threads, as the kernel counts them). Without control groups it is a limit for each user by himself.",
  }),
  ReservedDescriptors: setting({
    shape: integer({ from: 0, to: 1_000_000 }),
    fallback: 128,
    means: "The same for files that can be opened, on the host and by the service.",
  }),
  ReservedRunSpace: setting({
    shape: integer({ from: 0, to: 1_000_000 }),
    fallback: 16,
    unit: "MB",
    means: "The same for the room where sessions have their sockets and screens.",
  }),
} as const;
