/** A system call in which a thread may stand for long. */
export interface SystemCallWords {
  readonly waits: string;
  /** Its first argument is a descriptor. */
  readonly takesFile: boolean;
}

/** In words; undefined: it is no call that waits, or of a processor that is not known here. */
export function systemCallWords(number: number, processor: string = process.arch): SystemCallWords | undefined {
  const name = processor === "arm64" ? arm64[number] : processor === "x64" ? x64[number] : undefined;
  if (name === undefined) return undefined;
  return { waits: `${words[name]} (${name})`, takesFile: fileCalls.has(name) };
}

const words = {
  read: "waits for something to read",
  write: "waits for its writing to be taken",
  open: "waits for a file to be opened",
  poll: "waits for something to read",
  select: "waits for something to read",
  epoll_wait: "waits for events",
  ioctl: "waits for a device",
  pause: "waits for a signal",
  sigsuspend: "waits for a signal",
  sigtimedwait: "waits for a signal",
  nanosleep: "sleeps for a time",
  connect: "waits for a connection to be accepted",
  accept: "waits for somebody to connect",
  recvfrom: "waits for a message",
  recvmsg: "waits for a message",
  sendto: "waits for a message to be taken",
  sendmsg: "waits for a message to be taken",
  wait4: "waits for a child to end",
  waitid: "waits for a child to end",
  fcntl: "waits for a file's lock",
  flock: "waits for a file's lock",
  futex: "waits for a lock or another thread",
  semop: "waits for a semaphore",
  msgrcv: "waits for a message of System V",
  fsync: "waits for the disk",
  restart: "waits again after it was interrupted",
  io_uring: "waits for its orders to be done",
} as const;
type CallName = keyof typeof words;

const fileCalls: ReadonlySet<CallName> = new Set([
  "read",
  "write",
  "ioctl",
  "connect",
  "accept",
  "recvfrom",
  "recvmsg",
  "sendto",
  "sendmsg",
  "fcntl",
  "flock",
  "fsync",
]);

/** Linux, arch/x86/entry/syscalls/syscall_64.tbl. */
const x64: Readonly<Record<number, CallName>> = {
  0: "read",
  1: "write",
  2: "open",
  7: "poll",
  16: "ioctl",
  23: "select",
  34: "pause",
  35: "nanosleep",
  42: "connect",
  43: "accept",
  44: "sendto",
  45: "recvfrom",
  46: "sendmsg",
  47: "recvmsg",
  61: "wait4",
  65: "semop",
  70: "msgrcv",
  72: "fcntl",
  73: "flock",
  74: "fsync",
  128: "sigtimedwait",
  130: "sigsuspend",
  202: "futex",
  219: "restart",
  220: "semop",
  230: "nanosleep",
  232: "epoll_wait",
  247: "waitid",
  257: "open",
  270: "select",
  271: "poll",
  281: "epoll_wait",
  288: "accept",
  299: "recvmsg",
  426: "io_uring",
  441: "epoll_wait",
  449: "futex",
};

/** Linux, include/uapi/asm-generic/unistd.h. */
const arm64: Readonly<Record<number, CallName>> = {
  22: "epoll_wait",
  25: "fcntl",
  29: "ioctl",
  32: "flock",
  56: "open",
  63: "read",
  64: "write",
  72: "select",
  73: "poll",
  82: "fsync",
  95: "waitid",
  98: "futex",
  101: "nanosleep",
  115: "nanosleep",
  128: "restart",
  133: "sigsuspend",
  137: "sigtimedwait",
  188: "msgrcv",
  192: "semop",
  202: "accept",
  203: "connect",
  206: "sendto",
  207: "recvfrom",
  211: "sendmsg",
  212: "recvmsg",
  242: "accept",
  243: "recvmsg",
  260: "wait4",
  426: "io_uring",
  441: "epoll_wait",
  449: "futex",
};
