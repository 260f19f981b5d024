import { anything, integer, object, oneOf, optional, text } from "#base/shape/shape.ts";
import type { ShapeValue } from "#base/shape/shape.ts";
import { connectionIdShape, sessionIdShape, wallTimeShape } from "./facts.ts";

export const eventLevels = ["information", "warning", "error"] as const;
export type EventLevel = (typeof eventLevels)[number];

/** One line of the event log. */
export const eventShape = object({
  at: wallTimeShape,
  /** Windows' name of the log, in full. */
  channel: text,
  /** Windows' number of the event. */
  id: integer({ from: 0, to: 0xffff }),
  level: oneOf(...eventLevels),
  message: text,
  user: optional(text),
  session: optional(sessionIdShape),
  connection: optional(connectionIdShape),
  address: optional(text),
  /** The record that says more: `holdfast explain`. */
  record: optional(text),
  /** The event's own fields, under Windows' names. */
  data: optional(anything),
});
export type LoggedEvent = ShapeValue<typeof eventShape>;

/** What an event is about; its own fields are named as in Windows' manifest. */
export interface EventFacts {
  readonly user?: string | undefined;
  readonly session?: LoggedEvent["session"] | undefined;
  readonly connection?: LoggedEvent["connection"] | undefined;
  readonly address?: string | undefined;
  readonly record?: string | undefined;
  readonly data?: Readonly<Record<string, string | number | boolean | undefined>> | undefined;
}

interface EventKind {
  readonly channel: string;
  readonly id: number;
  readonly level: EventLevel;
  readonly message: (facts: EventFacts) => string;
}

/** Windows' names of the logs. */
export const eventChannels = {
  LocalSessionManager: "Microsoft-Windows-TerminalServices-LocalSessionManager/Operational",
  RemoteConnectionManager: "Microsoft-Windows-TerminalServices-RemoteConnectionManager/Operational",
  RdpCoreTS: "Microsoft-Windows-RemoteDesktopServices-RdpCoreTS/Operational",
  /** What Windows has no number for. */
  Holdfast: "Holdfast/Operational",
} as const;

const sessionManager = kindsOf(eventChannels.LocalSessionManager);
const connectionManager = kindsOf(eventChannels.RemoteConnectionManager);
const core = kindsOf(eventChannels.RdpCoreTS);
const own = kindsOf(eventChannels.Holdfast);

/** Every event that is written. Numbers and fields are Windows' where it has such an event. */
export const eventKinds = {
  sessionLogon: sessionManager(21, "information", (e) => `Session logon succeeded${who(e)}`),
  shellStart: sessionManager(22, "information", (e) => `Shell start notification received${who(e)}`),
  sessionLogoff: sessionManager(23, "information", (e) => `Session logoff succeeded${who(e)}`),
  sessionDisconnected: sessionManager(24, "information", (e) => `Session has been disconnected${who(e)}`),
  sessionReconnected: sessionManager(25, "information", (e) => `Session reconnection succeeded${who(e)}`),
  disconnectedBySession: sessionManager(
    39,
    "information",
    (e) =>
      `Session ${e.data?.["TargetSession"]} has been disconnected by session ${e.data?.["Source"]}${e.data?.["By"] === undefined ? "" : ` (${e.data["By"]})`}`,
  ),
  disconnectReason: sessionManager(
    40,
    "information",
    (e) => `Session ${e.data?.["Session"]} has been disconnected, reason code ${e.data?.["Reason"]}`,
  ),
  arbitrationBegins: sessionManager(41, "information", (e) => `Begin session arbitration${who(e)}`),
  arbitrationEnds: sessionManager(42, "information", (e) => `End session arbitration${who(e)}`),
  listenerStarted: connectionManager(
    258,
    "information",
    (e) => `Listener ${e.data?.["listenerName"]} has started listening`,
  ),
  listenerStopped: connectionManager(
    259,
    "information",
    (e) => `Listener ${e.data?.["listenerName"]} has stopped listening`,
  ),
  listenerConnection: connectionManager(
    261,
    "information",
    (e) => `Listener ${e.data?.["listenerName"]} received a connection`,
  ),
  tooManyConnections: connectionManager(
    1006,
    "warning",
    (e) => `A large number of incomplete connections was received; the last one from ${e.address} was let go`,
  ),
  authenticated: connectionManager(1149, "information", (e) => `User authentication succeeded${who(e)}`),
  connectionCreated: core(65, "information", (e) => `Connection ${e.data?.["ConnectionName"]} created`),
  connectionAssigned: core(
    66,
    "information",
    (e) => `Connection ${e.data?.["ConnectionName"]} is assigned to session ${e.data?.["SessionID"]}`,
  ),
  firstPicture: core(
    68,
    "information",
    (e) =>
      `Connection ${e.data?.["ConnectionName"]} shows its first picture ${e.data?.["FirstGraphicsReceived"]} ms after it was accepted`,
  ),
  serverEnded: core(102, "information", () => "The server has ended the main RDP connection with the client"),
  disconnected: core(103, "information", (e) => `The disconnect reason is ${e.data?.["ReasonCode"]}`),
  accepted: core(
    131,
    "information",
    (e) =>
      `The server accepted a new ${e.data?.["TransportProtocolName"]} connection from client ${e.data?.["ClientIP"]}`,
  ),
  clientDropped: core(
    139,
    "warning",
    (e) =>
      `The server security layer or the protocol found an error, and the client ${e.address} was dropped: ${e.data?.["ResultCode"]}`,
  ),
  wrongPassword: core(
    140,
    "warning",
    (e) =>
      `A connection from the client computer with an IP address of ${e.address} failed because the user name or password is not correct`,
  ),
  clientSilent: core(
    145,
    "warning",
    (e) => `Nothing came from the client ${e.address} for ${e.data?.["IdleSeconds"]} seconds`,
  ),
  serviceStarted: own(
    1,
    "information",
    (e) => `Holdfast ${e.data?.["version"]} has started, with ${e.data?.["sessions"]} sessions`,
  ),
  serviceStopped: own(2, "information", () => "Holdfast stops; sessions and connected clients go on"),
  refused: own(3, "warning", (e) => `Refused: ${e.data?.["Code"]} ${e.data?.["Title"]}: ${e.data?.["Explanation"]}`),
  connectionEnded: own(
    8,
    "information",
    (e) => `Connection ended: ${e.data?.["Code"]} ${e.data?.["Title"]}: ${e.data?.["Explanation"]}`,
  ),
  signInRefused: own(4, "warning", (e) => `Sign-in refused: ${e.data?.["Code"]} ${e.data?.["Title"]}${who(e)}`),
  sessionEnded: own(5, "information", (e) => `Session ended: ${e.data?.["Explanation"]}${who(e)}`),
  logonModeChanged: own(
    6,
    "warning",
    (e) => `The logon mode is “${e.data?.["Mode"]}” now, by the order of uid ${e.data?.["Uid"]}`,
  ),
  eventsLost: own(
    7,
    "error",
    (e) => `${e.data?.["Count"]} events could not be written and are lost: ${e.data?.["Why"]}`,
  ),
  codecRejected: own(
    30,
    "warning",
    (e) =>
      `The client ${e.data?.["Client"]} (build ${e.data?.["Build"]}) goes away when it is sent ${e.data?.["Codec"]}, which it says it knows: it is not sent it any more`,
  ),
  codecsForgotten: own(
    31,
    "information",
    (e) => `What the client ${e.data?.["Client"]} has rejected is forgotten, by the order of uid ${e.data?.["Uid"]}`,
  ),
  traceCollected: own(
    20,
    "information",
    (e) => `The trace ${e.data?.["Trace"]} has ended: ${e.data?.["Because"]}. It is in ${e.data?.["Path"]}`,
  ),
  traceLost: own(21, "error", (e) => `The trace ${e.data?.["Trace"]} has ended and is lost: ${e.data?.["Why"]}`),
} as const;
export type EventName = keyof typeof eventKinds;

/** As events are written. */
export function loggedEvent(name: EventName, at: LoggedEvent["at"], facts: EventFacts): LoggedEvent {
  const { channel, id, level, message } = eventKinds[name];
  const given = Object.fromEntries(Object.entries(facts).filter(([, fact]) => fact !== undefined));
  return { at, channel, id, level, message: message(facts).slice(0, messageMax), ...given };
}

function kindsOf(channel: string) {
  return (id: number, level: EventLevel, message: EventKind["message"]): EventKind => ({ channel, id, level, message });
}

/** Characters: more than any sentence of ours; what a client sent may be in it. */
const messageMax = 1000;

/** In the manner of Windows, as far as it is known. */
function who({ user, session, address }: EventFacts): string {
  const parts = [
    user === undefined ? [] : [`User: ${user}`],
    session === undefined ? [] : [`Session ID: ${session}`],
    address === undefined ? [] : [`Source Network Address: ${address}`],
  ].flat();
  return parts.length === 0 ? "" : `: ${parts.join(", ")}`;
}
