import { encode } from "#base/bytes/codec.ts";
import { DecodeError } from "#base/bytes/decodeError.ts";
import { Reader } from "#base/bytes/reader.ts";
import type { WireMessage } from "../../framing/messageSplitter.ts";
import { securityHeader } from "../../framing/securityHeader.ts";
import { readSendData } from "../../framing/sendData.ts";
import type { ClientBlocks } from "../../gcc/clientBlocks.ts";
import type { ServerSecurity } from "../../gcc/serverBlocks.ts";
import { decryptClientRandom, type RsaPrivateKey } from "../../security/standard/rsa.ts";
import { securityExchange } from "../../security/standard/securityExchange.ts";
import { serverCertificate, signedCertificate } from "../../security/standard/serverCertificate.ts";
import { deriveSessionKeys, type CipherStrength } from "../../security/standard/sessionKeys.ts";
import {
  refuse,
  step,
  type AcceptSettings,
  type AcceptStep,
  type Joined,
  type StandardSecurity,
} from "./acceptState.ts";

/**
 * MS-RDPBCGR 2.2.1.4.3, 5.3.2: what the client is told of encryption. Nothing above the wire under TLS; otherwise the
 * strongest cipher that it knows, for both directions. Undefined: it knows none but FIPS, or none at all.
 */
export function serverSecurity(
  { chosen, client }: Pick<Joined, "chosen" | "client">,
  settings: AcceptSettings,
): ServerSecurity | undefined {
  if (chosen !== "rdp") return { encryptionMethod: "none", encryptionLevel: "none" };
  const encryptionMethod = strengthFor(client);
  if (encryptionMethod === undefined) return undefined;
  const own = ours(settings);
  const publicKey = { exponent: publicExponent, modulus: keyFor(client, own).modulus };
  return {
    encryptionMethod,
    encryptionLevel: "clientCompatible",
    keyExchange: {
      serverRandom: own.serverRandom,
      serverCertificate: encode(serverCertificate, signedCertificate(publicKey)),
    },
  };
}

/** MS-RDPBCGR 3.3.5.3.10: the client's random, from which both sides have their keys. */
export function receiveSecurityExchange(joined: Joined, message: WireMessage, settings: AcceptSettings): AcceptStep {
  const at = "awaitingSecurityExchange";
  const sent = message.is === "tpkt" ? readSendData(message.bytes) : undefined;
  if (sent?.channelId !== joined.ioChannelId) return refuse({ code: "HF-WIRE-06", step: at, got: message.is });
  const reader = new Reader(sent.data);
  const { flags } = securityHeader.read(reader);
  if (!flags.includes("exchange")) return refuse({ code: "HF-WIRE-06", step: at, got: flags.join(" ") || "data" });
  const { encryptedClientRandom } = securityExchange.read(reader);
  const { client, ioChannelId, messageChannelId } = joined;
  const own = ours(settings);
  const clientRandom = decryptClientRandom(encryptedClientRandom, keyFor(client, own));
  const strength = strengthFor(client);
  if (clientRandom === undefined || strength === undefined) {
    throw new DecodeError(
      { is: "wrongValue", expected: "a random of 32 bytes under our key", got: "something else" },
      0,
    );
  }
  const keys = deriveSessionKeys({ client: clientRandom, server: own.serverRandom }, strength);
  return step(
    { at: "awaitingClientInfo", joined: { ...joined, clientRandom } },
    { do: "secure", keys, strength, ioChannelId, messageChannelId },
  );
}

/** Of all keys of ours. */
export const publicExponent = 65537;

function strengthFor({ clientSecurity }: ClientBlocks): CipherStrength | undefined {
  const known = [...(clientSecurity?.encryptionMethods ?? []), ...(clientSecurity?.extendedEncryptionMethods ?? [])];
  return strongestFirst.find((strength) => known.includes(strength));
}

/** MS-RDPBCGR 2.2.1.3.2: clients that do not say so take 512 bits only. */
function keyFor({ clientCore }: ClientBlocks, { keys }: StandardSecurity): RsaPrivateKey {
  return clientCore.earlyCapabilityFlags?.includes("strongAsymmetricKeys") === true ? keys.strong : keys.usual;
}

function ours({ standardSecurity }: AcceptSettings): StandardSecurity {
  if (standardSecurity === undefined) throw new Error("standard RDP security was chosen without a key");
  return standardSecurity;
}

const strongestFirst = ["bits128", "bits56", "bits40"] as const;
