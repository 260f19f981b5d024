import { decode, decodeStart } from "#base/bytes/codec.ts";
import { u64le } from "#base/bytes/numbers.ts";
import { utf16Text } from "#base/bytes/text.ts";
import type { WallTime } from "#base/units.ts";
import { avPairs, avText, avValue } from "#protocol/security/nla/avPairs.ts";
import { challengeMessage } from "#protocol/security/nla/ntlmMessages.ts";
import type { Fact } from "./probeReport.ts";

/** What an NTLM challenge says of the host that made it; absent: it does not say. MS-NLMP 2.2.1.2 */
export interface SeenChallenge {
  readonly target: string;
  readonly computer: string | undefined;
  readonly domain: string | undefined;
  readonly dnsComputer: string | undefined;
  readonly dnsDomain: string | undefined;
  readonly dnsTree: string | undefined;
  /** As "10.0.20348". */
  readonly version: string;
  /** How far the host's clock is ahead of ours, in milliseconds. */
  readonly clockAhead: number | undefined;
}

/** Reads a CHALLENGE_MESSAGE that has just come. Throws DecodeError. */
export function readChallenge(bytes: Uint8Array, now: WallTime): SeenChallenge {
  const { targetName, targetInfo, version } = decode(challengeMessage, bytes);
  const pairs = targetInfo.length === 0 ? [] : decodeStart(avPairs, targetInfo);
  const time = avValue(pairs, "timestamp");
  return {
    target: utf16Text(targetName),
    computer: avText(pairs, "computerName"),
    domain: avText(pairs, "domainName"),
    dnsComputer: avText(pairs, "dnsComputerName"),
    dnsDomain: avText(pairs, "dnsDomainName"),
    dnsTree: avText(pairs, "dnsTreeName"),
    version: version === undefined ? "" : `${version.major}.${version.minor}.${version.build}`,
    clockAhead: time === undefined ? undefined : Number(decodeStart(u64le, time) / 10_000n) - msTo1970 - now,
  };
}

/** The same for people. Kerberos, and codes that change by the minute, fail with a clock that is minutes off. */
export function challengeFacts(seen: SeenChallenge): readonly Fact[] {
  const { clockAhead } = seen;
  const facts: (Fact | undefined)[] = [
    fact("computer", "Computer", seen.computer),
    fact("dnsComputer", "Computer in DNS", seen.dnsComputer),
    fact("domain", "Domain", seen.domain),
    fact("dnsDomain", "Domain in DNS", seen.dnsDomain),
    fact("dnsTree", "Forest", seen.dnsTree),
    fact("version", "System version", seen.version.startsWith("0.0.") ? undefined : seen.version),
    clockAhead === undefined ? undefined : clockFact(clockAhead),
  ];
  return facts.filter((each) => each !== undefined);
}

function fact(key: string, label: string, value: string | undefined): Fact | undefined {
  return value === undefined || value === "" ? undefined : { key, label, value };
}

function clockFact(ahead: number): Fact {
  const seconds = Math.round(Math.abs(ahead) / 100) / 10;
  const value = seconds < 1 ? "as ours" : `${seconds} s ${0 < ahead ? "ahead of" : "behind"} ours`;
  const far = { warning: "more than five minutes apart: Kerberos and one-time codes will fail" };
  return { key: "clock", label: "Clock", value, ...(300 < seconds ? far : {}) };
}

/** From 1601, in milliseconds. */
const msTo1970 = 11_644_473_600_000;
