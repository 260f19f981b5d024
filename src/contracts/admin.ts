import {
  boolean,
  integer,
  listOf,
  number,
  object,
  oneOf,
  optional,
  text,
  variants,
  type ShapeValue,
} from "#base/shape/shape.ts";
import { limits } from "#base/limits.ts";
import { rejectableCodecs } from "#base/rejectableCodec.ts";
import { seconds } from "#base/units.ts";
import { call, contract, nothing } from "./contract.ts";
import { eventShape } from "./event.ts";
import { connectionIdShape, processListShape, sessionFactsShape, sessionIdShape, wallTimeShape } from "./facts.ts";
import { insideShape, openWaitShape } from "./inside.ts";
import { recordShape } from "./record.ts";
import { cleanedShape, leaksReplyShape, memoryReplyShape } from "./leaks.ts";
import { policyReply, policyStandingShape } from "./policy.ts";
import { connectionFactsShape } from "./service.ts";
import { traceEndReply, traceListReply, traceStartReply, traceStatusReply } from "./trace.ts";

/** How an order of the admin API ended. The numbers in the commands' exit codes: done 0, none 1, denied 5. */
const orderReply = variants({
  done: nothing,
  /** No such session or user. */
  none: nothing,
  denied: object({ why: text }),
  failed: object({ why: text }),
});
export type OrderReply = ShapeValue<typeof orderReply>;

/** Who may open or take up a session now. */
const logonMode = oneOf("enabled", "drain", "drainUntilRestart", "disabled");
export type LogonMode = ShapeValue<typeof logonMode>;

/** What is looked for in the history; what is absent does not matter. */
const historyFilter = {
  since: optional(wallTimeShape),
  until: optional(wallTimeShape),
  user: optional(text),
  session: optional(sessionIdShape),
  connection: optional(connectionIdShape),
} as const;
/** Of events: one of these numbers, and a part of the channel's name. */
const eventFilter = {
  ...historyFilter,
  ids: optional(listOf(integer({ from: 0, to: 0xffff }), { atMost: 64 })),
  channel: optional(text),
} as const;

const total = integer({ from: 0, to: Number.MAX_SAFE_INTEGER });

const otherVersionsShape = listOf(
  object({
    session: sessionIdShape,
    version: integer({ from: 0, to: Number.MAX_SAFE_INTEGER }),
    /** Clients can be shown it; if not it can be listed, disconnected and ended. */
    attachable: boolean,
  }),
  { atMost: 65536 },
);
export type OtherVersions = ShapeValue<typeof otherVersionsShape>;

/** What became of a message to a session. */
const messageReply = variants({
  /** It stands there; nobody has waited for its answer. */
  sent: nothing,
  answered: nothing,
  silence: nothing,
  /** Nobody looks at the session, or no longer. */
  notShown: nothing,
  none: nothing,
  denied: object({ why: text }),
});
export type MessageReply = ShapeValue<typeof messageReply>;

const licenceReply = variants({
  /** None are counted: the settings LicensingMode, Licences and ServerMode. */
  uncounted: nothing,
  counted: object({
    per: oneOf("user", "device"),
    count: integer({ from: 1, to: 65_535 }),
    refuses: boolean,
    graceDaysLeft: integer({ from: 0, to: 120 }),
    licences: listOf(
      object({
        holder: text,
        kind: oneOf("temporary", "permanent"),
        issuedAt: wallTimeShape,
        expiresAt: wallTimeShape,
        lastUsedAt: wallTimeShape,
      }),
      { atMost: limits.sessionsInPage },
    ),
    /** There is another page. */
    more: boolean,
    /** For whom none was left when they came last, in the last 60 days; the newest last. */
    uncovered: listOf(object({ holder: text, lastAt: wallTimeShape }), { atMost: 1000 }),
  }),
});
export type LicenceReply = ShapeValue<typeof licenceReply>;

const rejectedCodecsReply = variants({
  found: object({
    /** Whoever was seen last is last. */
    clients: listOf(
      object({
        name: text,
        build: integer({ from: 0, to: 0xffffffff }),
        /** Present: it counts for clients from here alone. */
        address: optional(text),
        rejected: listOf(object({ codec: oneOf(...rejectableCodecs), since: wallTimeShape, until: wallTimeShape }), {
          atMost: rejectableCodecs.length,
        }),
        suspected: optional(
          object({ codec: oneOf(...rejectableCodecs), ends: integer({ from: 1, to: Number.MAX_SAFE_INTEGER }) }),
        ),
        lastAt: wallTimeShape,
      }),
      { atMost: 1000 },
    ),
  }),
  denied: object({ why: text }),
});
export type RejectedCodecsReply = ShapeValue<typeof rejectedCodecsReply>;

const whichProcessMembers = { connection: optional(connectionIdShape), session: optional(sessionIdShape) } as const;
/** The process that serves a connection, or keeps a session; with neither the service. */
const whichProcess = object(whichProcessMembers);

/** A wait, and whose it is: the service's where neither is there. */
const waitOfShape = object({ ...whichProcessMembers, pid: total, wait: openWaitShape });
export type WaitOf = ShapeValue<typeof waitOfShape>;

/**
 * The admin API. On its Unix socket the peer's uid decides what it may do: root and administrators everything, others
 * their own.
 */
export const adminContract = contract({
  name: "admin",
  version: 1,
  oldest: 1,
  calls: {
    status: call(
      seconds(3),
      nothing,
      object({
        version: text,
        pid: integer({ from: 1, to: 0x7fffffff }),
        listening: listOf(text, { atMost: 64 }),
        fingerprint: text,
        singleUser: boolean,
        hostName: text,
        /** Absent in services of an older version. */
        startedAt: optional(wallTimeShape),
        /** By how many milliseconds the clock has been set forward since then; negative: back. */
        clockSetBy: optional(number),
        /** Limit absent: none. `because`: where the limit comes from. */
        seats: optional(
          object({
            used: integer({ from: 0, to: 0xffffffff }),
            limit: optional(integer({ from: 1, to: 0xffffffff })),
            because: text,
          }),
        ),
        /** What is kept for the administrators' door. `usersMemoryMB`: what all others' sessions may have together. */
        reserved: optional(
          object({
            memoryMB: total,
            processes: total,
            /** Absent: the host has no control group for it that we may write. */
            usersMemoryMB: optional(total),
            usersProcesses: optional(total),
          }),
        ),
        /**
         * Sessions whose keepers speak another version of their contract than this service, which speaks
         * `keeperVersion`.
         */
        otherVersions: optional(otherVersionsShape),
        keeperVersion: optional(integer({ from: 0, to: Number.MAX_SAFE_INTEGER })),
        /** Since the start: who came back by an auto-reconnect cookie, and how many cookies were refused. */
        cookies: optional(object({ returned: total, refused: total })),
        logonMode: optional(logonMode),
        policy: optional(policyStandingShape),
      }),
    ),
    /** The licences, by their holders' names, from the first after the one that is named; a page of them. */
    licences: call(seconds(3), object({ after: optional(text) }), licenceReply),
    /** Takes up the program and the configuration on the disk, if they could start. Administrators only. */
    restart: call(seconds(30), nothing, orderReply),
    /** A page of each, by id, from the first that comes after what is named; with neither the first page. */
    sessions: call(
      seconds(3),
      object({
        /** Absent: both. */
        only: optional(oneOf("sessions", "connections")),
        afterSession: optional(sessionIdShape),
        afterConnection: optional(connectionIdShape),
      }),
      object({
        sessions: listOf(sessionFactsShape, { atMost: 65536 }),
        connections: listOf(connectionFactsShape, { atMost: 65536 }),
        /** There is another page of one of them. */
        more: optional(boolean),
        counters: object({ created: total, disconnected: total, reconnected: total }),
        /** Of those on this page, the ones whose keepers speak another version of their contract than the service. */
        otherVersions: optional(otherVersionsShape),
        /** The host's own seat, where it has one; `user` absent: nobody is signed in there. */
        console: optional(object({ user: optional(text), since: optional(wallTimeShape) })),
        /** The session that the asking process belongs to. */
        own: optional(sessionIdShape),
      }),
    ),
    /** Of all sessions, or of one. */
    processes: call(seconds(5), object({ session: optional(sessionIdShape) }), processListShape),
    /** Shows a text in a session for so long; with `wait` the reply comes when it was answered or its time is over. */
    message: call(
      seconds(limits.messageSeconds + 10),
      object({
        session: sessionIdShape,
        text,
        seconds: integer({ from: 1, to: limits.messageSeconds }),
        wait: boolean,
      }),
      messageReply,
    ),
    /** What leaks; administrators see everything, others what is their own. */
    leaks: call(seconds(15), nothing, leaksReplyShape),
    /** Removes those of these findings that still belong to no live session. Administrators only. */
    cleanLeaks: call(
      seconds(60),
      object({ ids: listOf(text, { atMost: 1000 }) }),
      variants({ cleaned: object({ results: listOf(cleanedShape, { atMost: 1000 }) }), denied: object({ why: text }) }),
    ),
    /** What takes the host's memory; of one process also its parts. Others than administrators see their own. */
    memory: call(seconds(15), object({ pid: optional(integer({ from: 1, to: 0x7fffffff })) }), memoryReplyShape),
    disconnectSession: call(seconds(5), object({ session: sessionIdShape }), orderReply),
    /**
     * Brings a session to the connection of another one, which goes on without it. `password`: of the session's user,
     * where it is somebody else's.
     */
    connectSession: call(
      seconds(90),
      object({ session: sessionIdShape, connection: connectionIdShape, password: optional(text) }),
      orderReply,
    ),
    /** How the picture is sent, drawn over the screen of this connection. Administrators, and whose session it is. */
    overlay: call(seconds(5), object({ connection: connectionIdShape, shown: boolean }), orderReply),
    endSession: call(seconds(12), object({ session: sessionIdShape, how: oneOf("signOut", "reset") }), orderReply),
    /**
     * Keeps the NT hash of a password that PAM has just accepted, so that NLA works for this user. Administrators, or
     * the user himself.
     */
    enroll: call(seconds(60), object({ user: text, password: text }), orderReply),
    forget: call(seconds(5), object({ user: text }), orderReply),
    /**
     * Why connections were refused and have ended, and why sessions have: the newest that fit, oldest first.
     * Administrators see all, others what they have proved to be their own.
     */
    records: call(
      seconds(5),
      object({
        ...historyFilter,
        /** As somebody has typed it. */
        id: optional(text),
        atMost: integer({ from: 1, to: limits.recordsAnswered }),
      }),
      variants({
        found: object({
          records: listOf(recordShape, { atMost: limits.recordsAnswered }),
          /** Connections that go on: their way so far. */
          living: listOf(connectionFactsShape, { atMost: limits.recordsAnswered }),
        }),
        none: object({
          /** The names of records that are most like the one that was asked for. */
          nearest: listOf(text, { atMost: 16 }),
        }),
      }),
    ),
    /** The newest that fit, oldest first; who sees what is as for records. */
    events: call(
      seconds(5),
      object({ ...eventFilter, atMost: integer({ from: 1, to: limits.eventsAnswered }) }),
      object({ events: listOf(eventShape, { atMost: limits.eventsAnswered }) }),
    ),
    /** What comes behind `after`, within half a minute; without it nothing, at once, and where to begin. */
    nextEvents: call(
      seconds(40),
      object({ ...eventFilter, after: optional(total) }),
      object({ events: listOf(eventShape, { atMost: limits.eventsAnswered }), last: total }),
    ),
    /**
     * All that Holdfast's processes wait for now, the longest first; of processes that do not say it themselves in
     * time, that they are silent. Administrators only.
     */
    waits: call(
      seconds(6),
      nothing,
      variants({
        found: object({ waits: listOf(waitOfShape, { atMost: limits.waitsAnswered }), more: boolean }),
        denied: object({ why: text }),
      }),
    ),
    /** What a process of Holdfast knows of itself; with neither it is the service. Administrators only. */
    inside: call(
      seconds(5),
      whichProcess,
      variants({
        found: object({ inside: insideShape }),
        none: nothing,
        /** It is of an older version, or does not answer. */
        silent: object({ why: text }),
        denied: object({ why: text }),
      }),
    ),
    /**
     * The process sends its report and heap snapshot to whoever listens at this path. What it holds may be anybody's
     * secret: only who runs the service, who is root, may have it.
     */
    sendDump: call(seconds(5), object({ ...whichProcessMembers, path: text }), orderReply),
    /**
     * Keeps a refused client with the refusal on its screen, for so long or as long as the caller stays connected; 0
     * lets it go. Administrators only.
     */
    holdRefusal: call(
      seconds(3),
      object({ connection: connectionIdShape, seconds: integer({ from: 0, to: limits.holdSeconds }) }),
      orderReply,
    ),
    /** What clients have rejected although they say that they know it, and are not sent. Administrators only. */
    rejectedCodecs: call(seconds(3), nothing, rejectedCodecsReply),
    /** Clients of this name, or from this address, are asked anew; "*": all of them. Administrators only. */
    forgetRejectedCodecs: call(seconds(3), object({ client: text }), orderReply),
    /** Administrators only. */
    setLogonMode: call(seconds(5), object({ mode: logonMode }), orderReply),
    /** Records everything, or one connection, from now on. All calls about traces: administrators only. */
    traceStart: call(
      seconds(10),
      object({
        /** Pictures whole, not by their first bytes alone. */
        pictures: boolean,
        connection: optional(connectionIdShape),
      }),
      traceStartReply,
    ),
    /** Ends the trace and makes its archive; of one that has ended by itself it says what became of it. */
    traceStop: call(seconds(200), nothing, traceEndReply),
    /** An archive of what is remembered now. */
    traceSave: call(seconds(200), object({ connection: optional(connectionIdShape) }), traceEndReply),
    traceStatus: call(seconds(3), nothing, traceStatusReply),
    /** The archives, the newest last. */
    traceList: call(seconds(3), nothing, traceListReply),
    /**
     * What holds for a user, or for the host; `setting`: this one alone; `without`: as if the policy of this name were
     * not there. Everybody may ask about himself and the host, administrators about all.
     */
    policy: call(
      seconds(12),
      object({ user: optional(text), setting: optional(text), without: optional(text) }),
      policyReply,
    ),
  },
  serverNews: {},
  clientNews: {},
});
