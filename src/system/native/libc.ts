import koffi from "koffi";

/** The C library of this process. Each file beside this one declares the few functions that it calls. */
export const libc = koffi.load("libc.so.6");
