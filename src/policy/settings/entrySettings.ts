import { limits } from "#base/limits.ts";
import { boolean, converted, integer, listOf, optional, text } from "#base/shape/shape.ts";
import { parseListenAddress } from "../listenAddress.ts";
import { setting } from "../setting.ts";

const addresses = converted(listOf(text, { atMost: 16 }), (list) => {
  const wrong = list.find((each) => "problem" in parseListenAddress(each));
  if (wrong !== undefined)
    throw new RangeError(`a list of addresses such as 0.0.0.0:3389 or [::]:3389, not "${wrong}"`);
  return list;
});

/** Users, groups with @, or * for everybody. */
const principals = converted(listOf(text, { atMost: limits.policyPrincipals }), (names) => {
  const wrong = names.find((name) => !/^(?:\*|@?[^@*\s][^*\n]*)$/u.test(name));
  if (wrong !== undefined) throw new RangeError(`names of users, of groups with @ before them, or "*", not "${wrong}"`);
  return names;
});

/** How people come in. */
export const entrySettings = {
  Listen: setting({
    shape: addresses,
    fallback: ["0.0.0.0:3389"],
    windows: { name: "PortNumber", keys: ["RDPTCP"], translate: (port) => [`0.0.0.0:${port}`] },
    means: "Where RDP clients are awaited, as address:port; IPv6 in brackets.",
  }),
  Certificate: setting<string | undefined>({
    shape: optional(text),
    fallback: undefined,
    means: "PEM file with the host's certificate chain. Without it Holdfast makes one. Changes are taken up at once.",
  }),
  CertificateKey: setting<string | undefined>({
    shape: optional(text),
    fallback: undefined,
    means: "PEM file with the certificate's private key.",
  }),
  SecurityLayer: setting({
    shape: integer({ from: 0, to: 2 }),
    fallback: 2,
    windows: { keys: ["POL", "RDPTCP"], policy: "TS_SECURITY_LAYER_POLICY" },
    means:
      "0 and 1 also let in clients that know no TLS (RC4, broken since 2013: only for old thin clients on a closed network); 2 demands TLS.",
  }),
  UserAuthentication: setting({
    shape: integer({ from: 0, to: 1 }),
    fallback: 0,
    windows: { keys: ["POL", "RDPTCP"], policy: "TS_USER_AUTHENTICATION_POLICY" },
    means: "1 demands Network Level Authentication, and with it an enrolled account; 0 also offers the sign-in screen.",
  }),
  EnrollAfterSignIn: setting({
    shape: boolean,
    fallback: true,
    means: "Whether a sign-in by password enrols the account for NLA (its NT hash is kept, readable by root alone).",
  }),
  Administrators: setting({
    shape: text,
    fallback: "sudo",
    means: "The Unix group whose members may list, disconnect and end everybody's sessions. Root always may.",
  }),
  UnauthenticatedPerAddress: setting({
    shape: integer({ from: 1, to: 100_000 }),
    fallback: 50,
    means: "How many connections of one address may be before their sign-in at the same time; more wait.",
  }),
  UnauthenticatedInAll: setting({
    shape: integer({ from: 1, to: 100_000 }),
    fallback: 500,
    means: "The same for all addresses together.",
  }),
  SignInsAtOnce: setting({
    shape: integer({ from: 1, to: 1000 }),
    fallback: 32,
    means: "How many sign-ins PAM is asked for at the same time, a process each; more wait, for 12 s at most.",
  }),
  PamSeconds: setting({
    shape: integer({ from: 5, to: 90 }),
    fallback: 75,
    unit: "seconds",
    means:
      "How long the host's sign-in rules (PAM) may take, with the time in which people answer what they ask. Opening a session takes 40 s at most.",
  }),
  HandshakeStepSeconds: setting({
    shape: integer({ from: 1, to: 600 }),
    fallback: 15,
    unit: "seconds",
    means: "How long a client may be silent in one step before its sign-in, and how long a newcomer waits for a place.",
  }),
  LogonSeconds: setting({
    shape: integer({ from: 10, to: 3600 }),
    fallback: 120,
    unit: "seconds",
    means: "How long the sign-in screen stands without an answer.",
  }),
  PamService: setting({
    shape: text,
    fallback: "holdfast",
    means: "The file in /etc/pam.d that says how people sign in.",
  }),
  SeRemoteInteractiveLogonRight: setting<readonly string[] | undefined>({
    shape: optional(principals),
    fallback: undefined,
    means:
      'Who may sign in: names of users, of Unix groups with @ before them, or "*" for everybody. Without it everybody whom PAM lets in. The administrator\'s door (/admin) is open to administrators whatever stands here.',
  }),
  SeDenyRemoteInteractiveLogonRight: setting({
    shape: principals,
    fallback: [],
    means:
      "Who may not sign in, written in the same way; it counts before the right. At the administrator's door only the denial of an administrator by his own name counts.",
  }),
} as const;
