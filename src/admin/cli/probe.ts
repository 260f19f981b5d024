import type { HostAndPort } from "#contracts/orders.ts";
import { askForUser } from "./askForUser.ts";
import { command, type Outcome, type Surroundings } from "./command.ts";
import type { CommandLine } from "./commandLine.ts";
import { hostAndPort } from "./hostAndPort.ts";

export const probe = command({
  name: "probe",
  group: "look",
  summary: "Looks at an RDP server as a client sees it, step by step: this one or any other, Windows and xrdp too",
  operands: "HOST[:PORT]",
  operandCount: { from: 1, to: 1 },
  switches: {
    user: { takes: "NAME", means: "Signs in as NAME or DOMAIN\\NAME; the password is asked for, see below." },
    signin: { means: "With --user: no further than the host's word that the user may come in." },
    screenshot: {
      takes: "FILE",
      means: "Writes the host's first whole picture into a PNG file that only you may read.",
    },
    repeat: { takes: "N", means: "Connects N times, and shows the spread of each step; 2 to 1000." },
    compare: { takes: "HOST2[:PORT]", means: "Looks at another host too, and shows both side by side." },
    timeout: { takes: "SECONDS", means: "How long each step may take; 10." },
  },
  details: [
    "Without a user it goes as far as the host lets anybody: to the names that the host tells, or to its sign-in " +
      "screen. It makes some six connections, one after the other, to learn what the host offers; nobody's password " +
      "is tried, and no session begins.",
    "With a user it signs in once (with --repeat: N times). A session that begins so stays on the host, " +
      "disconnected. The password is typed at the terminal and not shown, or is the first line of standard input; " +
      "there is no switch for it, and it is never printed.",
    "The certificate is looked at and never refused. With NLA the password is proved to the host before it is sent, and " +
      "without NLA it is sent to whoever holds the certificate: compare the fingerprint first.",
  ],
  examples: [
    { line: "holdfast probe ts1.example.com", does: "does it answer, and how fast?" },
    { line: "holdfast probe localhost --user bob --screenshot desk.png", does: "as bob, to the first picture" },
    { line: "holdfast probe ts1 --user bob --signin < password.txt", does: "may bob come in? for a script" },
    { line: "holdfast probe ts1 --repeat 20", does: "how long does each step take?" },
    { line: "holdfast probe ts1 --compare ts2:3390", does: "what is different at the other one?" },
  ],
  exits: {
    0: "it is an RDP server, and everything that was asked for was reached (with --compare: at both)",
    1: "it is not reached, is no RDP server, or stops on the way",
    2: "wrong usage",
    5: "denied: it refuses the user",
  },
  json:
    '{"probes":[{"host":"ts1","port":3389,"addresses":["192.0.2.7"],"at":"2026-11-20T21:15:00.000Z",' +
    '"result":"reached","summary":"…","remedy":null,' +
    '"steps":[{"step":"tcp","ms":0.38,"remedy":null,"outcome":"ok","says":"192.0.2.7:3389"}],' +
    '"offers":[{"offer":"TLS","answer":"taken","says":""}],' +
    '"tlsVersions":[{"offer":"TLS 1.3","answer":"taken","says":"TLS_AES_256_GCM_SHA384"}],' +
    '"errorInfo":null,"repeated":null,"screenshot":null,' +
    '"certificate":{"subject":"CN=ts1"},"names":{"computer":"TS1"},"server":{"protocolVersion":"RDP 10.12"}}]}',
  run: async (given, surroundings) => {
    const target = hostAndPort(given.operands[0] ?? "");
    if ("problem" in target) return wrong(target.problem);
    const other = given.has("compare") ? hostAndPort(lastOf(given, "compare")) : undefined;
    if (other !== undefined && "problem" in other) return wrong(other.problem);
    const times = given.has("repeat") ? Number(lastOf(given, "repeat")) : 1;
    if (!Number.isInteger(times) || times < 1 || 1000 < times) return wrong("--repeat takes a number from 1 to 1000.");
    const timeout = given.has("timeout") ? Number(lastOf(given, "timeout")) : 10;
    if (!(0.1 <= timeout && timeout <= 600)) return wrong("--timeout takes seconds, from 0.1 to 600.");
    if (given.has("signin") && !given.has("user")) return wrong("--signin needs --user NAME.");
    if (given.has("screenshot") && given.has("signin"))
      return wrong("--signin sees no picture: leave --screenshot out.");
    if (given.has("screenshot") && other !== undefined) return wrong("--screenshot takes the picture of one host.");
    const targets = other === undefined ? [target] : [target, other];
    return runProbe(given, surroundings, { targets, times, timeout });
  },
});

type Given = CommandLine<"user" | "signin" | "screenshot" | "repeat" | "compare" | "timeout">;

async function runProbe(
  given: Given,
  surroundings: Surroundings,
  order: { readonly targets: readonly HostAndPort[]; readonly times: number; readonly timeout: number },
): Promise<Outcome> {
  const name = given.has("user") ? lastOf(given, "user") : "";
  if (given.has("user") && name === "") return wrong("--user needs a name.");
  const asked = await askForUser(name, surroundings);
  if ("end" in asked) return asked.end;
  return surroundings.probe({
    ...order,
    ...asked,
    signInOnly: given.has("signin"),
    screenshot: given.has("screenshot") ? lastOf(given, "screenshot") : undefined,
    json: given.json,
  });
}

function lastOf(given: Given, name: Parameters<Given["values"]>[0]): string {
  return given.values(name).at(-1) ?? "";
}

function wrong(problem: string): Outcome {
  return { exit: 2, error: `${problem}\nMore: holdfast probe --help\n` };
}
