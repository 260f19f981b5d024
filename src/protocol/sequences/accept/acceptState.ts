import type { Rectangle, Size } from "#base/geometry.ts";
import type { Refusal } from "#refusals/refusal.ts";
import type { ClientInfo } from "../../clientInfo/clientInfo.ts";
import type { WireMessage } from "../../framing/messageSplitter.ts";
import type { ConnectionRequest } from "../../framing/x224.ts";
import type { ClientBlocks } from "../../gcc/clientBlocks.ts";
import type { Capabilities } from "../../share/capabilities/capabilitySet.ts";
import type { RsaPrivateKey } from "../../security/standard/rsa.ts";
import type { CipherStrength, SessionKeys } from "../../security/standard/sessionKeys.ts";
import type { InputEvent } from "../../share/input/inputEvent.ts";

/** What a host decides beforehand. */
export interface AcceptSettings {
  readonly nlaRequired: boolean;
  /** There is no place for this client: it is told so as soon as it has spoken. */
  readonly refusal: Refusal | undefined;
  /** Present: clients that know no TLS are let in, under standard RDP security. */
  readonly standardSecurity?: StandardSecurity;
}

/** What this side brings to standard RDP security. Public exponents are `publicExponent` of `standardSecurity.ts`. */
export interface StandardSecurity {
  /** 512 bits, which every client takes, and more for those that say they take it ("strongAsymmetricKeys"). */
  readonly keys: { readonly usual: RsaPrivateKey; readonly strong: RsaPrivateKey };
  /** 32 bytes, of this connection alone. */
  readonly serverRandom: Uint8Array;
}

/** How the wire is secured: standard RDP security, TLS alone, or TLS and CredSSP in it. */
export type ChosenSecurity = "rdp" | "tls" | "credssp" | "credsspEx";

/** What a client and this side have agreed on up to the channels. */
export interface Joined {
  readonly request: ConnectionRequest;
  readonly chosen: ChosenSecurity;
  readonly client: ClientBlocks;
  /** The client's user channel. */
  readonly userChannelId: number;
  readonly ioChannelId: number;
  /** Present when the client takes it. */
  readonly messageChannelId: number | undefined;
  /** The static channels, in the client's order. */
  readonly channels: readonly StaticChannel[];
  /** Under standard RDP security, from the Security Exchange on: 32 bytes, which auto-reconnect needs. */
  readonly clientRandom?: Uint8Array;
}

export interface StaticChannel {
  readonly name: string;
  readonly id: number;
}

/** … and up to who the client says it is. */
export interface Introduced extends Joined {
  readonly info: ClientInfo;
}

/** … and up to what it can do. */
export interface Capable extends Introduced {
  readonly capabilities: Capabilities;
  /** The desktop's size in the last Demand Active. */
  readonly size: Size;
}

/** Where a server stands with one client. MS-RDPBCGR 1.3.1.1, in the order of its phases. */
export type AcceptState =
  /** 1: connection initiation. */
  | { readonly at: "awaitingNegotiation" }
  | { readonly at: "choosingSecurity"; readonly request: ConnectionRequest }
  | { readonly at: "awaitingTls"; readonly request: ConnectionRequest; readonly chosen: ChosenSecurity }
  | { readonly at: "awaitingNla"; readonly request: ConnectionRequest; readonly chosen: ChosenSecurity }
  /** The client has delegated its password and goes on at once; the host is still making up its mind. */
  | { readonly at: "awaitingAdmission"; readonly request: ConnectionRequest; readonly chosen: ChosenSecurity }
  /** 2: basic settings exchange. */
  | { readonly at: "awaitingConnectInitial"; readonly request: ConnectionRequest; readonly chosen: ChosenSecurity }
  /** 3: channel connection. */
  | { readonly at: "awaitingErectDomain"; readonly joined: Joined }
  | { readonly at: "awaitingAttachUser"; readonly joined: Joined }
  | { readonly at: "joiningChannels"; readonly joined: Joined; readonly left: readonly number[] }
  /** 4: RDP security commencement, under standard RDP security alone. */
  | { readonly at: "awaitingSecurityExchange"; readonly joined: Joined }
  /** 5: secure settings exchange; 7, licensing, takes no answer. */
  | { readonly at: "awaitingClientInfo"; readonly joined: Joined }
  /** 9: capabilities exchange; also after a deactivation. */
  | { readonly at: "awaitingConfirmActive"; readonly introduced: Introduced; readonly size: Size }
  /** 10: connection finalization. */
  | { readonly at: "finalizing"; readonly capable: Capable }
  | { readonly at: "active"; readonly capable: Capable }
  | { readonly at: "ended" };

export type AcceptEvent =
  | { readonly is: "message"; readonly message: WireMessage }
  /** The answer to `askNlaOffer`. */
  | { readonly is: "nlaOffer"; readonly offered: boolean }
  | { readonly is: "tlsReady" }
  /** The last message of CredSSP has come (see `nla.ts`, which has a sequence of its own). */
  | { readonly is: "nlaOver" }
  /** The user may go on. */
  | { readonly is: "admitted" }
  /** The desktop takes another size: deactivation and reactivation. 1.3.1.3 */
  | { readonly is: "resize"; readonly size: Size };

export type AcceptEffect =
  | { readonly do: "send"; readonly bytes: Uint8Array }
  /** Whether NLA is offered to whom the cookie names. */
  | { readonly do: "askNlaOffer"; readonly cookie: string | undefined }
  | { readonly do: "startTls" }
  /** From here on all messages, both ways, go through a `SecuredWire`. */
  | {
      readonly do: "secure";
      readonly keys: SessionKeys;
      readonly strength: CipherStrength;
      readonly ioChannelId: number;
      readonly messageChannelId: number | undefined;
    }
  | { readonly do: "startNla" }
  /** The desktop may be shown; told again after each reactivation. */
  | { readonly do: "activate"; readonly capable: Capable }
  | { readonly do: "input"; readonly events: readonly InputEvent[] }
  /** One chunk of a static channel, header included. */
  | { readonly do: "channelChunk"; readonly channel: StaticChannel; readonly chunk: Uint8Array }
  | { readonly do: "messageChannel"; readonly data: Uint8Array }
  /** `area`: what the client still wants to see; undefined: nothing. */
  | { readonly do: "allowOutput"; readonly area: Rectangle | undefined }
  | { readonly do: "refresh"; readonly areas: readonly Rectangle[] }
  | { readonly do: "frameAcknowledged"; readonly frame: number }
  | { readonly do: "shutdownRequested" }
  /** The client ended the connection in good order. */
  | { readonly do: "clientLeft"; readonly how: string }
  | { readonly do: "refuse"; readonly refusal: Refusal };

export interface AcceptStep {
  readonly state: AcceptState;
  readonly effects: readonly AcceptEffect[];
}

export function step(state: AcceptState, ...effects: readonly AcceptEffect[]): AcceptStep {
  return { state, effects };
}

/** The end, with its reason. */
export function refuse(refusal: Refusal): AcceptStep {
  return { state: { at: "ended" }, effects: [{ do: "refuse", refusal }] };
}
