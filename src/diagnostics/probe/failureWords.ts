import type { NegotiationFailure } from "#protocol/framing/negotiation.ts";
import { connectFailureText } from "#protocol/sequences/connect/connectFailure.ts";
import { errorInfo, errorInfoText } from "#protocol/share/session/errorInfo.ts";
import type { SetErrorInfo } from "#protocol/share/session/status.ts";
import type { ClientFailure } from "../client/clientFailed.ts";
import type { ProbeFailure, UnreachableAddress } from "./probeFailure.ts";
import { stepLabels } from "./probeReport.ts";
import { statusWords, type Words } from "./statusWords.ts";

/** A failure as an administrator reads it, and what to do. `isDenial`: the host refused this user. */
export type FailureWords = Words & { readonly isDenial?: boolean };

export function failureWords(failure: ProbeFailure, port: number): FailureWords {
  switch (failure.is) {
    case "noName":
      return nameWords(failure.code);
    case "unreachable":
      return unreachableWords(failure.tried, port, seconds(failure.after));
    case "silent":
      return silentWords(failure, port);
    case "closed":
      return closedWords(failure, port);
    case "otherProtocol":
      return {
        says: `this is no RDP server: it speaks ${failure.speaks}${quoted(failure.words)}`,
        remedy: `Is ${port} the right port? RDP's own is 3389.`,
      };
    case "garbage":
      return {
        says: `the answer is not RDP: it begins with ${failure.start || "nothing"} (${failure.problem})`,
        remedy: `Is ${port} the right port? Otherwise something in between changes the bytes, or the server is broken.`,
      };
    case "negotiationRefused":
      return negotiationWords(failure.failure);
    case "onlyRdpSecurity":
      return {
        says: "the server knows RDP's own security (RC4) alone, which is not spoken here",
        remedy: "It can be decrypted by others. Switch TLS or NLA on at the server.",
      };
    case "tlsFailed":
      return {
        says: `the TLS handshake failed: ${failure.problem}`,
        remedy: "See below which TLS versions the server takes; this probe and current clients need TLS 1.2 or 1.3.",
      };
    case "client":
      return clientWords(failure.failure, port, stepLabels[failure.step]);
  }
}

/** The last Set Error Info of a server, for people. */
export function errorInfoWords(error: SetErrorInfo["error"]) {
  if (typeof error !== "string") return { code: error.unknown, name: null, meaning: errorInfoText(error) };
  const { code, name, meaning } = errorInfo[error];
  return { code, name: `ERRINFO_${name}`, meaning };
}

/** Why one address gave no connection, in a few words. */
export function addressWords({ code }: UnreachableAddress): string {
  return addressCodes[code] ?? code;
}

function nameWords(code: string): Words {
  if (code === "timeout" || code === "EAI_AGAIN") {
    return {
      says: "the name server does not answer",
      remedy: "Look at this host's DNS (/etc/resolv.conf), or give the address instead of the name.",
    };
  }
  return {
    says: `this host knows no address of that name (${code})`,
    remedy: "Check the spelling and the domain (getent hosts NAME), or give the address.",
  };
}

function unreachableWords(tried: readonly UnreachableAddress[], port: number, after: string): Words {
  const each = tried.map((one) => `${one.address}: ${addressWords(one)}`).join("; ");
  const codes = new Set(tried.map(({ code }) => code));
  if (codes.has("ECONNREFUSED")) {
    return {
      says: `nobody listens at port ${port} (${each})`,
      remedy: `Is the service started, and at this port? There: ss -ltn 'sport = :${port}'. A firewall that rejects looks the same.`,
    };
  }
  if (codes.has("timeout") || codes.has("ETIMEDOUT")) {
    return {
      says: `no answer from the host within ${after} (${each})`,
      remedy: "The host is off, or a firewall drops the packets: ping it, and look at the firewalls on the way.",
    };
  }
  return {
    says: `the host cannot be reached (${each})`,
    remedy: "Look at this host's network and routes: ip route get ADDRESS.",
  };
}

function silentWords({ step, got, after }: Extract<ProbeFailure, { readonly is: "silent" }>, port: number): Words {
  const waited = seconds(after);
  if (step === "negotiation" && got === 0) {
    return {
      says: `something takes connections at port ${port} and says nothing for ${waited}`,
      remedy:
        "Is it an RDP server? If so, it hangs: look at its log, or restart it. Proxies look so when what is behind them is away.",
    };
  }
  const begun = got === 0 ? "it does not answer" : `its answer stops after ${got} bytes`;
  return {
    says: `${begun}; waited ${waited} in this step (${stepLabels[step]})`,
    remedy:
      "The server hangs, or the network loses packets of some size (MTU): look at the server's log, and try from the host itself.",
  };
}

function closedWords({ step, got, reset }: Extract<ProbeFailure, { readonly is: "closed" }>, port: number): Words {
  const how = reset ? "reset" : "closed";
  if (step === "negotiation" && got === 0) {
    return {
      says: `the connection was ${how} without a word`,
      remedy: `Is it an RDP server (port ${port})? If so, it refuses this host: look at its log, its limits and its address rules.`,
    };
  }
  return {
    says: `the connection was ${how}${got === 0 ? "" : ` after ${got} bytes of an answer`}`,
    remedy: "Look at the server's log for this moment.",
  };
}

function negotiationWords(failure: NegotiationFailure["failure"]): Words {
  if (typeof failure !== "string") {
    return { says: `the server refuses with the code ${failure.unknown}`, remedy: "Look at the server's log." };
  }
  return { says: `${negotiationTexts[failure][0]} (${failure})`, remedy: negotiationTexts[failure][1] };
}

/** In one line, for the table of what is offered. */
export function negotiationText(failure: NegotiationFailure["failure"]): string {
  return negotiationWords(failure).says;
}

function clientWords(failure: ClientFailure, port: number, step: string): FailureWords {
  switch (failure.is) {
    case "negotiationFailed":
      return negotiationWords(failure.failure);
    case "tlsFailed":
      return failureWords({ is: "tlsFailed", step: "tls", problem: failure.problem }, port);
    case "nlaFailed":
      return nlaWords(failure.failure);
    case "licenseRefused":
      return {
        says: `the server gives no licence: ${failure.why}`,
        remedy: "Look at the server's licensing: grace period, licence server, licences left.",
      };
    case "endedByServer":
    case "closedByServer":
      if (failure.error !== undefined) return endWords(failure.error);
      return {
        says: `the server ended the connection (${step}) without a reason`,
        remedy: "Look at the server's log.",
      };
    case "timedOut":
      return {
        says: `nothing more came for ${seconds(failure.after)} (${step})`,
        remedy:
          "The server hangs, or starting the session takes long: give more time (--timeout), and look at its log.",
      };
    case "unreachable":
    case "closedHere":
      return { says: failure.is, remedy: "Try again." };
    default:
      return {
        says: connectFailureText(failure),
        remedy: "The server or something in between is broken: look at its log.",
      };
  }
}

function nlaWords(failure: Extract<ClientFailure, { readonly is: "nlaFailed" }>["failure"]): FailureWords {
  switch (failure.is) {
    case "refusedByPeer":
      return statusWords(failure.status);
    case "rejectedByPeer":
      return { ...statusWords("logonFailure"), says: "the server refused the sign-in without a reason" };
    case "accessDenied":
      return statusWords("accessDenied");
    case "publicKeyDiffers":
    case "channelBindingsDiffer":
      return statusWords("badBindings");
    case "ntlmNotOffered":
      return statusWords("notSupported");
    default:
      return {
        says: `Network Level Authentication went wrong: ${failure.is}`,
        remedy: "The server or something in between is broken: look at its log.",
      };
  }
}

function endWords(error: SetErrorInfo["error"]): FailureWords {
  const { code, name, meaning } = errorInfoWords(error);
  const isDenial = error === "serverInsufficientPrivileges" || error === "serverFreshCredentialsRequired";
  return {
    says: `the server ended it: ${meaning}${name === null ? "" : ` (${name}, 0x${code.toString(16)})`}`,
    remedy: "Its own log says more about this moment; on a Holdfast host it has a code with a remedy.",
    isDenial,
  };
}

function quoted(words: string): string {
  return words === "" ? "" : `, and says “${words}”`;
}

function seconds(after: number): string {
  return `${Math.round(after / 100) / 10} s`;
}

const addressCodes: Readonly<Record<string, string>> = {
  ECONNREFUSED: "refused",
  ETIMEDOUT: "no answer",
  timeout: "no answer",
  EHOSTUNREACH: "no way to this host",
  ENETUNREACH: "no way to this network",
  ECONNRESET: "reset",
  EACCES: "forbidden by this host's firewall",
  EPERM: "forbidden by this host's firewall",
};

const negotiationTexts: Readonly<Record<Extract<NegotiationFailure["failure"], string>, readonly [string, string]>> = {
  sslRequiredByServer: ["the server demands TLS", "Use a client that knows TLS."],
  sslNotAllowedByServer: [
    "the server takes no TLS",
    "It can be decrypted by others. Set its security layer to TLS or to negotiate.",
  ],
  sslCertificateNotOnServer: [
    "the server has no certificate for TLS",
    "Give it a certificate; its log says what is wrong with the one it has.",
  ],
  inconsistentFlags: ["the server finds the request contradictory", "Look at the server's log."],
  hybridRequiredByServer: ["the server demands Network Level Authentication", "Give a user: --user NAME."],
  sslWithUserAuthenticationRequiredByServer: [
    "the server demands TLS with a certificate of the client",
    "This probe has none: it cannot go further here.",
  ],
};
