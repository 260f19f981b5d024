import type { Milliseconds } from "#base/units.ts";

export type CallCause =
  | { readonly is: "deadline"; readonly after: Milliseconds }
  | { readonly is: "closed"; readonly why: string }
  /**
   * The other side answered no. `code` is its word: "handlerFailed" when it made a mistake, else what its CallRefused
   * says.
   */
  | { readonly is: "refused"; readonly code: string; readonly message: string }
  /** The reply was not what the contract says. */
  | { readonly is: "shape"; readonly message: string };

/** A call that got no reply of its contract. */
export class CallFailed extends Error {
  override readonly cause: CallCause;

  constructor(call: string, cause: CallCause) {
    super(`${call}: ${describe(cause)}`);
    this.name = "CallFailed";
    this.cause = cause;
  }
}

/** Thrown by a handler to answer no: the caller's CallFailed carries `code` and the message. */
export class CallRefused extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = "CallRefused";
    this.code = code;
  }
}

export interface SpokenVersions {
  readonly version: number;
  readonly oldest: number;
}

export type ConnectCause =
  /** `code` is the operating system's: "ENOENT", "ECONNREFUSED", "EACCES". */
  | { readonly is: "unreachable"; readonly code: string }
  | { readonly is: "closed"; readonly why: string }
  | { readonly is: "otherContract"; readonly name: string }
  | { readonly is: "incompatible"; readonly ours: SpokenVersions; readonly theirs: SpokenVersions };

/** Nobody who speaks this contract answers at the path. */
export class ConnectFailed extends Error {
  override readonly cause: ConnectCause;

  constructor(contract: string, path: string, cause: ConnectCause) {
    super(`no ${contract} at ${path}: ${describeConnect(contract, cause)}`);
    this.name = "ConnectFailed";
    this.cause = cause;
  }
}

function describe(cause: CallCause): string {
  switch (cause.is) {
    case "deadline":
      return `no answer within ${cause.after / 1000} s`;
    case "closed":
      return `the connection is closed: ${cause.why}`;
    case "refused":
      return `refused (${cause.code}): ${cause.message}`;
    case "shape":
      return `the answer does not fit the contract: ${cause.message}`;
  }
}

function describeConnect(contract: string, cause: ConnectCause): string {
  switch (cause.is) {
    case "unreachable":
      return cause.code;
    case "closed":
      return cause.why;
    case "otherContract":
      return `the other side speaks ${cause.name}`;
    case "incompatible":
      return `the other side speaks ${contract} ${spoken(cause.theirs)}, this one speaks ${spoken(cause.ours)}`;
  }
}

function spoken({ version, oldest }: SpokenVersions): string {
  return oldest < version ? `versions ${oldest}–${version}` : `version ${version}`;
}
