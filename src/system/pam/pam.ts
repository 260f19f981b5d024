import koffi from "koffi";
import { libc } from "../native/libc.ts";

/** What a PAM module says or asks. Styles as in pam_conv(3). */
export type PamMessage =
  | { readonly is: "prompt"; readonly style: "secret" | "visible"; readonly text: string }
  | { readonly is: "notice"; readonly style: "information" | "error"; readonly text: string };

/**
 * Answers a prompt; undefined ends the conversation (the call then fails with PAM_CONV_ERR). What it gives to a notice
 * is ignored.
 */
export type PamConversation = (message: PamMessage) => string | undefined;

/** The return value of one PAM function; 0 is PAM_SUCCESS. */
export interface PamStep {
  /** "pam_authenticate". */
  readonly step: string;
  readonly returned: number;
  /** pam_strerror. */
  readonly detail: string;
}

/** One PAM transaction (pam_start … pam_end). Calls block the whole process, as long as the modules like. */
export class Pam {
  readonly #handle: bigint;
  readonly #callback: bigint;
  // Read by libpam until pam_end.
  readonly #conversation: Buffer;
  #last = 0;
  #open = true;

  /** Throws when libpam itself fails, e.g. since there is no such library. */
  constructor(service: string, user: string, converse: PamConversation) {
    this.#callback = koffi.register((count: number, messages: bigint, answers: bigint) => {
      return conversationCall(count, messages, answers, converse);
    }, koffi.pointer(conversationType));
    this.#conversation = Buffer.alloc(16);
    this.#conversation.writeBigUInt64LE(this.#callback);
    const handle = Buffer.alloc(8);
    const returned: number = library.pam_start(service, user, this.#conversation, handle);
    if (returned !== PAM_SUCCESS) {
      koffi.unregister(this.#callback);
      throw new Error(`pam_start: PAM error ${returned}`);
    }
    this.#handle = handle.readBigUInt64LE();
  }

  setItem(item: keyof typeof items, value: string): PamStep {
    return this.#step("pam_set_item", library.pam_set_item_text(this.#handle, items[item], value));
  }

  /** What modules left there; undefined when nobody did. */
  item(item: keyof typeof items): string | undefined {
    const target = Buffer.alloc(8);
    if (library.pam_get_item(this.#handle, items[item], target) !== PAM_SUCCESS) return undefined;
    const pointer = target.readBigUInt64LE();
    return pointer === 0n ? undefined : koffi.decode.string(pointer);
  }

  authenticate(): PamStep {
    return this.#step("pam_authenticate", library.pam_authenticate(this.#handle, 0));
  }

  checkAccount(): PamStep {
    return this.#step("pam_acct_mgmt", library.pam_acct_mgmt(this.#handle, 0));
  }

  establishCredentials(): PamStep {
    return this.#step("pam_setcred", library.pam_setcred(this.#handle, PAM_ESTABLISH_CRED));
  }

  deleteCredentials(): PamStep {
    return this.#step("pam_setcred", library.pam_setcred(this.#handle, PAM_DELETE_CRED));
  }

  openSession(): PamStep {
    return this.#step("pam_open_session", library.pam_open_session(this.#handle, 0));
  }

  closeSession(): PamStep {
    return this.#step("pam_close_session", library.pam_close_session(this.#handle, 0));
  }

  /** "NAME=value", for the modules to see. */
  putEnvironment(name: string, value: string): PamStep {
    return this.#step("pam_putenv", library.pam_putenv(this.#handle, `${name}=${value}`));
  }

  /** What the modules want in the environment of the session. */
  environment(): Readonly<Record<string, string>> {
    const list: bigint = library.pam_getenvlist(this.#handle);
    if (list === 0n || list === null) return {};
    const environment: Record<string, string> = {};
    for (let index = 0; ; index++) {
      const entry: bigint | null = koffi.decode(list, index * 8, "void *");
      if (entry === null || entry === 0n) break;
      const text = koffi.decode.string(entry);
      const equals = text.indexOf("=");
      if (0 < equals) environment[text.slice(0, equals)] = text.slice(equals + 1);
      free(entry);
    }
    free(list);
    return environment;
  }

  /** Ends the transaction; nothing may be called afterwards. */
  end(): void {
    if (!this.#open) return;
    this.#open = false;
    library.pam_end(this.#handle, this.#last);
    koffi.unregister(this.#callback);
  }

  #step(step: string, returned: number): PamStep {
    this.#last = returned;
    return { step, returned, detail: library.pam_strerror(this.#handle, returned) };
  }
}

function conversationCall(count: number, messages: bigint, answers: bigint, converse: PamConversation): number {
  if (!(0 < count && count <= PAM_MAX_NUM_MSG)) return PAM_CONV_ERR;
  const replies: (string | undefined)[] = [];
  for (let index = 0; index < count; index++) {
    const message: bigint = koffi.decode(messages, index * 8, "void *");
    const said = messageOf(koffi.decode.int(message), koffi.decode(message, 8, "char *"));
    const reply = converse(said);
    if (said.is === "prompt" && reply === undefined) return PAM_CONV_ERR;
    replies.push(said.is === "prompt" ? reply : undefined);
  }
  // libpam and the modules free both the array and the texts.
  const array: bigint = calloc(count, 16);
  for (const [index, reply] of replies.entries()) {
    if (reply !== undefined) koffi.encode(array, index * 16, "void *", strdup(reply));
  }
  koffi.encode(answers, "void *", array);
  return PAM_SUCCESS;
}

function messageOf(style: number, text: string | null): PamMessage {
  const words = text ?? "";
  if (style === 1) return { is: "prompt", style: "secret", text: words };
  if (style === 2) return { is: "prompt", style: "visible", text: words };
  return { is: "notice", style: style === 3 ? "error" : "information", text: words };
}

const libpam = koffi.load("libpam.so.0");
const library = {
  pam_start: libpam.func("int pam_start(str, str, void *, void *)"),
  pam_end: libpam.func("int pam_end(void *, int)"),
  pam_set_item_text: libpam.func("pam_set_item", "int", ["void *", "int", "str"]),
  pam_get_item: libpam.func("int pam_get_item(void *, int, void *)"),
  pam_authenticate: libpam.func("int pam_authenticate(void *, int)"),
  pam_acct_mgmt: libpam.func("int pam_acct_mgmt(void *, int)"),
  pam_setcred: libpam.func("int pam_setcred(void *, int)"),
  pam_open_session: libpam.func("int pam_open_session(void *, int)"),
  pam_close_session: libpam.func("int pam_close_session(void *, int)"),
  pam_putenv: libpam.func("int pam_putenv(void *, str)"),
  pam_getenvlist: libpam.func("void *pam_getenvlist(void *)"),
  pam_strerror: libpam.func("const char *pam_strerror(void *, int)"),
};
const calloc = libc.func("void *calloc(size_t, size_t)");
const strdup = libc.func("void *strdup(str)");
const free = libc.func("void free(void *)");
const conversationType = koffi.proto("int PamConversation(int, void *, void *, void *)");

const PAM_SUCCESS = 0;
const PAM_CONV_ERR = 19;
const PAM_MAX_NUM_MSG = 32;
const PAM_ESTABLISH_CRED = 0x2;
const PAM_DELETE_CRED = 0x4;
const items = { user: 2, terminal: 3, remoteHost: 4, xDisplay: 11 } as const;
