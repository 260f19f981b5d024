import { wallTime } from "#base/units.ts";
import type { ConnectionPhase, EndRecord, Journey } from "#contracts/record.ts";
import type { ConnectionFacts } from "#contracts/service.ts";
import { plain } from "./columns.ts";
import { dateAndTime } from "./pastTime.ts";

/** A record as `explain` prints it: what, why, whose, what to do; then the way there. */
export function explanationOf(record: EndRecord): string {
  const { id, words, how, at, user, authenticated, client, connection, session } = record;
  const heading = words === undefined ? `${id}  ${endWords[record.what]}` : `${id}  ${words.code}  ${words.title}`;
  const from = client === undefined ? "" : ` from ${client.address}${client.name === "" ? "" : ` (${client.name})`}`;
  const name = user === undefined ? "nobody has signed in" : `${user}${authenticated ? "" : " (as he says)"}`;
  const numbers = [
    ...(connection === undefined ? [] : [`connection ${connection}`]),
    ...(session === undefined ? [] : [`session ${session}`]),
  ];
  const facts: readonly (readonly [string, string])[] = [
    ["When", dateAndTime(at)],
    ["Who", [`${name}${from}`, ...numbers].join(", ")],
    ["What", words?.explanation ?? `${how}.`],
    ...(words === undefined ? [] : ([["Cause", words.cause]] as const)),
    ["Step", `${stepWords(record.step)}, since ${dateAndTime(record.stepSince)} (${lasted(at - record.stepSince)})`],
    ["Began", `${dateAndTime(record.since)} (${lasted(at - record.since)} before)`],
    ...(words === undefined
      ? []
      : ([
          ["What to do", words.remedy],
          ["Who can", words.helpers.join(", ")],
          ["Client told", `${words.errorInfo} (${record.reason})`],
        ] as const)),
  ];
  return [heading, ...facts.map(([title, text]) => line(title, text)), ...lastLines(record.facts), ...wayOf(record)]
    .map((each) => `${each}\n`)
    .join("");
}

/** Of a connection that goes on: its way so far. */
export function livingExplanation(facts: ConnectionFacts, now: number): string {
  const { id, acceptedAt, client, user, session, step, journey } = facts;
  if (journey === undefined) return "";
  const who = user ?? "nobody has signed in";
  const at = session === undefined ? "" : `, session ${session}`;
  return [
    `${journey.record}  The connection goes on`,
    line("Who", `${who} from ${client.address}, connection ${id}${at}`),
    line("Step", `${stepWords(journey.phases.at(-1)?.phase ?? step)} (${step})`),
    line("Began", dateAndTime(acceptedAt)),
    ...wayOf({ ...journey, since: acceptedAt, at: wallTime(now) }),
  ]
    .map((each) => `${each}\n`)
    .join("");
}

/** One line a record: enough to find the one that is meant. */
export function recordLine(record: EndRecord): string {
  const { id, at, words, user = "-", client, how } = record;
  const what = words === undefined ? `${endWords[record.what]}: ${how}` : `${words.code}  ${words.title}`;
  return plain(`${id}  ${dateAndTime(at)}  ${user}  ${client?.address ?? "-"}  ${what}`);
}

function wayOf({
  phases,
  waits,
  at,
  since,
}: Pick<Journey, "phases" | "waits"> & { at: number; since: number }): string[] {
  const timeline = phases.map(({ phase, at: begun }, index) => {
    const took = (phases[index + 1]?.at ?? at - since) - begun;
    return `    ${`${begun} ms`.padStart(10)}  ${stepWords(phase).padEnd(34)} ${lasted(took).padStart(9)}`;
  });
  const waited = waits.map(({ for: what, count, took, open }) => {
    const times = count === 1 ? "" : ` (${count} times)`;
    return `    ${lasted(took).padStart(10)}  ${plain(what)}${times}${open === true ? ", and still waiting" : ""}`;
  });
  return [
    ...(timeline.length === 0 ? [] : ["  Timeline", ...timeline]),
    ...(waited.length === 0 ? [] : ["  Waited for", ...waited]),
  ];
}

/** What a program said last, where the facts have it. */
function lastLines(facts: unknown): readonly string[] {
  const log: unknown = typeof facts === "object" && facts !== null && "log" in facts ? facts.log : undefined;
  if (!Array.isArray(log) || log.length === 0) return [];
  return ["  Its last lines", ...log.map((each) => `    ${plain(String(each))}`)];
}

function line(title: string, text: string): string {
  return `  ${title.padEnd(12)} ${plain(text)}`;
}

/** "340 ms", "12.3 s", "4 min 5 s", "2 h 10 min". */
function lasted(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 120_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

function stepWords(step: string): string {
  return isPhase(step) ? phaseWords[step] : step;
}

function isPhase(step: string): step is ConnectionPhase {
  return Object.hasOwn(phaseWords, step);
}

const endWords = {
  refused: "Refused",
  connectionEnded: "The connection has ended",
  sessionEnded: "The session has ended",
} as const;

const phaseWords: Readonly<Record<ConnectionPhase, string>> = {
  accept: "accept",
  negotiation: "negotiation (X.224)",
  tls: "TLS",
  nla: "NLA",
  settings: "settings and channels",
  capabilities: "capabilities",
  graphics: "graphics channel",
  signIn: "sign-in",
  decision: "decision: which session, which seat",
  attach: "attach to the session",
  firstFrame: "first picture",
  live: "desktop",
};
