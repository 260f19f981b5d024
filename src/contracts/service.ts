import {
  boolean,
  converted,
  integer,
  listOf,
  object,
  oneOf,
  optional,
  text,
  variants,
  type ShapeValue,
} from "#base/shape/shape.ts";
import { limits } from "#base/limits.ts";
import { rejectableCodecs } from "#base/rejectableCodec.ts";
import { wallTime, seconds } from "#base/units.ts";
import { number } from "#base/shape/shape.ts";
import { refusalShape } from "#refusals/refusal.ts";
import { call, contract, nothing } from "./contract.ts";
import {
  clientShape,
  connectionIdShape,
  durationShape,
  keyboardShape,
  sessionIdShape,
  sizeShape,
  wallTimeShape,
} from "./facts.ts";
import { insideShape } from "./inside.ts";
import { journeyShape } from "./record.ts";

/** Bytes as hexadecimal text. */
export const hexText = text;

/** What the service hands to a connection process together with the client's socket, over the process's own channel. */
export const handoverShape = object({
  connection: connectionIdShape,
  address: text,
  /** Absent: a service of an older version; it was accepted when it arrives. */
  acceptedAt: optional(wallTimeShape),
  /** How long it stood before the door until there was a place for it; absent: not at all. */
  waited: optional(durationShape),
  /** Present: there was no place; the client is told so before TLS. */
  refusal: optional(refusalShape),
});
export type Handover = ShapeValue<typeof handoverShape>;

const legacyKeyShape = object({ modulus: hexText, exponent: hexText });

/** What every connection process is told at its start, before it becomes unprivileged: one JSON line. */
export const connectionStartShape = object({
  /** The service's socket for connections. */
  servicePath: text,
  certificate: object({ certificatePem: text, keyPem: text, subjectPublicKey: hexText, endPointHash: hexText }),
  /** SECRET: the keys of standard RDP security, numbers little-endian; absent: it is not allowed. */
  legacyKeys: optional(object({ usual: legacyKeyShape, strong: legacyKeyShape })),
  hostName: text,
  /** Where encoders of video are found, and which one is wanted; absent: films are shown without H.264. */
  video: optional(
    object({
      path: text,
      encoder: oneOf("auto", "x264", "openh264"),
      /** Whether films may have the colours of each pixel; absent: "half". */
      colours: optional(oneOf("auto", "half")),
    }),
  ),
  /** Whom to become before the first client; absent in single-user mode. */
  runAs: optional(object({ uid: integer({ from: 1, to: 0xfffffffe }), gid: integer({ from: 1, to: 0xfffffffe }) })),
  settings: object({
    nlaRequired: boolean,
    handshakeStepSeconds: integer({ from: 1, to: 600 }),
    logonSeconds: integer({ from: 10, to: 3600 }),
    framesPerSecond: integer({ from: 1, to: 240 }),
    keepAliveSeconds: integer({ from: 0, to: 999_999 * 60 }),
    /** How often the client gets another auto-reconnect cookie; absent: every hour. */
    reconnectCookieSeconds: optional(integer({ from: 1, to: 86_400 })),
    /** For so long a new session may show nothing; 0 or absent: for ever. */
    blackScreenSeconds: optional(integer({ from: 0, to: 60 })),
    /** How much it remembers of its last messages; absent: nothing. */
    traceRingKilobytes: optional(integer({ from: 0, to: 65_536 })),
  }),
});
export type ConnectionStart = ShapeValue<typeof connectionStartShape>;

const countShape = integer({ from: 0, to: Number.MAX_SAFE_INTEGER });

/** Of the last few hundred, in milliseconds. */
const delaysShape = object({ count: countShape, medianMs: number, p99Ms: number });

/** What a client with RDPGFX turned out not to take. */
export const rejectedCodecsShape = listOf(oneOf(...rejectableCodecs), { atMost: rejectableCodecs.length });

/** How a client's pictures by RDPGFX have ended: see `policy/rejectedCodecs.ts`. */
const graphicsEndShape = object({
  how: oneOf("left", "closed", "other"),
  trials: listOf(object({ codec: oneOf(...rejectableCodecs), acknowledged: boolean, sentFor: durationShape }), {
    atMost: rejectableCodecs.length,
  }),
});
export type GraphicsEndNews = ShapeValue<typeof graphicsEndShape>;

/** How a client's picture was sent up to one of its last frames. */
const pictureShape = object({
  /** For people: "planar and progressive RemoteFX by RDPGFX". */
  encoder: text,
  frames: countShape,
  bytes: countShape,
  /** From a frame to its acknowledgement, smoothed; absent: there was none. */
  roundTripMs: optional(number),
  /** Sent and not acknowledged yet; absent: it is of an older version. */
  framesInFlight: optional(countShape),
  /** From an input's arrival until the X server has it; absent: there was none, or it is of an older version. */
  inputDelay: optional(delaysShape),
  /** From a key's arrival to the next frame that is sent, where one comes within a second. */
  keyToFrame: optional(delaysShape),
  /** What frames are made of, before bulk compression; empty: it is not counted. */
  operations: listOf(object({ operation: text, areas: countShape, bytes: countShape }), { atMost: 32 }),
  /** Not sent to this client, as it has rejected it; absent: nothing. */
  without: optional(rejectedCodecsShape),
});

/**
 * What is known of a connection; it is the one who knows, and announces itself again when the service was restarted.
 */
export const connectionFactsShape = object({
  id: connectionIdShape,
  pid: integer({ from: 1, to: 0x7fffffff }),
  client: clientShape,
  acceptedAt: converted(number, wallTime),
  /** The step of its sequence: "awaitingNegotiation" … "active". */
  step: text,
  authenticated: boolean,
  user: optional(text),
  session: optional(sessionIdShape),
  /** It understands `messageBox`; absent: it is of an older version. */
  showsBoxes: optional(boolean),
  /** It understands `takeSession`; absent: it is of an older version. */
  takesSessions: optional(boolean),
  /** It understands `overlay`; absent: it is of an older version. */
  showsOverlay: optional(boolean),
  /** Absent: nothing was sent yet, or it is of an older version. */
  picture: optional(pictureShape),
  /** Its way here; absent: it is of an older version. */
  journey: optional(journeyShape),
  /** It understands `lookInside`, `sendDump` and `holdRefusal`; absent: it is of an older version. */
  isOpen: optional(boolean),
  /** The code of the refusal that stands on its screen now; absent: none does, or it is of an older version. */
  refusal: optional(text),
  /** An administrator keeps that refusal on the screen. */
  held: optional(boolean),
});
export type ConnectionFacts = ShapeValue<typeof connectionFactsShape>;

const signInReply = variants({
  /** `token`: good once, for `openSession`. `user`: as the host writes it. */
  signedIn: object({ token: text, user: text }),
  prompt: object({
    conversation: text,
    style: oneOf("secret", "visible"),
    text,
    notices: listOf(text, { atMost: 32 }),
  }),
  refused: object({ refusal: refusalShape }),
});
export type SignInReply = ShapeValue<typeof signInReply>;

/** A question or a message for whoever looks at the session at this connection. */
const messageBoxShape = object({
  /** Of this box alone. */
  id: text,
  title: text,
  text,
  /** The last one has the focus, and Escape means it. */
  buttons: listOf(object({ id: text, label: text }), { atMost: limits.messageBoxButtons }),
  seconds: number,
  anyInputCloses: boolean,
});
export type MessageBoxNews = ShapeValue<typeof messageBoxShape>;

const boxAnswerShape = variants({
  button: object({ button: text }),
  /** By any input, where the box says so. */
  closed: nothing,
  silence: nothing,
  /** There is no desktop of a session here, or no more. */
  notShown: nothing,
});
export type BoxAnswer = ShapeValue<typeof boxAnswerShape>;

/** Another session for this connection (`tscon`). */
const sessionToTakeShape = object({
  /** Of this order alone. */
  id: text,
  session: sessionIdShape,
  /** Whose session it is. */
  user: text,
  keeperPath: text,
  ticket: text,
  /** For the auto-reconnect packet: 16 bytes; absent: the client keeps what it has. */
  reconnectRandom: optional(hexText),
});
export type SessionToTake = ShapeValue<typeof sessionToTakeShape>;

/** What was recorded in this process, for the trace of that name. */
const traceOrderShape = object({
  trace: text,
  /** take: what there is; follow: that, and whatever comes until `end`. */
  order: oneOf("take", "follow", "end"),
  /** Pictures are recorded whole, from now on. */
  pictures: optional(boolean),
});
export type TraceOrder = ShapeValue<typeof traceOrderShape>;

/** A part of what was ordered, in base64. */
const traceDataShape = object({
  trace: text,
  /** Records as they stand in a trace's file, without secrets; or the text of a CPU profile. */
  kind: oneOf("records", "profile"),
  data: text,
  /** Nothing more comes from here. */
  last: boolean,
});
export type TraceData = ShapeValue<typeof traceDataShape>;

const seatChoiceShape = variants({
  session: object({ session: sessionIdShape, how: oneOf("returnTo", "ask", "disconnect", "end") }),
  /** One more session of his own. */
  another: nothing,
});
export type SeatChosen = ShapeValue<typeof seatChoiceShape>;

/** All seats are taken, or a user has several sessions: what he can do. */
const seatOfferShape = object({
  why: oneOf("seatsTaken", "severalSessions"),
  /** Good once, for the next `openSession`. */
  token: text,
  used: integer({ from: 0, to: 0xffffffff }),
  limit: integer({ from: 0, to: 0xffffffff }),
  /** He may have one more session. */
  another: boolean,
  holders: listOf(
    object({
      session: sessionIdShape,
      user: text,
      isAttached: boolean,
      /** Without a key or motion of the mouse; absent for a session that nobody is at. */
      idleSeconds: optional(integer({ from: 0, to: Number.MAX_SAFE_INTEGER })),
      since: converted(number, wallTime),
      may: listOf(oneOf("returnTo", "ask", "disconnect", "end"), { atMost: 4 }),
    }),
    { atMost: limits.seatHoldersShown },
  ),
  /** What became of what was chosen last: one sentence; `refused`: the holder said no. */
  notice: optional(object({ text, refused: boolean })),
});
export type SeatOffer = ShapeValue<typeof seatOfferShape>;

/** The service, for connections: who somebody is, and which desktop he gets. */
export const serviceContract = contract({
  name: "service",
  version: 1,
  oldest: 1,
  calls: {
    /** First of all, and again after every restart of the service. */
    announce: call(seconds(5), connectionFactsShape, nothing),
    /** Whether to offer NLA to the user whom the X.224 cookie names (cut to 9 characters by some clients). */
    offersNla: call(seconds(5), object({ cookie: optional(text) }), object({ nla: boolean })),
    /** NTLMv2: the key stays with the service. MS-NLMP 3.3.2 */
    verifyNtlm: call(
      // A "no" is held back for up to 33 s.
      seconds(45),
      object({ user: text, domain: text, serverChallenge: hexText, ntProof: hexText, temp: hexText }),
      variants({
        verified: object({ sessionBaseKey: hexText }),
        refused: object({ why: oneOf("unknownOrWrong", "notEnrolled") }),
      }),
    ),
    /** May take as long as PAM takes, the delay after wrong passwords included. */
    signIn: call(
      seconds(90),
      object({
        connection: connectionIdShape,
        user: text,
        domain: text,
        password: text,
        client: clientShape,
        nla: boolean,
      }),
      signInReply,
    ),
    /** The answer to a prompt. */
    answer: call(seconds(90), object({ conversation: text, answer: text }), signInReply),
    /** By the auto-reconnect cookie. May take as long as PAM takes to look at the account. MS-RDPBCGR 5.5 */
    reconnect: call(
      seconds(90),
      object({
        connection: connectionIdShape,
        session: sessionIdShape,
        clientRandom: hexText,
        verifier: hexText,
        client: clientShape,
      }),
      signInReply,
    ),
    /** The user's session, made when he has none; or what he can choose from. */
    openSession: call(
      // An X server that starts slowly, and somebody who thinks about giving up his seat.
      seconds(135),
      object({
        token: text,
        connection: connectionIdShape,
        client: clientShape,
        size: sizeShape,
        keyboard: keyboardShape,
        /** The client asks for the administrator's door (`/admin`). */
        administrative: optional(boolean),
        /** What he has chosen from the last reply. */
        choice: optional(seatChoiceShape),
      }),
      variants({
        choose: object({ offer: seatOfferShape }),
        attach: object({
          session: sessionIdShape,
          keeperPath: text,
          ticket: text,
          /** For the auto-reconnect packet: 16 bytes; absent: clients are to sign in anew. */
          reconnectRandom: optional(hexText),
        }),
        refused: object({ refusal: refusalShape }),
      }),
    ),
    /** Another auto-reconnect cookie, for the session that this connection is at. */
    renewCookie: call(
      seconds(5),
      object({ session: sessionIdShape }),
      object({
        /** Absent: clients are to sign in anew. */
        reconnectRandom: optional(hexText),
      }),
    ),
    /** What this client says it can and has rejected nevertheless: it is not to be sent. */
    rejectedCodecs: call(seconds(5), object({ client: clientShape }), object({ codecs: rejectedCodecsShape })),
    /** `goOn`: false when the trace is over. */
    traceData: call(seconds(20), traceDataShape, object({ goOn: boolean })),
  },
  serverNews: {
    messageBox: messageBoxShape,
    messageBoxGone: object({ id: text }),
    takeSession: sessionToTakeShape,
    /** Draws over the client's screen how it is sent, or does so no more. */
    overlay: object({ shown: boolean }),
    /** It is to tell `inside`, under the same id. */
    lookInside: object({ id: text }),
    /** It is to send its report and heap snapshot to whoever listens at this path (`system/dump/sendDump.ts`). */
    sendDump: object({ path: text }),
    /** Keeps the refusal on the screen for so long, and from then on as long as it would have stood; 0: no longer. */
    holdRefusal: object({ seconds: integer({ from: 0, to: limits.holdSeconds }) }),
    trace: traceOrderShape,
  },
  clientNews: {
    inside: object({ id: text, inside: insideShape }),
    messageBoxAnswered: object({ id: text, answer: boxAnswerShape }),
    /** `problem`: why not; then everything is as it was. */
    sessionTaken: object({ id: text, problem: optional(text) }),
    changed: connectionFactsShape,
    /** It is being told no: the refusal stands on its screen, under the name of the record. */
    refused: object({ refusal: refusalShape }),
    /** Once, where there were any. */
    graphicsEnded: graphicsEndShape,
    /** What was recorded last here, in base64, for a trace that is asked for later. */
    traceLeft: object({ data: text }),
    /** Last of all: why it ended. */
    ended: object({
      refusal: optional(refusalShape),
      how: text,
      /** Its client vanished without a word. */
      broken: optional(boolean),
    }),
  },
});
