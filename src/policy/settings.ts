import { boolean, integer, listOf, optional, text } from "#base/shape/shape.ts";
import { setting, type Settings } from "./setting.ts";

/** Windows' unit; its policies go up to five days, and nothing breaks at more. */
const timeLimit = integer({ from: 0, to: 0xffff_ffff });

/** Every setting of a host. Names that Windows has are Windows'. `holdfast.toml` gives them as `Name = value`. */
export const hostSettings = {
  Listen: setting({
    shape: listOf(text, { atMost: 16 }),
    fallback: ["0.0.0.0:3389"],
    means: "Where RDP clients are awaited, as address:port; IPv6 in brackets.",
  }),
  Certificate: setting<string | undefined>({
    shape: optional(text),
    fallback: undefined,
    means: "PEM file with the host's certificate chain. Without it Holdfast makes one. Changes are taken up at once.",
  }),
  CertificateKey: setting<string | undefined>({
    shape: optional(text),
    fallback: undefined,
    means: "PEM file with the certificate's private key.",
  }),
  SecurityLayer: setting({
    shape: integer({ from: 0, to: 2 }),
    fallback: 2,
    means:
      "0 and 1 also let in clients that know no TLS (RC4, broken since 2013: only for old thin clients on a closed network); 2 demands TLS.",
  }),
  UserAuthentication: setting({
    shape: integer({ from: 0, to: 1 }),
    fallback: 0,
    means: "1 demands Network Level Authentication, and with it an enrolled account; 0 also offers the sign-in screen.",
  }),
  EnrollAfterSignIn: setting({
    shape: boolean,
    fallback: true,
    means: "Whether a sign-in by password enrols the account for NLA (its NT hash is kept, readable by root alone).",
  }),
  Administrators: setting({
    shape: text,
    fallback: "sudo",
    means: "The Unix group whose members may list, disconnect and end everybody's sessions. Root always may.",
  }),
  UnauthenticatedPerAddress: setting({
    shape: integer({ from: 1, to: 100_000 }),
    fallback: 50,
    means: "How many connections of one address may be before their sign-in at the same time; more wait.",
  }),
  UnauthenticatedInAll: setting({
    shape: integer({ from: 1, to: 100_000 }),
    fallback: 500,
    means: "The same for all addresses together.",
  }),
  SignInsAtOnce: setting({
    shape: integer({ from: 1, to: 1000 }),
    fallback: 32,
    means: "How many sign-ins PAM is asked for at the same time, a process each; more wait, for 12 s at most.",
  }),
  HandshakeStepSeconds: setting({
    shape: integer({ from: 1, to: 600 }),
    fallback: 15,
    unit: "seconds",
    means: "How long a client may be silent in one step before its sign-in, and how long a newcomer waits for a place.",
  }),
  LogonSeconds: setting({
    shape: integer({ from: 10, to: 3600 }),
    fallback: 120,
    unit: "seconds",
    means: "How long the sign-in screen stands without an answer.",
  }),
  KeepAliveEnable: setting({
    shape: integer({ from: 0, to: 1 }),
    fallback: 1,
    means: "0: vanished clients are noticed only when the network says so; 1: as soon as the next two settings say.",
  }),
  KeepAliveInterval: setting<number | undefined>({
    shape: optional(integer({ from: 1, to: 999_999 })),
    fallback: undefined,
    unit: "minutes",
    means: "How soon a vanished client is noticed, as Windows counts it. KeepAliveSeconds counts before it.",
  }),
  KeepAliveSeconds: setting<number | undefined>({
    shape: optional(integer({ from: 0, to: 3600 })),
    fallback: undefined,
    unit: "seconds",
    means:
      "How soon a vanished client is noticed; 0: only when the network says so. Without it KeepAliveInterval counts, and without that 30 seconds.",
  }),
  fDisableAutoReconnect: setting({
    shape: integer({ from: 0, to: 1 }),
    fallback: 0,
    means: "1: clients get no cookie to come back with after a broken network; their users sign in anew.",
  }),
  fReconnectSame: setting({
    shape: integer({ from: 0, to: 1 }),
    fallback: 0,
    means: "1: a disconnected session is taken up only from the computer (by its name) that was at it last.",
  }),
  ReconnectCookieSeconds: setting({
    shape: integer({ from: 1, to: 86_400 }),
    fallback: 3600,
    unit: "seconds",
    means:
      "How often a connected client gets a new cookie to come back with after a broken network; a cookie is good once, and for twice as long.",
  }),
  MaxDisconnectionTime: setting({
    shape: timeLimit,
    fallback: 0,
    unit: "milliseconds",
    means: "How long a disconnected session is kept; then it is ended. 0: for ever.",
  }),
  MaxIdleTime: setting({
    shape: timeLimit,
    fallback: 0,
    unit: "milliseconds",
    means:
      "How long a session may be without a key or a motion of the mouse; then it is disconnected. Its user is warned two minutes before, in the middle of limits shorter than four; any key keeps it. 0: for ever.",
  }),
  MaxConnectionTime: setting({
    shape: timeLimit,
    fallback: 0,
    unit: "milliseconds",
    means:
      "How long a user may be connected at a time; then he is disconnected, whatever he does. He is warned as with MaxIdleTime. 0: for ever.",
  }),
  fResetBroken: setting({
    shape: integer({ from: 0, to: 1 }),
    fallback: 0,
    means:
      "1: MaxIdleTime, MaxConnectionTime and a broken connection end the session, and what is not saved is lost; 0: it is disconnected and goes on.",
  }),
  FramesPerSecond: setting({
    shape: integer({ from: 1, to: 240 }),
    fallback: 60,
    unit: "frames a second",
    means: "The most that a client is sent.",
  }),
  DesktopWidthMax: setting({
    shape: integer({ from: 640, to: 8192 }),
    fallback: 7680,
    unit: "pixels",
    means: "The widest desktop that a session can take.",
  }),
  DesktopHeightMax: setting({
    shape: integer({ from: 480, to: 8192 }),
    fallback: 4320,
    unit: "pixels",
    means: "The highest desktop that a session can take.",
  }),
  SpareConnections: setting({
    shape: integer({ from: 0, to: 64 }),
    fallback: 2,
    means: "How many connection processes stand ready for clients that have not come yet.",
  }),
  PamService: setting({
    shape: text,
    fallback: "holdfast",
    means: "The file in /etc/pam.d that says how people sign in.",
  }),
  StartWm: setting({
    shape: text,
    fallback: "/etc/holdfast/startwm",
    means: "A program that starts the desktop, for everybody who has not chosen one himself.",
  }),
} as const;
export type HostSettings = Settings<typeof hostSettings>;
