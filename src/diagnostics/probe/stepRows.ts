import type { ConnectionConfirm } from "#protocol/framing/x224.ts";
import type { DesktopRun } from "./desktopRun.ts";
import { addressWords, failureWords } from "./failureWords.ts";
import type { Knock } from "./knock.ts";
import type { ProbeFailure } from "./probeFailure.ts";
import { probeSteps, type Fact, type ProbeStep, type ProbeStepName, type StepOutcome } from "./probeReport.ts";

/** Everything that was found out about one host's way to a desktop. */
export interface Journey {
  readonly port: number;
  readonly addresses: readonly string[];
  /** Of the name; undefined when it was an address. */
  readonly nameMs: number | undefined;
  readonly knock: Knock | undefined;
  /** Absent: it went no further than the knock. */
  readonly run: DesktopRun | undefined;
  readonly certificate: readonly Fact[];
  readonly user: string;
  readonly until: "signIn" | "firstFrame";
}

/** How long each step took: of the longest connection there was. */
export function stepTimes({ nameMs, knock, run }: Journey): Readonly<Partial<Record<ProbeStepName, number>>> {
  const name = nameMs === undefined ? {} : { name: nameMs };
  return { ...name, ...knock?.times, ...run?.times };
}

/** Why it went no further; undefined: it went as far as it was asked to. */
export function failureOf({ knock, run }: Journey): ProbeFailure | undefined {
  if (run !== undefined) return run.failure;
  const failure = knock?.failure;
  if (failure !== undefined) return failure;
  const confirm = knock?.confirm;
  if (confirm?.is === "failed") return { is: "negotiationRefused", step: "negotiation", failure: confirm.failure };
  if (confirm?.is === "confirmed" || (confirm?.is === "negotiated" && confirm.selectedProtocol === "rdp")) {
    return { is: "onlyRdpSecurity", step: "negotiation" };
  }
  return undefined;
}

/** Every step with its time and outcome, in words. */
export function stepRows(journey: Journey): readonly ProbeStep[] {
  const times = stepTimes(journey);
  const failure = failureOf(journey);
  const failedAt = failure === undefined ? probeSteps.length : probeSteps.indexOf(failure.step);
  return probeSteps.map((step, index) => {
    const ms = times[step] === undefined ? null : Math.round(times[step] * 100) / 100;
    if (failure !== undefined && index === failedAt) {
      return { step, outcome: "failed", ms, ...failureWords(failure, journey.port) };
    }
    if (failedAt < index) return { step, outcome: "notReached", ms: null, says: "", remedy: null };
    return { step, ms, remedy: null, ...goodWords(step, journey) };
  });
}

type Said = { readonly outcome: StepOutcome; readonly says: string; readonly remedy?: string };

function goodWords(step: ProbeStepName, journey: Journey): Said {
  const { knock, run } = journey;
  switch (step) {
    case "name":
      return ok(journey.nameMs === undefined ? "an address was given" : journey.addresses.join(", "));
    case "tcp":
      return tcpWords(journey);
    case "negotiation":
      return ok(chosenWords(knock?.confirm));
    case "tls":
      return tlsWords(journey);
    case "nla":
      return nlaWords(journey);
    case "firstFrame":
      return frameWords(journey);
    case "signIn":
      return signInWords(journey);
    default:
      return run === undefined ? notAsked(journey) : sequenceWords(step, journey, run);
  }
}

function tcpWords({ knock, run, port }: Journey): Said {
  const address = run?.address ?? knock?.address ?? "";
  const passed = run?.passed ?? knock?.passed ?? [];
  const where = `${address.includes(":") ? `[${address}]` : address}:${port}`;
  if (passed.length === 0) return ok(where);
  const others = passed.map((one) => `${one.address}: ${addressWords(one)}`).join("; ");
  return {
    outcome: "warning",
    says: `${where}; tried before in vain: ${others}`,
    remedy: "Clients wait for these addresses first: take them out of DNS, or mend the way to them.",
  };
}

function chosenWords(confirm: ConnectionConfirm | undefined): string {
  if (confirm?.is !== "negotiated") return "";
  const { selectedProtocol } = confirm;
  switch (selectedProtocol) {
    case "credsspEx":
      return "the server chooses TLS with NLA (HYBRID_EX)";
    case "credssp":
      return "the server chooses TLS with NLA (HYBRID)";
    case "tls":
      return "the server chooses TLS without NLA";
    default:
      return `the server chooses ${typeof selectedProtocol === "string" ? selectedProtocol : selectedProtocol.unknown}`;
  }
}

function tlsWords({ knock, certificate }: Journey): Said {
  if (knock?.tls === undefined) return left("");
  const says = `${knock.tls.version}, ${knock.tls.cipher}`;
  const warned = certificate.filter(({ warning }) => warning !== undefined).map(({ label }) => label.toLowerCase());
  if (warned.length === 0) return ok(says);
  return { outcome: "warning", says: `${says}; of the certificate: ${warned.join(", ")}` };
}

function nlaWords({ knock, run, user }: Journey): Said {
  if (run?.nlaDone === true) return ok(`the host has taken the password of ${user}`);
  if (run !== undefined && user !== "") return left("the server does without NLA");
  if (knock?.challenge === undefined)
    return left(knock?.confirm?.is === "negotiated" ? "the server does without NLA" : "");
  return ok("the server asks for a proof of the password; none was given");
}

function sequenceWords(step: ProbeStepName, journey: Journey, run: DesktopRun): Said {
  if (run.times[step] === undefined) return notAsked(journey);
  switch (step) {
    case "conference":
      return ok(`RDP ${versionOf(run)}`);
    case "channels":
      return ok(`${run.joined?.channels.length ?? 0} of ours made`);
    case "licensing":
      return ok(
        run.licensedAs === undefined ? "no licence needed" : `a licence request (${run.licensedAs}), and let in`,
      );
    case "capabilities":
      return ok(`${run.capable?.capabilities.sets.length ?? 0} sets`);
    default:
      return ok("");
  }
}

function frameWords({ run, until, user, knock }: Journey): Said {
  const frame = run?.frame;
  if (frame === undefined) return run?.times.firstFrame === undefined ? notAsked({ until, user, knock }) : ok("");
  const size = `${frame.width} by ${frame.height}`;
  const undecoded = frame.undecoded.length === 0 ? "" : `; drawn also by ${frame.undecoded.join(", ")}, not shown here`;
  if (frame.oneColor === undefined || frame.undecoded.length !== 0) return ok(size + undecoded);
  const color = frame.oneColor === "000000" ? "black" : `one colour (#${frame.oneColor})`;
  return {
    outcome: "warning",
    says: `${size}, all of it ${color}`,
    remedy: "A desktop that has just begun may still draw: look again with --screenshot, or into the session's log.",
  };
}

function signInWords({ user, run, until }: Journey): Said {
  if (user === "") return left("no user given (--user)");
  if (run === undefined) return left("");
  if (run.signInError !== undefined) {
    return {
      outcome: "failed",
      says: `the server shows a message instead of the desktop (${run.signInError})`,
      remedy: "Look at it: --screenshot FILE.",
    };
  }
  if (run.signedIn) return ok(`${user} is in a session`);
  if (run.nlaDone) return ok(until === "signIn" ? `${user} may come in` : `${user} has been let in by NLA`);
  return {
    outcome: "warning",
    says: `the server does not say whether ${user} is in`,
    remedy: "Without NLA the picture alone shows it: --screenshot FILE.",
  };
}

function versionOf(run: DesktopRun): string {
  const version = run.joined?.server.serverCore.version;
  return typeof version === "string" ? version : `0x${(version?.unknown ?? 0).toString(16)}`;
}

function notAsked({ until, user, knock }: Pick<Journey, "until" | "user" | "knock">): Said {
  if (until === "signIn" && user !== "") return left("only the sign-in was asked for");
  return left(knock?.challenge === undefined ? "" : "needs a user (--user)");
}

function ok(says: string): Said {
  return { outcome: "ok", says };
}

function left(says: string): Said {
  return { outcome: "left", says };
}
