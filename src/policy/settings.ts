import { limits } from "#base/limits.ts";
import { boolean, converted, integer, listOf, oneOf, optional, text } from "#base/shape/shape.ts";
import { parseListenAddress } from "./listenAddress.ts";
import { setting, type Setting, type Settings, type WindowsValue } from "./setting.ts";

/** Windows' unit; its policies go up to five days, and nothing breaks at more. */
const timeLimit = integer({ from: 0, to: 0xffff_ffff });

const addresses = converted(listOf(text, { atMost: 16 }), (list) => {
  const wrong = list.find((each) => "problem" in parseListenAddress(each));
  if (wrong !== undefined)
    throw new RangeError(`a list of addresses such as 0.0.0.0:3389 or [::]:3389, not "${wrong}"`);
  return list;
});

/** Users, groups with @, or * for everybody. */
const principals = converted(listOf(text, { atMost: limits.policyPrincipals }), (names) => {
  const wrong = names.find((name) => !/^(?:\*|@?[^@*\s][^*\n]*)$/u.test(name));
  if (wrong !== undefined) throw new RangeError(`names of users, of groups with @ before them, or "*", not "${wrong}"`);
  return names;
});

const everywhere: WindowsValue["keys"] = ["POL", "POL of users", "RDPTCP"];

function inherit(name: string): Setting<number | undefined> {
  return setting<number | undefined>({
    shape: optional(integer({ from: 0, to: 1 })),
    fallback: undefined,
    windows: { keys: ["RDPTCP"] },
    means: `1: a user's account counts before the listener for ${name}. Without it the listener counts where it says something.`,
  });
}

/** Windows writes "no limit" in two ways. */
function countOf(value: number): number {
  return value === 0xffff_ffff ? 999_999 : value;
}

/** Every setting of a host. Names that Windows has are Windows'. `holdfast.toml` gives them as `Name = value`. */
export const hostSettings = {
  Listen: setting({
    shape: addresses,
    fallback: ["0.0.0.0:3389"],
    windows: { name: "PortNumber", keys: ["RDPTCP"], translate: (port) => [`0.0.0.0:${port}`] },
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
    windows: { keys: ["POL", "RDPTCP"], policy: "TS_SECURITY_LAYER_POLICY" },
    means:
      "0 and 1 also let in clients that know no TLS (RC4, broken since 2013: only for old thin clients on a closed network); 2 demands TLS.",
  }),
  UserAuthentication: setting({
    shape: integer({ from: 0, to: 1 }),
    fallback: 0,
    windows: { keys: ["POL", "RDPTCP"], policy: "TS_USER_AUTHENTICATION_POLICY" },
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
  BlackScreenSeconds: setting({
    shape: integer({ from: 0, to: 60 }),
    fallback: 3,
    unit: "seconds",
    means:
      "After this time a new session whose screen is still of one colour tells its user what it waits for, with the last lines of its desktop; 0: never, for desktops that are meant to be empty.",
  }),
  TraceRingKilobytes: setting({
    shape: integer({ from: 0, to: 65_536 }),
    fallback: 4096,
    unit: "kilobytes",
    means:
      "How much each connection remembers of its last messages, for `holdfast trace save`; it takes no memory before it is used. 0: nothing.",
  }),
  TraceMegabytes: setting({
    shape: integer({ from: 1, to: 16_384 }),
    fallback: 256,
    unit: "megabytes",
    means: "How large a trace (`holdfast trace start`) may become on the disk; then it stops by itself.",
  }),
  TraceMinutes: setting({
    shape: integer({ from: 1, to: 1440 }),
    fallback: 60,
    unit: "minutes",
    means: "How long a trace may go on; then it stops by itself.",
  }),
  EventLogMegabytes: setting({
    shape: integer({ from: 1, to: 10_000 }),
    fallback: 64,
    unit: "megabytes",
    means: "How large the file with events and records (STATE/holdfast.db) may become; then the oldest go.",
  }),
  EventLogDays: setting({
    shape: integer({ from: 1, to: 36_500 }),
    fallback: 90,
    unit: "days",
    means: "How long events and records are kept.",
  }),
  EventForwarding: setting({
    shape: oneOf("auto", "none"),
    fallback: "auto",
    means: "auto: events also go to systemd's journal or, where there is none, to syslog; none: they do not.",
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
  SocketsHeldSeconds: setting({
    shape: integer({ from: 0, to: 3600 }),
    fallback: 60,
    unit: "seconds",
    means: "How long newcomers wait for the service after it has been killed, before they are refused.",
  }),
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
  LeakSampleSeconds: setting({
    shape: integer({ from: 0, to: 3600 }),
    fallback: 60,
    unit: "seconds",
    means: "How often the leak watch looks at what sessions hold; it needs 45 looks to name growth. 0: never.",
  }),
  SignInsAtOnce: setting({
    shape: integer({ from: 1, to: 1000 }),
    fallback: 32,
    means: "How many sign-ins PAM is asked for at the same time, a process each; more wait, for 12 s at most.",
  }),
  PamSeconds: setting({
    shape: integer({ from: 5, to: 90 }),
    fallback: 75,
    unit: "seconds",
    means:
      "How long the host's sign-in rules (PAM) may take, with the time in which people answer what they ask. Opening a session takes 40 s at most.",
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
    windows: { keys: ["POL", "TSKEY"], policy: "TS_KEEP_ALIVE" },
    means: "0: vanished clients are noticed only when the network says so; 1: as soon as the next two settings say.",
  }),
  KeepAliveInterval: setting<number | undefined>({
    shape: optional(integer({ from: 1, to: 999_999 })),
    fallback: undefined,
    unit: "minutes",
    windows: { keys: ["POL", "TSKEY"], policy: "TS_KEEP_ALIVE" },
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
    windows: { keys: ["POL", "RDPTCP"], policy: "TS_AUTO_RECONNECT" },
    means: "1: clients get no cookie to come back with after a broken network; their users sign in anew.",
  }),
  fReconnectSame: setting({
    shape: integer({ from: 0, to: 1 }),
    fallback: 0,
    inheritedBy: "fInheritReconnectSame",
    windows: { keys: ["POL", "RDPTCP"] },
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
    inheritedBy: "fInheritMaxDisconnectionTime",
    windows: { keys: everywhere, policy: "TS_SESSIONS_Disconnected_Timeout" },
    means: "How long a disconnected session is kept; then it is ended. 0: for ever.",
  }),
  MaxIdleTime: setting({
    shape: timeLimit,
    fallback: 0,
    unit: "milliseconds",
    inheritedBy: "fInheritMaxIdleTime",
    windows: { keys: everywhere, policy: "TS_SESSIONS_Idle_Limit" },
    means:
      "How long a session may be without a key or a motion of the mouse; then it is disconnected. Its user is warned two minutes before, in the middle of limits shorter than four; any key keeps it. A program that asks not to be disturbed (a film, by org.freedesktop.ScreenSaver or what the desktop has for it on D-Bus) counts as a key; one that asks the X server alone does not. 0: for ever.",
  }),
  MaxConnectionTime: setting({
    shape: timeLimit,
    fallback: 0,
    unit: "milliseconds",
    inheritedBy: "fInheritMaxSessionTime",
    windows: { keys: everywhere, policy: "TS_SESSIONS_Limits" },
    means:
      "How long a user may be connected at a time; then he is disconnected, whatever he does. He is warned as with MaxIdleTime. 0: for ever.",
  }),
  fResetBroken: setting({
    shape: integer({ from: 0, to: 1 }),
    fallback: 0,
    inheritedBy: "fInheritResetBroken",
    windows: { keys: everywhere, policy: "TS_Session_End_On_Limit" },
    means:
      "1: MaxIdleTime, MaxConnectionTime and a broken connection end the session, and what is not saved is lost; 0: it is disconnected and goes on.",
  }),
  fInheritMaxDisconnectionTime: inherit("MaxDisconnectionTime"),
  fInheritMaxIdleTime: inherit("MaxIdleTime"),
  fInheritMaxSessionTime: inherit("MaxConnectionTime"),
  fInheritResetBroken: inherit("fResetBroken"),
  fInheritReconnectSame: inherit("fReconnectSame"),
  fQueryUserConfigFromDC: setting({
    shape: integer({ from: 0, to: 1 }),
    fallback: 0,
    windows: { keys: ["RDPTCP"] },
    means: "1: what [UserAccount.NAME] says counts; 0: it is ignored, as on Windows since 2016.",
  }),
  SeRemoteInteractiveLogonRight: setting<readonly string[] | undefined>({
    shape: optional(principals),
    fallback: undefined,
    means:
      'Who may sign in: names of users, of Unix groups with @ before them, or "*" for everybody. Without it everybody whom PAM lets in. The administrator\'s door (/admin) is open to administrators whatever stands here.',
  }),
  SeDenyRemoteInteractiveLogonRight: setting({
    shape: principals,
    fallback: [],
    means:
      "Who may not sign in, written in the same way; it counts before the right. At the administrator's door only the denial of an administrator by his own name counts.",
  }),
  FramesPerSecond: setting({
    shape: integer({ from: 1, to: 240 }),
    fallback: 60,
    unit: "frames a second",
    windows: { name: "DWMFRAMEINTERVAL", keys: ["WINSTATIONS"], translate: (interval) => Math.max(1, interval * 4) },
    means:
      "The most that a client is sent, where it and its line take so many; what it does not take is not sent later, but replaced. Windows counts otherwise: 15 means 60, 10 means 40, and without a value it is 30.",
  }),
  VideoEncoder: setting<"auto" | "x264" | "openh264" | "none">({
    shape: oneOf("auto", "x264", "openh264", "none"),
    fallback: "auto",
    means:
      "What makes H.264 for parts of the screen that keep moving, where the client takes it: auto is x264 where somebody has installed it, otherwise openh264; none: RemoteFX shows films too. See video.md.",
  }),
  DesktopWidthMax: setting({
    shape: integer({ from: 640, to: 8192 }),
    fallback: 7680,
    unit: "pixels",
    windows: { name: "MaxXResolution", keys: ["POL"], policy: "TS_MAXDISPLAYRES" },
    means: "The widest desktop that a session can take.",
  }),
  DesktopHeightMax: setting({
    shape: integer({ from: 480, to: 8192 }),
    fallback: 4320,
    unit: "pixels",
    windows: { name: "MaxYResolution", keys: ["POL"], policy: "TS_MAXDISPLAYRES" },
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
export type SettingName = keyof HostSettings;

/** The settings that may differ from user to user: user policies and accounts may give them, too. */
export const userSettingNames = [
  "MaxDisconnectionTime",
  "MaxIdleTime",
  "MaxConnectionTime",
  "fResetBroken",
  "fReconnectSame",
] as const satisfies readonly SettingName[];
export type UserSettings = Pick<HostSettings, (typeof userSettingNames)[number]>;

export const settingNames: readonly SettingName[] = Object.keys(hostSettings).filter(isSettingName);

/** One declaration, whatever its type. */
export function declarationOf(name: SettingName): Setting<unknown> {
  return hostSettings[name] as Setting<unknown>;
}

export function isSettingName(name: string): name is SettingName {
  return Object.hasOwn(hostSettings, name);
}
