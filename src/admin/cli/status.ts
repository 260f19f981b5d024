import type { adminContract } from "#contracts/admin.ts";
import type { ReplyOf } from "#contracts/contract.ts";
import type { PolicyStanding } from "#contracts/policy.ts";
import { withAdmin } from "./adminSocket.ts";
import { logonModeWords } from "./changeLogon.ts";
import { plain } from "./columns.ts";
import { command } from "./command.ts";

export const status = command({
  name: "status",
  group: "service",
  summary: "Shows whether the service runs, where it listens, and its certificate's fingerprint",
  operands: "",
  operandCount: { from: 0, to: 0 },
  switches: {},
  details: [
    "The fingerprint is the one that clients show when they ask whether to trust this host.",
    "Cookies bring clients back without a password after a broken network; those that were forged, used before or too old are refused.",
  ],
  examples: [
    { line: "holdfast status", does: "is it running?" },
    { line: "holdfast status --json", does: "for a monitor" },
  ],
  exits: { 0: "it runs", 1: "it does not run", 2: "wrong usage", 5: "the service does not let you in" },
  json:
    '{"version":"0.1.0","pid":812,"listening":["0.0.0.0:3389"],"fingerprint":"…",' +
    '"singleUser":false,"hostName":"ts1","seats":{"used":1,"limit":2,"because":"…"},"cookies":{"returned":3,"refused":0},"logonMode":"enabled",' +
    '"policy":{"file":"/etc/holdfast/holdfast.toml","inForceSince":1795239300000,"changed":false,"problems":[]}}',
  run: (given, surroundings) =>
    withAdmin(given, surroundings, async (admin) => {
      const facts = await admin.call("status", {});
      if (given.json) return { exit: 0, out: `${JSON.stringify(facts)}\n` };
      const mode = facts.singleUser
        ? "single user: only the user who started it signs in"
        : "the users of this host sign in";
      const { cookies, logonMode, policy, seats } = facts;
      const listening = facts.listening.length === 0 ? "nowhere" : facts.listening.join(", ");
      return {
        exit: 0,
        out:
          `Holdfast ${facts.version} runs on ${facts.hostName} (process ${facts.pid}).\n` +
          `  Listening    ${listening}\n` +
          `  Fingerprint  ${facts.fingerprint}\n` +
          `  Mode         ${mode}\n` +
          (seats === undefined
            ? ""
            : `  Seats        ${seats.used} of ${seats.limit ?? "any number"} taken (${seats.because})\n`) +
          (logonMode === undefined ? "" : `  Logons       ${logonModeWords(logonMode)}\n`) +
          reservedLine(facts) +
          otherVersionLines(facts) +
          (policy === undefined ? "" : policyLines(policy)) +
          (cookies === undefined ? "" : `  Cookies      ${cookies.returned} returned, ${cookies.refused} refused\n`),
      };
    }),
});

/** What `/admin` can count on, and by what means. */
function reservedLine({ reserved }: Status): string {
  if (reserved === undefined) return "";
  const { memoryMB, processes, usersMemoryMB, usersProcesses } = reserved;
  const memory =
    usersMemoryMB === undefined ? "are ended first when memory is used up" : `have ${usersMemoryMB} MB in all`;
  const others =
    usersProcesses === undefined ? "have a limit of processes each" : `have ${usersProcesses} processes in all`;
  return `  Reserved     ${memoryMB} MB and ${processes} processes for /admin; other sessions ${memory} and ${others}\n`;
}

/**
 * Sessions that have outlived an upgrade, or a step back, that changed what keepers and the service say to each other.
 */
function otherVersionLines({ otherVersions = [], keeperVersion = 0 }: Status): string {
  return otherVersions
    .map(({ session, version, attachable }) => {
      const may = attachable
        ? "works as the others do"
        : `runs on, but can only be listed, disconnected and ended: holdfast logoff ${session}`;
      return `  Session ${String(session).padEnd(5)}its keeper speaks contract ${version}, this service ${keeperVersion}: it ${may}\n`;
    })
    .join("");
}

type Status = ReplyOf<(typeof adminContract)["calls"]["status"]>;

/** The file that settings come from, and whether it can be taken up as it is now. */
function policyLines({ file, changed, problems }: PolicyStanding): string {
  const [first] = problems;
  if (first !== undefined) {
    const more = problems.length === 1 ? "" : ` (and ${problems.length - 1} more: holdfast policy check)`;
    return `  Policy       ${file} IS BROKEN; what it said before goes on counting\n               ${plain(first)}${more}\n`;
  }
  return `  Policy       ${file}${changed ? ", which has changed since: holdfast restart takes it up" : ""}\n`;
}
