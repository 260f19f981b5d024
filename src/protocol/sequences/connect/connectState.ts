import type { Size } from "#base/geometry.ts";
import type { Instant } from "#base/units.ts";
import type { Routing } from "../../framing/x224.ts";
import type { ConnectionConfirm } from "../../framing/x224.ts";
import type { SecurityProtocol } from "../../framing/negotiation.ts";
import type { WireMessage } from "../../framing/messageSplitter.ts";
import type { ServerBlocks } from "../../gcc/serverBlocks.ts";
import type { Capabilities } from "../../share/capabilities/capabilitySet.ts";
import type { LicensingMessage } from "../../licensing/licensing.ts";
import type { Heartbeat } from "../../share/message/messageChannel.ts";
import type { Update } from "../../share/output/graphicsUpdate.ts";
import type { PointerUpdate } from "../../share/pointer/pointerUpdate.ts";
import type { SetErrorInfo } from "../../share/session/status.ts";
import type { AutoReconnectCookie, SessionInfo } from "../../share/session/saveSessionInfo.ts";
import type { Redirection } from "../../share/session/serverRedirection.ts";
import type { ShareDataMessage } from "../../share/shareData.ts";
import type { ClientProfile } from "./clientProfile.ts";
import type { ConnectFailure } from "./connectFailure.ts";

/** What a client knows beforehand. */
export interface ConnectSettings {
  readonly profile: ClientProfile;
  /** The ways to secure the connection that are offered; "tls" and the two of CredSSP are spoken. */
  readonly offered: readonly SecurityProtocol[];
  /** For load balancers, and for hosts that choose by user. */
  readonly routing?: Routing;
  /** 16 bytes; the first is neither 0x00 nor 0xf4, and none is 0x0d. */
  readonly correlationId?: Uint8Array;
  /** `password`: sent when `autoLogon` says so. */
  readonly user: string;
  readonly domain: string;
  readonly password: string;
  /** Sign in with what is here; otherwise the server asks on its screen. */
  readonly autoLogon: boolean;
  /** From an earlier connection: back to its session without a password. */
  readonly autoReconnect?: AutoReconnectCookie;
  /** As the client sees itself. */
  readonly clientAddress: string;
  /** Random bytes for a server that goes through the motions of licensing. */
  readonly licensing: {
    /** 32. */
    readonly clientRandom: Uint8Array;
    /** Any number; stands for the encrypted secret. */
    readonly encryptedPremasterSecret: Uint8Array;
  };
}

/** How the wire is secured: TLS alone, or TLS and CredSSP in it. */
export type ChosenSecurity = "tls" | "credssp" | "credsspEx";

export interface Negotiated {
  readonly chosen: ChosenSecurity;
  /** What else the server said with its choice. */
  readonly flags: Extract<ConnectionConfirm, { readonly is: "negotiated" }>["flags"];
}

/** What both sides have agreed on up to the channels. */
export interface Joined extends Negotiated {
  readonly server: ServerBlocks;
  /** Given by the server; 0 before it has. */
  readonly userChannelId: number;
  readonly ioChannelId: number;
  /** Present when both sides take it. */
  readonly messageChannelId: number | undefined;
  /** The static channels that the server made, in our order. */
  readonly channels: readonly StaticChannel[];
  /** A bandwidth measurement that is under way. */
  readonly measurement: Measurement | undefined;
  /** The last Set Error Info that was not "none": why the server is about to go. */
  readonly lastError: SetErrorInfo["error"] | undefined;
}

export interface StaticChannel {
  readonly name: string;
  readonly id: number;
}

export interface Measurement {
  readonly since: Instant;
  /** Of all messages since then. */
  readonly byteCount: number;
}

/** … and up to the share. */
export interface Capable extends Joined {
  readonly shareId: number;
  /** The server's. */
  readonly capabilities: Capabilities;
  /** The desktop's, from the server. */
  readonly size: Size;
  /** The share was there before: a reactivation. */
  readonly again: boolean;
}

/** Where a client stands with its server. MS-RDPBCGR 1.3.1.1, in the order of its phases. */
export type ConnectState =
  /** 1: connection initiation. */
  | { readonly at: "awaitingConfirm" }
  | { readonly at: "awaitingTls"; readonly negotiated: Negotiated }
  | { readonly at: "awaitingNla"; readonly negotiated: Negotiated }
  /** 2: basic settings exchange. */
  | { readonly at: "awaitingConnectResponse"; readonly negotiated: Negotiated }
  /** 3: channel connection. */
  | { readonly at: "awaitingAttachConfirm"; readonly joined: Joined }
  | { readonly at: "joiningChannels"; readonly joined: Joined; readonly left: readonly number[] }
  /** 5 to 8: the client info is sent; measurements, licensing. */
  | { readonly at: "awaitingLicense"; readonly joined: Joined }
  /** 9: capabilities exchange; also after a deactivation. */
  | { readonly at: "awaitingDemandActive"; readonly joined: Joined; readonly again: boolean }
  /** 10: connection finalization. */
  | { readonly at: "finalizing"; readonly capable: Capable }
  | { readonly at: "active"; readonly capable: Capable }
  | { readonly at: "ended" };

export type ConnectEvent =
  /** `now`: when it came, for measurements that the server asks for. */
  | { readonly is: "message"; readonly message: WireMessage; readonly now: Instant }
  | { readonly is: "tlsReady" }
  /** CredSSP is over (see `nla.ts`, which has a sequence of its own between the two). */
  | { readonly is: "nlaDone" }
  /** The server closed the connection without a word. */
  | { readonly is: "closed" };

export type ConnectEffect =
  | { readonly do: "send"; readonly bytes: Uint8Array }
  | { readonly do: "startTls" }
  | { readonly do: "startNla"; readonly earlyUserAuthorization: boolean }
  /** What the server says about licences, for who watches: the answer goes out by itself. Lent. */
  | { readonly do: "licensing"; readonly message: LicensingMessage }
  /** Pictures may come, input may go; told again after each reactivation. */
  | { readonly do: "activate"; readonly capable: Capable; readonly again: boolean }
  /** The share is down: a Demand Active follows, or the end. */
  | { readonly do: "deactivated" }
  /** One whole fast-path message, for a FastPathReceiver; lent. */
  | { readonly do: "fastPathOutput"; readonly bytes: Uint8Array }
  /** The same in the slow path. */
  | { readonly do: "update"; readonly update: Update }
  | { readonly do: "pointer"; readonly pointer: PointerUpdate }
  /** One chunk of a static channel, header included; lent. */
  | { readonly do: "channelChunk"; readonly channel: StaticChannel; readonly chunk: Uint8Array }
  | { readonly do: "sessionInfo"; readonly info: SessionInfo }
  /** Why the server will go, or "none". */
  | { readonly do: "errorInfo"; readonly error: SetErrorInfo["error"] }
  | { readonly do: "heartbeat"; readonly heartbeat: Heartbeat }
  /** Anything else in the share: keyboard lamps, sounds, monitors, status … */
  | { readonly do: "told"; readonly message: ShareDataMessage }
  | { readonly do: "redirected"; readonly redirection: Redirection }
  /** The end; a server that goes in good order is a failure too, with what it said. */
  | { readonly do: "fail"; readonly failure: ConnectFailure };

export interface ConnectStep {
  readonly state: ConnectState;
  readonly effects: readonly ConnectEffect[];
}

export function step(state: ConnectState, ...effects: readonly ConnectEffect[]): ConnectStep {
  return { state, effects };
}

/** The end, with its reason. */
export function fail(failure: ConnectFailure): ConnectStep {
  return { state: { at: "ended" }, effects: [{ do: "fail", failure }] };
}
