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
  screensFull: {
    symptom: "“This host has no room for one more session”; who is there works on.",
    planted: "a full /dev/shm, where screens are",
    says: [
      { by: "explain", that: "HF-SEAT-04 … 0 MB are left in /dev/shm, where sessions have their sockets and screens" },
      { by: "doctor", that: "places: 0 MB are left in /dev/shm" },
      { by: "doctor", that: "room: … new sessions are refused" },
      { by: "doctor", that: "refusals: … HF-SEAT-04: 0 MB are left in /dev/shm" },
      {
        by: "test signin",
        that: "It is the host, not RDP: in the step X server, … it needs … MB in /dev/shm/… which has 0 MB",
      },
    ],
    remedy: "Make room there: df /dev/shm; holdfast leaks clean removes the screens of sessions that are gone.",
  },
  tmpFull: {
    symptom: "“Your desktop could not be started”.",
    planted: "a full /tmp, where X servers have their locks",
    says: [
      { by: "explain", that: "HF-SESS-01 … There is no room for the lock of an X server: /tmp is full" },
      { by: "doctor", that: "places: 0 MB are left in /tmp" },
      { by: "doctor", that: "refusals: … /tmp is full" },
      { by: "test signin", that: "It is the host, not RDP: in the step X server, … /tmp is full" },
    ],
    remedy: "Make room there: du -xh /tmp | sort -h | tail.",
  },
  processLimit: {
    symptom: "“The host refused to open a session”, for one user.",
    planted: "a limit of processes that the user has reached",
    says: [
      {
        by: "explain",
        that: "HF-SESS-02 … has … of the 10 processes that he may have (RLIMIT_NPROC, nproc); a session needs … more. Cause the rules in /etc/security/limits.conf",
      },
      { by: "doctor", that: "refusals: … of the 10 processes that he may have" },
      {
        by: "test signin",
        that: "It is the host, not RDP: in the step session, … of the 10 processes that he may have",
      },
    ],
    remedy: "Raise nproc in /etc/security/limits.conf, or end what runs as this user: ps -u NAME.",
  },
  descriptors: {
    symptom: "“This host has no room for one more session”, and the host is idle.",
    planted: "a service that may open too few files",
    says: [
      { by: "explain", that: "HF-SEAT-04 … more files can be opened; the last … are kept for the administrator" },
      { by: "doctor", that: "descriptors: the service may open only 140 files, and has … open: about … more clients" },
      { by: "doctor", that: "refusals: … more files can be opened" },
    ],
    remedy: "LimitNOFILE in the service's unit, or ulimit -n 20000 before it is started.",
  },
  managerExits: {
    symptom: "“Your desktop could not be started”, with a line of the desktop's own.",
    planted: "a window manager that exits at once",
    says: [
      {
        by: "explain",
        that: "HF-SESS-01 … The desktop …/startwm ended at once (exit code 3). … Its last lines no such theme",
      },
      { by: "doctor", that: "refusals: … ended at once (exit code 3)" },
      { by: "test signin", that: "It is the host, not RDP: … ended at once (exit code 3) | no such theme" },
    ],
    remedy: "Start it by hand as the user, and mend what it says; the choice is ~/.xsession, or the setting StartWm.",
  },
  policyForbids: {
    symptom: "“This account has no right to sign in remotely”.",
    planted: "a policy that forbids",
    says: [
      {
        by: "explain",
        that: "HF-SIGN-13 … Cause the setting SeRemoteInteractiveLogonRight (computer policy “lab”, …/holdfast.toml:…)",
      },
      {
        by: "doctor",
        that: "rights: SeRemoteInteractiveLogonRight (computer policy “lab”, …/holdfast.toml:…) lets in @sudo alone",
      },
      {
        by: "test signin",
        that: "It is a rule of Holdfast: in the step decision, HF-SIGN-13: … (the setting SeRemoteInteractiveLogonRight (computer policy “lab”",
      },
    ],
    remedy: "holdfast policy why SeRemoteInteractiveLogonRight USER; mend the line, then holdfast restart.",
  },
  certificateExpired: {
    symptom: "Clients warn of the certificate, or do not connect at all.",
    planted: "a certificate that has expired",
    says: [
      { by: "doctor", that: "certificate: expired on Feb 1 00:00:00 2025 GMT, … days ago" },
      { by: "probe", that: "certificate … 2025-02-01 … expired" },
    ],
    remedy: "Renew the file that the setting Certificate names; it is taken up at once.",
  },
  slowNames: {
    symptom: "ssh and sudo hang for seconds; programs start slowly.",
    planted: "a name server that answers after four seconds",
    says: [{ by: "doctor", that: "names: the name server 127.… has not answered within 1 s" }],
    remedy: "Mend the lines of /etc/resolv.conf. Holdfast's own sign-in asks no name server.",
  },
  clockSet: {
    symptom: "Certificates and tickets of other programs are refused; times in logs make no sense.",
    planted: "a clock that was set a day forward",
    says: [{ by: "doctor", that: "clock: it was set forward by 1.0 days since the service started, and says …" }],
    remedy: "timedatectl set-ntp true. Sessions, limits of time and tickets of Holdfast do not mind.",
  },
  leakingPrograms: {
    symptom: "The host grows slower from day to day; newcomers are refused in the afternoon.",
    planted: "programs in a session that leak memory, descriptors, processes, pixmaps and shared memory",
    says: [
      { by: "leaks", that: "The memory of leakMemory (process …) grew from … MB to … MB in … and goes on" },
      { by: "leaks", that: "The number of open descriptors of leakFiles (process …) grew from" },
      { by: "leaks", that: "The number of processes grew from" },
      { by: "leaks", that: "The memory that the X server holds in pixmaps of leakPixmaps (process …) grew from" },
      { by: "leaks", that: "The shared memory grew from" },
      { by: "leaks", that: "The number of System V shared memory segments grew from" },
    ],
    remedy: "Ask the user to close the program, or end it alone: the session goes on.",
  },
  orphans: {
    symptom: "Memory is taken, and nobody is signed in.",
    planted: "an X server whose session is gone, and the lock of one that is dead",
    says: [
      { by: "leaks", that: "The X server Xvfb (process …, display …) belongs to no session" },
      { by: "leaks", that: "The lock of an X display /tmp/.X…-lock belongs to no session" },
    ],
    remedy: "holdfast leaks clean; it touches nothing of a live session.",
  },
} as const satisfies Readonly<Record<string, Fault>>;
export type FaultName = keyof typeof gallery;
