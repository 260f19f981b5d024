import { integer, optional } from "#base/shape/shape.ts";
import { setting, type Setting, type WindowsValue } from "../setting.ts";

/** Windows' unit; its policies go up to five days, and nothing breaks at more. */
const timeLimit = integer({ from: 0, to: 0xffff_ffff });

const everywhere: WindowsValue["keys"] = ["POL", "POL of users", "RDPTCP"];

function inherit(name: string): Setting<number | undefined> {
  return setting<number | undefined>({
    shape: optional(integer({ from: 0, to: 1 })),
    fallback: undefined,
    windows: { keys: ["RDPTCP"] },
    means: `1: a user's account counts before the listener for ${name}. Without it the listener counts where it says something.`,
  });
}

/** How long connections and sessions stay, and how clients come back. */
export const staySettings = {
  SocketsHeldSeconds: setting({
    shape: integer({ from: 0, to: 3600 }),
    fallback: 60,
    unit: "seconds",
    means: "How long newcomers wait for the service after it has been killed, before they are refused.",
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
} as const;
