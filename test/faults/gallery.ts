/** A fault that a host can have, as it shows itself, and what the product says of it. `…` stands for anything. */
export interface Fault {
  /** What people see or tell. */
  readonly symptom: string;
  /** What is wrong. */
  readonly planted: string;
  readonly says: readonly Says[];
  /** What to do. */
  readonly remedy: string;
}

/** What must be in a command's answer. */
export interface Says {
  readonly by: Command;
  readonly that: string;
}

export type Command = "explain" | "doctor" | "leaks" | "test signin" | "probe" | "events";

/**
 * Every fault of the gallery; `docs/operate/faults.md` is made of them, and each is provoked for real in this folder.
 */
export const gallery = {
  pamHangs: {
    symptom: "“Signing in …” stands for a minute, then the sign-in fails.",
    planted: "a module of the sign-in rules (PAM) that does not come back",
    says: [
      {
        by: "explain",
        that: "pam_authenticate: no answer within … s; it waits in pam_exec.so for /bin/sleep … Cause the rules in /etc/pam.d/…:2 …",
      },
      {
        by: "doctor",
        that: "refusals: … it waits in pam_exec.so for /bin/sleep … Look at the rules in /etc/pam.d/…:2",
      },
      {
        by: "test signin",
        that: "It is the host, not RDP: in the step PAM, … it waits in pam_exec.so for /bin/sleep …",
      },
    ],
    remedy: "Mend or remove the line of the file; how long PAM may take is the setting PamSeconds.",
  },
  pamDenies: {
    symptom: "“The account may not sign in here”, for everybody.",
    planted: "a module of the account rules (PAM) that denies",
    says: [
      { by: "explain", that: "HF-SIGN-05 … pam_acct_mgmt: … Cause the rules in /etc/pam.d/…:3" },
      { by: "doctor", that: "sign-in: /etc/pam.d/…:3 (pam_deny.so) refuses everybody the use of his account" },
      {
        by: "test signin",
        that: "It is the host, not RDP: in the step PAM, the host does not permit this user (pam_acct_mgmt: …",
      },
    ],
    remedy: "Mend or remove the line of the file.",
  },
  pamSessionHangs: {
    symptom: "The password is taken; then nothing comes for most of a minute.",
    planted: "a session module (PAM) that does not come back, as one that mounts a home folder",
    says: [
      {
        by: "explain",
        that: "HF-SESS-02 … PAM: it did not open the session within … s: it waits in pam_exec.so for /bin/sleep … Cause the rules in /etc/pam.d/…:3",
      },
      {
        by: "doctor",
        that: "refusals: … it waits in pam_exec.so for /bin/sleep … Look at the rules in /etc/pam.d/…:3",
      },
      {
        by: "test signin",
        that: "It is the host, not RDP: in the step session, PAM did not open the session within … s: it waits in pam_exec.so for /bin/sleep …",
      },
    ],
    remedy: "Mend what the module waits for, or remove the line of the file.",
  },
  pamSessionDenies: {
    symptom: "“The host refused to open a session”.",
    planted: "a session module (PAM) that denies",
    says: [
      { by: "explain", that: "HF-SESS-02 … pam_open_session said no to … Cause the rules in /etc/pam.d/…:3" },
      { by: "doctor", that: "sign-in: /etc/pam.d/…:3 (pam_deny.so) refuses everybody a session" },
      { by: "test signin", that: "It is the host, not RDP: in the step session, pam_open_session said no to …" },
    ],
    remedy: "Mend or remove the line of the file, or look at /etc/security/limits.conf.",
  },
} as const satisfies Readonly<Record<string, Fault>>;
export type FaultName = keyof typeof gallery;
