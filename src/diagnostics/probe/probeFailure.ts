import type { Milliseconds } from "#base/units.ts";
import type { NegotiationFailure } from "#protocol/framing/negotiation.ts";
import type { ClientFailure } from "../client/clientFailed.ts";
import type { ProbeStepName } from "./probeReport.ts";

/** Why a probe got no further; `step` is the one in which it stood. */
export type ProbeFailure =
  /** `code`: of the resolver, as ENOTFOUND. */
  | { readonly is: "noName"; readonly step: "name"; readonly code: string }
  /** No TCP connection to any address. `code`: Node's, or "timeout". */
  | {
      readonly is: "unreachable";
      readonly step: "tcp";
      readonly tried: readonly UnreachableAddress[];
      readonly after: Milliseconds;
    }
  /** Nothing more came. `got`: bytes of an answer that began. */
  | { readonly is: "silent"; readonly step: ProbeStepName; readonly got: number; readonly after: Milliseconds }
  | { readonly is: "closed"; readonly step: ProbeStepName; readonly got: number; readonly reset: boolean }
  /** It speaks something else. `speaks`: as "SSH"; `words`: its first line, where it is text. */
  | { readonly is: "otherProtocol"; readonly step: ProbeStepName; readonly speaks: string; readonly words: string }
  /** Bytes that are no answer. `start`: the first of them, in hexadecimal. */
  | { readonly is: "garbage"; readonly step: ProbeStepName; readonly start: string; readonly problem: string }
  | {
      readonly is: "negotiationRefused";
      readonly step: "negotiation";
      readonly failure: NegotiationFailure["failure"];
    }
  /** The server wants RDP's own security, which is not spoken here. */
  | { readonly is: "onlyRdpSecurity"; readonly step: "negotiation" }
  | { readonly is: "tlsFailed"; readonly step: "tls"; readonly problem: string }
  /** Something that the connecting sequence found. */
  | { readonly is: "client"; readonly step: ProbeStepName; readonly failure: ClientFailure };

export interface UnreachableAddress {
  readonly address: string;
  readonly code: string;
}

/** A probe's end as an exception, caught where a connection of it begins. */
export class ProbeFailed extends Error {
  readonly failure: ProbeFailure;

  constructor(failure: ProbeFailure) {
    super(failure.is);
    this.name = "ProbeFailed";
    this.failure = failure;
  }
}
