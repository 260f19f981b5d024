import { Pam, type PamConversation, type PamMessage, type PamStep } from "../pam/pam.ts";

export interface SignInOrder {
  readonly pamService: string;
  readonly user: string;
  readonly remoteHost: string;
  readonly terminal: string;
  /** For the first prompt for a secret. */
  readonly password?: string;
  /** Who he is is known: asked is only whether his account may be used. */
  readonly isAuthenticated?: boolean;
}

export interface SignInOutcome {
  readonly result:
    | "signedIn"
    | "wrongCredentials"
    | "accountExpired"
    | "passwordExpired"
    | "accountLocked"
    | "notPermitted"
    | "moduleFailed";
  readonly step: string;
  readonly returned: number;
  /** PAM's user name after the conversation. */
  readonly user: string;
  readonly detail: string;
}

export interface SignInOptions {
  /** Answers what the password does not, and hears the notices. */
  readonly converse: PamConversation;
  /**
   * Whether the user's password was locked by the administrator (passwd -l); asked only where the sign-in has failed,
   * or did without the password.
   */
  readonly isPasswordLocked: (user: string) => boolean;
  /** Told before each PAM function that may take long. */
  readonly begins?: (step: string) => void;
}

/**
 * Performs pam_authenticate, unless who he is is known, and pam_acct_mgmt. Blocks the whole process, as long as the
 * modules like.
 */
export function signIn(order: SignInOrder, options: SignInOptions): SignInOutcome {
  const notices: string[] = [];
  let password = order.password;
  const pam = new Pam(order.pamService, order.user, (message: PamMessage) => {
    if (message.is === "notice") notices.push(message.text.trim());
    if (message.is === "prompt" && message.style === "secret" && password !== undefined) {
      const answer = password;
      password = undefined;
      return answer;
    }
    return options.converse(message);
  });
  try {
    const last = conversation(pam, order, options.begins);
    const user = pam.item("user") ?? order.user;
    const asked = { step: last.step, returned: last.returned, user, detail: [last.detail, ...notices].join("; ") };
    const result = resultOf(last, notices, () => options.isPasswordLocked(user));
    // pam_acct_mgmt does not look at it.
    const locked = order.isAuthenticated === true && result === "signedIn" && options.isPasswordLocked(user);
    return { result: locked ? "accountLocked" : result, ...asked };
  } finally {
    pam.end();
  }
}

/** The step that failed, or the last one. */
function conversation(pam: Pam, order: SignInOrder, begins?: (step: string) => void): PamStep {
  const steps = [
    () => pam.setItem("remoteHost", order.remoteHost),
    () => pam.setItem("terminal", order.terminal),
    ...(order.isAuthenticated === true ? [] : [() => (begins?.("pam_authenticate"), pam.authenticate())]),
    () => (begins?.("pam_acct_mgmt"), pam.checkAccount()),
  ];
  let last: PamStep = { step: "pam_start", returned: 0, detail: "" };
  for (const step of steps) {
    last = step();
    if (last.returned !== 0) return last;
  }
  return last;
}

/**
 * What the modules said counts where the number does not: the usual stacks (Debian's common-account) hide pam_unix
 * behind pam_deny, and pam_faillock says of a locked account that the password is wrong.
 */
function resultOf(last: PamStep, notices: readonly string[], isPasswordLocked: () => boolean): SignInOutcome["result"] {
  const word = wordFor(last);
  const said = (pattern: RegExp): boolean => notices.some((notice) => pattern.test(notice));
  if (word === "notPermitted" && said(/account has expired/iu)) return "accountExpired";
  if (word === "wrongCredentials" && (said(/\blocked\b/iu) || isPasswordLocked())) return "accountLocked";
  return word;
}

function wordFor({ step, returned }: PamStep): SignInOutcome["result"] {
  if (returned === 0) return "signedIn";
  const inBoth = words.get(returned);
  if (inBoth !== undefined) return inBoth;
  if (step === "pam_authenticate") return wrongCredentials.has(returned) ? "wrongCredentials" : "moduleFailed";
  // The password was right: here a module says that this user, this host or this hour is not allowed.
  return step === "pam_acct_mgmt" && wrongCredentials.has(returned) ? "notPermitted" : "moduleFailed";
}

/** PAM_PERM_DENIED, PAM_NEW_AUTHTOK_REQD, PAM_ACCT_EXPIRED, PAM_AUTHTOK_EXPIRED. */
const words = new Map<number, SignInOutcome["result"]>([
  [6, "notPermitted"],
  [12, "passwordExpired"],
  [13, "accountExpired"],
  [27, "passwordExpired"],
]);
/** PAM_AUTH_ERR, PAM_CRED_INSUFFICIENT, PAM_USER_UNKNOWN, PAM_MAXTRIES. */
const wrongCredentials = new Set([7, 8, 10, 11]);
