import { ntStatuses, type NtStatus } from "#protocol/security/nla/ntStatus.ts";

export interface Words {
  readonly says: string;
  readonly remedy: string;
}

/** What a server's refusal of a sign-in means (NTSTATUS), and what to do; `isDenial`: it is about this user. */
export function statusWords(status: NtStatus | { readonly unknown: number }): Words & { readonly isDenial: boolean } {
  const code = typeof status === "string" ? ntStatuses[status] : status.unknown;
  const number = `0x${(code >>> 0).toString(16).padStart(8, "0")}`;
  const known = typeof status === "string" ? words[status] : undefined;
  if (known === undefined) {
    return {
      says: `the server refused it with the status ${number}${typeof status === "string" ? ` (${status})` : ""}`,
      remedy: "Look this status up among the NTSTATUS values, and into the server's security log.",
      isDenial: false,
    };
  }
  return {
    says: `${known[0]} (${number})`,
    remedy: known[1],
    isDenial: typeof status === "string" && denials.has(status),
  };
}

const words: Readonly<Partial<Record<NtStatus, readonly [says: string, remedy: string]>>> = {
  logonFailure: [
    "the user name or the password is wrong",
    "Check both, and the domain (DOMAIN\\NAME). On a Holdfast host the user may not be enrolled for NLA: holdfast user enroll.",
  ],
  securityLogonDenied: ["the user name or the password is wrong", "Check both, and the domain (DOMAIN\\NAME)."],
  noSuchUser: ["the server knows no such user", "Check the name and the domain (DOMAIN\\NAME)."],
  wrongPassword: ["the password is wrong", "Check the password."],
  accountDisabled: ["the account is disabled", "Have an administrator enable it."],
  accountExpired: ["the account has expired", "Have an administrator extend it."],
  accountLockedOut: [
    "the account is locked, after too many wrong passwords as a rule",
    "Wait until the lock ends, or have an administrator unlock it; find what still tries the old password.",
  ],
  accountRestriction: [
    "a policy forbids this account to sign in so",
    "Empty passwords and some accounts may not sign in over the network: look at the server's policies.",
  ],
  passwordExpired: ["the password has expired", "Change it at the console or by another way, then try again."],
  passwordMustChange: [
    "the password must be changed first",
    "Change it at the console or by another way, then try again.",
  ],
  invalidLogonHours: ["the user may not sign in at this time", "Try within the hours that the account allows."],
  invalidWorkstation: [
    "the user may not sign in from this computer",
    "Have the list of computers of the account changed.",
  ],
  logonTypeNotGranted: [
    "the user has no right to sign in here remotely",
    "Put the user into the group that may (Remote Desktop Users, or what the server's policy names).",
  ],
  accessDenied: [
    "the user has no right to sign in here remotely",
    "Put the user into the group that may (Remote Desktop Users, or what the server's policy names).",
  ],
  noLogonServers: ["the server reaches no domain controller", "Look at the server's network and DNS."],
  trustedDomainFailure: ["the trust between the domains is broken", "Have the domains' trust repaired."],
  trustedRelationshipFailure: [
    "the server has lost its trust with the domain",
    "Join it to the domain anew, or reset its account.",
  ],
  timeDifference: [
    "the clocks are too far apart",
    "Set the clocks of this host, the server and the domain controller.",
  ],
  ntlmBlocked: ["the server forbids NTLM", "It wants Kerberos, which this probe does not speak."],
  badBindings: [
    "the TLS connection does not end at this server",
    "Something in between decrypts it: a proxy, or an attack. Compare the certificate's fingerprint at the server.",
  ],
  securityBadBindings: [
    "the TLS connection does not end at this server",
    "Something in between decrypts it: a proxy, or an attack. Compare the certificate's fingerprint at the server.",
  ],
  notSupported: [
    "the server takes no sign-in of this kind (NTLM)",
    "It may want Kerberos, which this probe does not speak.",
  ],
};

const denials: ReadonlySet<NtStatus> = new Set([
  "logonFailure",
  "securityLogonDenied",
  "noSuchUser",
  "wrongPassword",
  "accountDisabled",
  "accountExpired",
  "accountLockedOut",
  "accountRestriction",
  "passwordExpired",
  "passwordMustChange",
  "invalidLogonHours",
  "invalidWorkstation",
  "logonTypeNotGranted",
  "accessDenied",
]);
