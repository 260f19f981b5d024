import { libc } from "./libc.ts";

/**
 * Ends this process by SIGALRM when `seconds` have passed, even while it waits in a native call; 0 takes it back
 * (alarm(2)). For calls into foreign code that may never return.
 */
export const setAlarm = (seconds: number): void => void alarm(seconds);

const alarm = libc.func("uint alarm(uint)");
