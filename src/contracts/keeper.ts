import {
  boolean,
  listOf,
  object,
  oneOf,
  optional,
  text,
  variants,
  integer,
  type ShapeValue,
} from "#base/shape/shape.ts";
import { seconds } from "#base/units.ts";
import { call, contract, nothing } from "./contract.ts";
import {
  clientShape,
  connectionIdShape,
  keyboardShape,
  processListShape,
  sessionFactsShape,
  sessionIdShape,
  sizeShape,
} from "./facts.ts";
import { insideShape } from "./inside.ts";
import { xClientUseShape } from "./leaks.ts";

/**
 * What a keeper is told when it is started: one JSON line on its standard input. Everything else it finds itself.
 * `sessionFolder` exists, belongs to root (or the one user in single-user mode) and holds the keeper's socket
 * `keeper.sock`.
 */
export const keeperStartShape = object({
  id: sessionIdShape,
  user: text,
  sessionFolder: text,
  /** Whom the connection processes run as; the socket is made accessible to this group. Absent in single-user mode. */
  connectionGid: optional(integer({ from: 0, to: 0xffffffff })),
  /** PAM service name; absent in single-user mode, where nothing is opened through PAM. */
  pamService: optional(text),
  /** How long PAM may take to open the session; absent: 40 s, which is also the most. */
  pamSeconds: optional(integer({ from: 1, to: 90 })),
  size: sizeShape,
  /** The largest desktop the session can ever take. */
  sizeMax: sizeShape,
  keyboard: keyboardShape,
  client: clientShape,
  /** By the administrator's door. */
  administrative: optional(boolean),
  /**
   * What all users' sessions have together; absent: nothing is kept from this one, as by the administrator's door.
   * `groups`: folders of control groups.
   */
  budget: optional(
    object({
      groups: listOf(text, { atMost: 4 }),
      processesPerUser: optional(integer({ from: 1, to: Number.MAX_SAFE_INTEGER })),
    }),
  ),
  /** A command line for the desktop instead of what the user or the host has chosen. */
  command: optional(text),
  /** The host's own choice of desktop: `/etc/holdfast/startwm`, or wherever the configuration says. */
  startwm: text,
});
export type KeeperStart = ShapeValue<typeof keeperStartShape>;

/**
 * On whose account something was done to a session, as the service tells the keeper and the keeper the connection.
 * Both take words that they do not know for no word at all.
 */
const causeShape = object({
  /** See `KnownCause`. */
  by: text,
  /** E.g. the limit in milliseconds, or who has got the place. */
  detail: optional(text),
});
export type Cause = ShapeValue<typeof causeShape>;
/** A limit of time, somebody else to whom the holder gave his place, or the order of whom `detail` names. */
export type KnownCause = "MaxIdleTime" | "MaxConnectionTime" | "MaxDisconnectionTime" | "placeGiven" | "order";

/**
 * Why a session did not start or has ended: one word for programs, a sentence and the last lines of stderr for people.
 */
export const sessionEndShape = object({
  cause: oneOf(
    "signedOut",
    "reset",
    "desktopEnded",
    "pamRefused",
    "userUnknown",
    "serverFailed",
    "serverDied",
    "desktopFailed",
    "keeperFailed",
  ),
  sentence: text,
  /** Who said it: "Xvfb", "pam_open_session", the desktop's command. */
  culprit: text,
  log: listOf(text, { atMost: 40 }),
  /** Of PAM's no: where the rule stands, as near as that is known: "/etc/pam.d/holdfast:7". */
  rule: optional(text),
  /** Of an end that was ordered; absent: nobody knows by whom, or an older keeper. */
  orderedFor: optional(causeShape),
});
export type SessionEnd = ShapeValue<typeof sessionEndShape>;

/** Why an attached connection has to go. */
export const detachReasonShape = variants({
  /** Another connection of the same user took the session over. */
  replaced: object({
    by: clientShape,
    /** Who has moved it there with `tscon`; absent: its user has signed in there. */
    movedBy: optional(text),
  }),
  /** `tsdiscon`, or an administrator's tool. */
  disconnected: object({ orderedFor: optional(causeShape) }),
  sessionEnded: object({ end: sessionEndShape }),
});
export type DetachReason = ShapeValue<typeof detachReasonShape>;

/** What the desktop's first program is called, and what it said last on its standard error. */
export const lastWordsShape = object({ name: text, lines: listOf(text, { atMost: 40 }) });
export type LastWords = ShapeValue<typeof lastWordsShape>;

/** The session's process and those who come to it: the service (facts, orders) and one connection (the desktop). */
export const keeperContract = contract({
  name: "keeper",
  version: 1,
  oldest: 1,
  calls: {
    facts: call(seconds(2), nothing, sessionFactsShape),
    processes: call(seconds(2), nothing, processListShape),
    /** What the X server's clients hold in it. Keepers of an older version do not know this call. */
    xClients: call(seconds(4), nothing, listOf(xClientUseShape, { atMost: 2048 })),
    /** What it knows of itself. Keepers of an older version know neither this call nor the next. */
    inside: call(seconds(2), nothing, insideShape),
    /**
     * It sends its report and heap snapshot to whoever listens at this path (`system/dump/sendDump.ts`), from now on.
     */
    sendDump: call(seconds(2), object({ path: text }), nothing),
    /** Waits until the desktop can be attached to, or says why it never will. */
    ready: call(seconds(60), nothing, variants({ ready: nothing, ended: object({ end: sessionEndShape }) })),
    /** The service announces the connection that will come with this ticket within 15 s. */
    expect: call(
      seconds(2),
      object({
        ticket: text,
        connection: connectionIdShape,
        client: clientShape,
        /** It comes by the administrator's door: as long as it is there the session takes no seat. */
        administrative: optional(boolean),
        /** Who moves the session there; absent: its user comes by himself. */
        movedBy: optional(text),
      }),
      nothing,
    ),
    /**
     * A connection presents its ticket. The reply comes with one file descriptor (SCM_RIGHTS): the framebuffer file,
     * read only. From then on this socket is the attachment: when it closes, the session is `Disc`. An earlier
     * attachment is told `detach`.
     */
    attach: call(
      seconds(5),
      object({ ticket: text }),
      variants({
        attached: object({
          session: sessionFactsShape,
          display: integer({ from: 0, to: 65535 }),
          cookie: text,
          sizeMax: sizeShape,
        }),
        /** `end`: why it ended, where the keeper knows. */
        refused: object({ why: oneOf("unknownTicket", "ended"), end: optional(sessionEndShape) }),
      }),
    ),
    /** For a user who sees an empty screen. Keepers of an older version know no such call. */
    lastWords: call(seconds(3), nothing, lastWordsShape),
    /**
     * What was recorded here, in base64, from the place `from` on; `follow` begins a profile, `end` ends it. Keepers of
     * an older version know no such call.
     */
    trace: call(
      seconds(5),
      object({
        order: oneOf("take", "follow", "end"),
        from: integer({ from: 0, to: Number.MAX_SAFE_INTEGER }),
      }),
      object({
        records: text,
        /** Where to go on; absent: that was all. */
        next: optional(integer({ from: 0, to: Number.MAX_SAFE_INTEGER })),
        /** With the last part: the text of a CPU profile. */
        profile: optional(text),
      }),
    ),
    /** By the attached connection: the client's keyboard. */
    setKeyboard: call(seconds(3), keyboardShape, nothing),
    /** Takes the attachment away; the session stays. */
    disconnect: call(seconds(2), object({ orderedFor: optional(causeShape) }), nothing),
    /** signOut: asks the programs to end, then ends them after 5 s. reset: ends them at once. */
    end: call(seconds(8), object({ how: oneOf("signOut", "reset"), orderedFor: optional(causeShape) }), nothing),
  },
  serverNews: {
    /** To everyone connected, whenever they change (input at most every 10 s). */
    facts: sessionFactsShape,
    /** To the attached connection; the keeper closes the socket after it. */
    detach: object({ reason: detachReasonShape }),
    /** To everyone, last of all. */
    ended: object({ end: sessionEndShape }),
  },
  clientNews: {
    /** By the attached connection, at most once a second: there was input. */
    input: nothing,
  },
});
