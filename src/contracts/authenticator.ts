import { boolean, integer, object, oneOf, optional, text, variants, type ShapeValue } from "#base/shape/shape.ts";

/** What an authenticator is told at its start: one JSON line on its standard input. */
export const authenticatorStartShape = object({
  pamService: text,
  user: text,
  /** PAM_RHOST: the client's address. */
  remoteHost: text,
  /** PAM_TTY, e.g. "rdp". */
  terminal: text,
  /** Given to the first prompt for a secret; absent: every prompt is asked. */
  password: optional(text),
  /** Who he is is known: asked is only whether his account may be used (pam_acct_mgmt, and passwd -l). */
  isAuthenticated: optional(boolean),
});
export type AuthenticatorStart = ShapeValue<typeof authenticatorStartShape>;

/** What it says, a JSON line each, on standard output. It ends after `result`. */
export const authenticatorSays = variants({
  prompt: object({ style: oneOf("secret", "visible"), text }),
  notice: object({ style: oneOf("information", "error"), text }),
  /** The PAM function that is called now: "pam_authenticate". */
  step: object({ step: text }),
  result: object({
    result: oneOf(
      "signedIn",
      "wrongCredentials",
      "accountExpired",
      "passwordExpired",
      "accountLocked",
      "notPermitted",
      "moduleFailed",
    ),
    /** The PAM function and its return value: "pam_authenticate 7". */
    step: text,
    returned: integer({ from: 0, to: 255 }),
    /** PAM's user name after the conversation, which modules may change. */
    user: text,
    /** pam_strerror and what modules said. */
    detail: text,
  }),
});
export type AuthenticatorSays = ShapeValue<typeof authenticatorSays>;

/** The answer to one prompt: a JSON line on standard input. */
export const authenticatorAnswerShape = object({ answer: text });
