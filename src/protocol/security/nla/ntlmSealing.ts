import { encode } from "#base/bytes/codec.ts";
import { equalBytes } from "#base/bytes/equalBytes.ts";
import { u32le } from "#base/bytes/numbers.ts";
import { utf8Bytes } from "#base/bytes/text.ts";
import { hmacMd5 } from "#base/hash/hmac.ts";
import { md5 } from "#base/hash/md5.ts";
import { Rc4 } from "#base/hash/rc4.ts";

/**
 * One direction of a signed and sealed NTLM session: keys, place in the key stream, number of the next message.
 * A value: sealing gives the next one and leaves this one as it was.
 */
export interface SealingState {
  readonly signKey: Uint8Array;
  readonly sealKey: Uint8Array;
  readonly cipher: Rc4;
  readonly sequence: number;
  /** NTLMSSP_NEGOTIATE_KEY_EXCH: the checksums are encrypted too. */
  readonly keyExchange: boolean;
}

export type Sealed = { readonly state: SealingState; readonly bytes: Uint8Array };

/** The start of a direction: SIGNKEY, SEALKEY with extended session security and 128 bits. MS-NLMP 3.4.5.2, 3.4.5.3. */
export function startSealing(
  exportedSessionKey: Uint8Array,
  options: { readonly from: "client" | "server"; readonly keyExchange: boolean },
): SealingState {
  const direction = options.from === "client" ? "client-to-server" : "server-to-client";
  const derived = (purpose: "signing" | "sealing") => {
    const magic = utf8Bytes(`session key to ${direction} ${purpose} key magic constant\0`);
    return md5(Uint8Array.of(...exportedSessionKey, ...magic));
  };
  const sealKey = derived("sealing");
  return {
    signKey: derived("signing"),
    sealKey,
    cipher: new Rc4(sealKey),
    sequence: 0,
    keyExchange: options.keyExchange,
  };
}

/** The signature (16 bytes) and the encrypted message behind it. MS-NLMP 3.4.3. */
export function seal(state: SealingState, message: Uint8Array): Sealed {
  const cipher = state.cipher.clone();
  const encrypted = cipher.apply(message);
  const signature = sign16(state, cipher, message);
  const bytes = new Uint8Array(signatureBytes + encrypted.length);
  bytes.set(signature);
  bytes.set(encrypted, signatureBytes);
  return { state: next(state, cipher), bytes };
}

/** The message of what seal() made on the other side; undefined when it was changed, repeated or left out. */
export function unseal(state: SealingState, bytes: Uint8Array): Sealed | undefined {
  const cipher = state.cipher.clone();
  const message = cipher.apply(bytes.subarray(signatureBytes));
  const signature = sign16(state, cipher, message);
  return equalBytes(signature, bytes.subarray(0, signatureBytes))
    ? { state: next(state, cipher), bytes: message }
    : undefined;
}

/** The signature alone, 16 bytes: MAC(). MS-NLMP 3.4.4.2. */
export function sign(state: SealingState, message: Uint8Array): Sealed {
  const cipher = state.cipher.clone();
  const bytes = sign16(state, cipher, message);
  return { state: next(state, cipher), bytes };
}

/** After SPNEGO's mechListMIC the key stream starts again; the numbers of the messages go on. MS-SPNG 3.3.5.1. */
export function restartCipher(state: SealingState): SealingState {
  return { ...state, cipher: new Rc4(state.sealKey) };
}

/** NTLMSSP_MESSAGE_SIGNATURE with extended session security. MS-NLMP 2.2.2.9.2. */
function sign16(state: SealingState, cipher: Rc4, message: Uint8Array): Uint8Array {
  const sequence = encode(u32le, state.sequence);
  const checksum = hmacMd5(state.signKey, sequence, message).subarray(0, 8);
  const signature = new Uint8Array(signatureBytes);
  signature[0] = 1;
  signature.set(state.keyExchange ? cipher.apply(checksum) : checksum, 4);
  signature.set(sequence, 12);
  return signature;
}

function next(state: SealingState, cipher: Rc4): SealingState {
  return { ...state, cipher, sequence: state.sequence + 1 };
}

const signatureBytes = 16;
