import type { Milliseconds } from "#base/units.ts";
import { connectFailureText, type ConnectFailure } from "#protocol/sequences/connect/connectFailure.ts";

/** Why a client of ours ended, or never came to be. `at`: the state of the sequence. */
export type ClientFailure =
  | ConnectFailure
  /** No TCP connection. `code`: Node's, as ECONNREFUSED. */
  | { readonly is: "unreachable"; readonly code: string; readonly problem: string }
  | { readonly is: "timedOut"; readonly at: string; readonly after: Milliseconds }
  /** `destroy` or `close` was called. */
  | { readonly is: "closedHere" };

/** A client's end as an exception: from `connectClient` and `waitFor`. */
export class ClientFailed extends Error {
  readonly failure: ClientFailure;

  constructor(failure: ClientFailure) {
    super(clientFailureText(failure));
    this.name = "ClientFailed";
    this.failure = failure;
  }
}

/** The failure in one line, for people. */
export function clientFailureText(failure: ClientFailure): string {
  switch (failure.is) {
    case "unreachable":
      return `no connection: ${failure.problem}`;
    case "timedOut":
      return `nothing more came in ${failure.at} for ${Math.round(failure.after)} ms`;
    case "closedHere":
      return "the client closed the connection";
    default:
      return connectFailureText(failure);
  }
}
