import { number, object, optional, text } from "#base/shape/shape.ts";
import { entry } from "./entry.ts";

const who = object({ user: text });
/** Where a service of an older version has not told the rule. */
const usualRules = "/etc/pam.d/holdfast";

/** Who may sign in. */
export const signInRefusals = {
  "HF-SIGN-01": entry({
    facts: who,
    title: "The user name or the password is wrong",
    explain: (r) => `Nobody signs in as “${r.user}” with this password.`,
    culprit: (r) => ({ is: "account", name: r.user }),
    remedy: "Type both again; mind Caps Lock and the keyboard layout.",
    helpers: ["you"],
    tell: "ERRINFO_SERVER_DENIED_CONNECTION",
  }),
  "HF-SIGN-02": entry({
    facts: who,
    title: "The account has expired",
    explain: (r) => `The account “${r.user}” has passed its expiry date.`,
    culprit: (r) => ({ is: "account", name: r.user }),
    remedy: "The administrator can renew it: chage -E DATE USER.",
    helpers: ["administrator"],
    tell: "ERRINFO_SERVER_INSUFFICIENT_PRIVILEGES",
  }),
  "HF-SIGN-03": entry({
    facts: who,
    title: "The password has expired",
    explain: (r) => `The password of “${r.user}” has to be changed before the next sign-in.`,
    culprit: (r) => ({ is: "account", name: r.user }),
    remedy: "Change it at the host or by ssh (passwd), or ask the administrator.",
    helpers: ["you", "administrator"],
    tell: "ERRINFO_SERVER_FRESH_CREDENTIALS_REQUIRED",
  }),
  "HF-SIGN-04": entry({
    facts: who,
    title: "The account is locked",
    explain: (r) => `The account “${r.user}” is locked.`,
    culprit: (r) => ({ is: "account", name: r.user }),
    remedy: "The administrator can unlock it: passwd -u USER, or faillock --reset --user USER.",
    helpers: ["administrator"],
    tell: "ERRINFO_SERVER_INSUFFICIENT_PRIVILEGES",
  }),
  "HF-SIGN-05": entry({
    facts: object({ user: text, step: text, detail: text, rule: optional(text) }),
    title: "The account may not sign in here",
    explain: (r) => `The host's rules refuse “${r.user}” (${r.step}: ${r.detail}).`,
    culprit: (r) => ({ is: "file", name: r.rule ?? usualRules }),
    remedy:
      "The administrator finds the rule in the PAM file that is named above, in what it includes, and in /etc/security/.",
    helpers: ["administrator"],
    tell: "ERRINFO_SERVER_INSUFFICIENT_PRIVILEGES",
  }),
  "HF-SIGN-06": entry({
    facts: object({ step: text, detail: text, rule: optional(text) }),
    title: "The host's sign-in system failed",
    explain: (r) => `PAM gave no answer that counts (${r.step}: ${r.detail}).`,
    culprit: (r) => ({ is: "file", name: r.rule ?? usualRules }),
    remedy:
      "The administrator looks at the rule, and at what its module waits for; `holdfast test signin` at the console shows the same fault. How long it may take is the setting PamSeconds.",
    helpers: ["administrator"],
    tell: "ERRINFO_SERVER_DENIED_CONNECTION",
  }),
  "HF-SIGN-07": entry({
    facts: who,
    title: "The account is not enrolled for Network Level Authentication",
    explain: (r) => `This host requires NLA, which needs a stored key of the password; there is none for “${r.user}”.`,
    culprit: () => ({ is: "setting", name: "UserAuthentication" }),
    remedy: "The administrator can enrol the account: holdfast user enroll USER.",
    helpers: ["administrator"],
    tell: "ERRINFO_SERVER_FRESH_CREDENTIALS_REQUIRED",
  }),
  "HF-SIGN-08": entry({
    facts: object({ seconds: number }),
    title: "Nobody signed in",
    explain: (r) => `The sign-in screen stood for ${r.seconds} s without an answer.`,
    culprit: () => ({ is: "setting", name: "LogonSeconds" }),
    remedy: "Connect again when you are ready; the deadline is the setting LogonSeconds.",
    helpers: ["you"],
    tell: "ERRINFO_LOGON_TIMEOUT",
  }),
  "HF-SIGN-09": entry({
    facts: object({ detail: text }),
    title: "The credentials could not be used",
    explain: (r) => `The client sent credentials of a kind that this host cannot use: ${r.detail}.`,
    culprit: () => ({ is: "client", name: "the credentials that it sent" }),
    remedy: "Sign in with a user name and a password.",
    helpers: ["you"],
    tell: "ERRINFO_SERVER_FRESH_CREDENTIALS_REQUIRED",
  }),
  "HF-SIGN-10": entry({
    facts: object({}),
    title: "The sign-in was cancelled",
    explain: () => "“Cancel” was chosen on the sign-in screen.",
    culprit: () => ({ is: "person", name: "whoever sat at the client" }),
    remedy: "Connect again to sign in.",
    helpers: ["you"],
    tell: "ERRINFO_RPC_INITIATED_DISCONNECT_BYUSER",
  }),
  "HF-SIGN-11": entry({
    facts: object({ limit: number, waitedSeconds: number }),
    title: "Too many people are signing in at this moment",
    explain: (r) =>
      `${r.limit} sign-ins are under way on this host; this one waited ${r.waitedSeconds} s for its turn.`,
    culprit: () => ({ is: "setting", name: "SignInsAtOnce" }),
    remedy:
      "Try again in a minute. If it stays so, PAM is slow: the administrator compares with `login` at the console, and finds the limit in the setting SignInsAtOnce.",
    helpers: ["administrator"],
    tell: "ERRINFO_SERVER_DENIED_CONNECTION",
  }),
  "HF-SIGN-12": entry({
    facts: object({ user: text, rule: text, from: optional(text) }),
    title: "This account is denied remote sign-ins",
    explain: (r) =>
      r.rule === "*"
        ? `Nobody may sign in here now: SeDenyRemoteInteractiveLogonRight names everybody (*).`
        : `SeDenyRemoteInteractiveLogonRight names “${r.rule}”, which denies “${r.user}” the sign-in.`,
    culprit: (r) => ({ is: "setting", name: withPlace("SeDenyRemoteInteractiveLogonRight", r.from) }),
    remedy:
      "The administrator finds the line with `holdfast policy why SeDenyRemoteInteractiveLogonRight USER`. He himself comes in with /admin, unless it names him.",
    helpers: ["administrator"],
    tell: "ERRINFO_SERVER_INSUFFICIENT_PRIVILEGES",
  }),
  "HF-SIGN-13": entry({
    facts: object({ user: text, allowed: text, from: optional(text) }),
    title: "This account has no right to sign in remotely",
    explain: (r) => `SeRemoteInteractiveLogonRight allows ${r.allowed}; “${r.user}” is not among them.`,
    culprit: (r) => ({ is: "setting", name: withPlace("SeRemoteInteractiveLogonRight", r.from) }),
    remedy:
      "The administrator adds the user or a group of his, and finds the line with `holdfast policy why SeRemoteInteractiveLogonRight USER`. He himself comes in with /admin.",
    helpers: ["administrator"],
    tell: "ERRINFO_SERVER_INSUFFICIENT_PRIVILEGES",
  }),
};

/** `from`: "computer policy “Default”, /etc/holdfast/holdfast.toml:7". */
function withPlace(setting: string, from: string | undefined): string {
  return from === undefined ? setting : `${setting} (${from})`;
}
