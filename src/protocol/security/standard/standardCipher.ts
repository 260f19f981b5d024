import { concatBytes } from "#base/bytes/concatBytes.ts";
import { equalBytes } from "#base/bytes/equalBytes.ts";
import { md5 } from "#base/hash/md5.ts";
import { Rc4 } from "#base/hash/rc4.ts";
import { sha1 } from "#base/hash/sha1.ts";
import { shortened, type CipherStrength } from "./sessionKeys.ts";

/** A message as it travels: the signature before it, of 8 bytes, and its encrypted bytes. */
export interface SealedMessage {
  readonly signature: Uint8Array;
  readonly encrypted: Uint8Array;
}

/**
 * One direction of one connection under standard RDP security: RC4 and a signature of the plain bytes, with a new key
 * every 4096 messages. It must meet all messages of its direction, in order. MS-RDPBCGR 5.3.6, 5.3.7.
 */
export class StandardCipher {
  readonly #macKey: Uint8Array;
  readonly #firstKey: Uint8Array;
  readonly #strength: CipherStrength;
  #key: Uint8Array;
  #rc4: Rc4;
  /** Messages since the last new key, and altogether. */
  #keyUses = 0;
  #messages = 0;

  /** `key`: that of this direction; see `sessionKeys.ts`. */
  constructor(key: Uint8Array, macKey: Uint8Array, strength: CipherStrength) {
    this.#firstKey = key;
    this.#key = key;
    this.#macKey = macKey;
    this.#strength = strength;
    this.#rc4 = new Rc4(key);
  }

  /** Encrypts and signs; `salted` where the security header says "saltedSignature". */
  seal(plain: Uint8Array, options: { readonly salted: boolean }): SealedMessage {
    this.#renewKey();
    const signature = this.#signature(plain, options.salted);
    this.#messages++;
    return { signature, encrypted: this.#rc4.apply(plain) };
  }

  /** The plain bytes; undefined when the signature is not theirs, after which the connection cannot go on. */
  open(message: SealedMessage, options: { readonly salted: boolean }): Uint8Array | undefined {
    this.#renewKey();
    const plain = this.#rc4.apply(message.encrypted);
    const signature = this.#signature(plain, options.salted);
    this.#messages++;
    return equalBytes(signature, message.signature) ? plain : undefined;
  }

  /** MS-RDPBCGR 5.3.7: the new key comes of the first and the last one. */
  #renewKey(): void {
    if (this.#keyUses < MESSAGES_PER_KEY) {
      this.#keyUses++;
      return;
    }
    const inner = sha1(concatBytes(this.#firstKey, pad1, this.#key));
    const hash = md5(concatBytes(this.#firstKey, pad2, inner)).subarray(0, this.#firstKey.length);
    this.#key = shortened(new Rc4(hash).apply(hash), this.#strength);
    this.#rc4 = new Rc4(this.#key);
    this.#keyUses = 1;
  }

  /** MS-RDPBCGR 5.3.6.1, and 5.3.6.1.1 for the salted one. */
  #signature(plain: Uint8Array, salted: boolean): Uint8Array {
    const count = salted ? u32leBytes(this.#messages) : nothing;
    const inner = sha1(concatBytes(this.#macKey, pad1, u32leBytes(plain.length), plain, count));
    return md5(concatBytes(this.#macKey, pad2, inner)).subarray(0, 8);
  }
}

function u32leBytes(value: number): Uint8Array {
  return Uint8Array.of(value, value >>> 8, value >>> 16, value >>> 24);
}

const MESSAGES_PER_KEY = 4096;
const nothing = new Uint8Array(0);
const pad1 = new Uint8Array(40).fill(0x36);
const pad2 = new Uint8Array(48).fill(0x5c);
