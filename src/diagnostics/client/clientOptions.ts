import type { Rectangle, Size } from "#base/geometry.ts";
import type { TraceMessage } from "#base/trace/traceRecord.ts";
import { seconds, type Milliseconds } from "#base/units.ts";
import type { GraphicsCommand } from "#protocol/channels/graphics/graphicsCommands.ts";
import type { SecurityProtocol } from "#protocol/framing/negotiation.ts";
import type { Routing } from "#protocol/framing/x224.ts";
import type { LicensingMessage } from "#protocol/licensing/licensing.ts";
import type { ClientProfile } from "#protocol/sequences/connect/clientProfile.ts";
import { clientProfiles, type ClientProfileName } from "#protocol/sequences/connect/clientProfiles.ts";
import type { ConnectSettings, ConnectState } from "#protocol/sequences/connect/connectState.ts";
import type { PointerUpdate } from "#protocol/share/pointer/pointerUpdate.ts";
import type { AutoReconnectCookie } from "#protocol/share/session/saveSessionInfo.ts";
import { systemClock, type Clock } from "#system/clock.ts";
import { systemRandomBytes, type RandomBytes } from "#system/randomBytes.ts";
import type { ClientFailure } from "./clientFailed.ts";
import type { KeptTiles } from "./keptTiles.ts";

/** What a client of ours connects to, as whom, and what it tells. All but the host has a default. */
export interface ClientOptions {
  readonly host: string;
  /** 3389. */
  readonly port?: number;
  readonly user?: string;
  readonly domain?: string;
  readonly password?: string;
  /** Sent with the client info, for a sign-in without a dialog; as a rule when there is a password. */
  readonly autoLogon?: boolean;
  /** What the client is; "graphics pipeline". */
  readonly profile?: ClientProfileName | ClientProfile;
  /** Instead of the profile's. */
  readonly size?: Size;
  /** With a password TLS and CredSSP, otherwise TLS alone. */
  readonly offered?: readonly SecurityProtocol[];
  /** The cookie with the user's name where there is a user. */
  readonly routing?: Routing | "none";
  readonly correlationId?: Uint8Array;
  readonly autoReconnect?: AutoReconnectCookie;
  /** How long reaching the desktop may take in all; 15 s. */
  readonly deadline?: Milliseconds;
  /** "ignored": what is drawn is counted and acknowledged, not decoded: for many clients at once. */
  readonly picture?: "decoded" | "ignored";
  /** What its bitmap cache has from earlier connections, and keeps for later ones; pictures are to be decoded. */
  readonly kept?: KeptTiles;
  readonly hooks?: ClientHooks;
  readonly clock?: Clock;
  readonly random?: RandomBytes;
}

/** A message as a trace has it, with its secrets. */
export type PassedMessage = Omit<TraceMessage, "secrets">;

/** Called while bytes are taken in; they must not throw. */
export interface ClientHooks {
  /** This part of `picture` has changed. With ignored pictures: something was drawn, as far as its place is known. */
  readonly onUpdate?: (area: Rectangle) => void;
  readonly onPointer?: (pointer: PointerUpdate) => void;
  /** A whole message of a static channel other than drdynvc; lent. */
  readonly onChannelMessage?: (channel: string, message: Uint8Array) => void;
  /** The sequence has moved on, to this state; what it knows is in it. */
  readonly onState?: (state: ConnectState) => void;
  /** Each whole message of the wire, without TLS and with its secrets; lent. */
  readonly onMessage?: (message: PassedMessage) => void;
  /** What the server says about licences; lent. */
  readonly onLicensing?: (message: LicensingMessage) => void;
  /** What it says on the graphics channel instead of this: for clients that lie, to try a server with. */
  readonly answerOf?: (command: GraphicsCommand) => readonly GraphicsCommand[];
  /** Called once, whoever ended it. */
  readonly onEnd?: (failure: ClientFailure) => void;
}

/** The options with nothing left open. */
export interface ChosenOptions {
  readonly host: string;
  readonly port: number;
  readonly deadline: Milliseconds;
  readonly isPictureDecoded: boolean;
  readonly kept: KeptTiles | undefined;
  readonly hooks: ClientHooks;
  readonly clock: Clock;
  readonly random: RandomBytes;
  /** But the client's address, which the socket knows. */
  readonly settings: ConnectSettings;
}

export function chooseOptions(options: ClientOptions): ChosenOptions {
  const random = options.random ?? systemRandomBytes;
  return {
    host: options.host,
    port: options.port ?? 3389,
    deadline: options.deadline ?? seconds(15),
    isPictureDecoded: options.picture !== "ignored",
    kept: options.kept,
    hooks: options.hooks ?? {},
    clock: options.clock ?? systemClock,
    random,
    settings: settingsOf(options, random),
  };
}

function settingsOf(options: ClientOptions, random: RandomBytes): ConnectSettings {
  const { profile: asked = "graphics pipeline", user = "", password = "", correlationId, autoReconnect } = options;
  const profile = typeof asked === "string" ? clientProfiles[asked] : asked;
  const cookie: Routing | undefined = user === "" ? undefined : { is: "cookie", user: user.slice(0, 9) };
  const routing = options.routing === "none" ? undefined : (options.routing ?? cookie);
  return {
    profile: options.size === undefined ? profile : { ...profile, size: options.size },
    offered: options.offered ?? (password === "" ? ["tls"] : ["tls", "credssp", "credsspEx"]),
    ...(routing === undefined ? {} : { routing }),
    ...(correlationId === undefined ? {} : { correlationId }),
    user,
    domain: options.domain ?? "",
    password,
    autoLogon: options.autoLogon ?? password !== "",
    ...(autoReconnect === undefined ? {} : { autoReconnect }),
    clientAddress: "",
    licensing: { clientRandom: random(32), encryptedPremasterSecret: random(72) },
  };
}
