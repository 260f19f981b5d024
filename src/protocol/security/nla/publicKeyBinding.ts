import { utf8Bytes } from "#base/bytes/text.ts";
import { sha256 } from "#base/hash/sha256.ts";
import { bindsByHash } from "./tsRequest.ts";

/** What ties a CredSSP exchange to its TLS channel. */
export interface PublicKeyBinding {
  /** The CredSSP version both sides speak. */
  readonly version: number;
  /** The content of SubjectPublicKeyInfo's subjectPublicKey, without its header: of an RSA key the RSAPublicKey. */
  readonly subjectPublicKey: Uint8Array;
  /** 32 bytes, from version 5 on. */
  readonly clientNonce: Uint8Array | undefined;
}

/** What `from` seals into pubKeyAuth; undefined when a nonce is needed and there is none. MS-CSSP 3.1.5 steps 3, 4. */
export function publicKeyProof(binding: PublicKeyBinding, from: "client" | "server"): Uint8Array | undefined {
  const { version, subjectPublicKey, clientNonce } = binding;
  if (bindsByHash(version)) {
    if (clientNonce?.length !== nonceBytes) return undefined;
    const direction = from === "client" ? "Client-To-Server" : "Server-To-Client";
    const magic = utf8Bytes(`CredSSP ${direction} Binding Hash\0`);
    return sha256(Uint8Array.of(...magic, ...clientNonce, ...subjectPublicKey));
  }
  const proof = Uint8Array.from(subjectPublicKey);
  if (from === "server") proof[0]! += 1;
  return proof;
}

const nonceBytes = 32;
