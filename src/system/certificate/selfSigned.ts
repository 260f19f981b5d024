import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { isIP, SocketAddress } from "node:net";
import { bits, boolean, integer, nothing, octets, oid, sequence, set, tagged, time, utf8, type Der } from "./der.ts";

export interface SelfSignedOptions {
  /** Host names and addresses that clients may use; the first is the subject. At least one. */
  readonly names: readonly string[];
  readonly from: Date;
  readonly until: Date;
  /** At least 8 fresh bytes. */
  readonly serial: Uint8Array;
}

export interface PemPair {
  readonly certificate: string;
  /** PKCS #8. */
  readonly key: string;
}

/**
 * A key of 2048 bits (clients from before 2010 know nothing else) and a certificate that it signed itself (RFC 5280).
 */
export function makeSelfSigned(options: SelfSignedOptions): PemPair {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const keyInfo = publicKey.export({ type: "spki", format: "der" });
  const signatureAlgorithm = sequence(oid("1.2.840.113549.1.1.11"), nothing);
  const name = sequence(set(sequence(oid("2.5.4.3"), utf8((options.names[0] ?? "localhost").slice(0, 64)))));
  const toSign = sequence(
    tagged(0, "constructed", integer(Uint8Array.of(2))),
    integer(options.serial),
    signatureAlgorithm,
    name,
    sequence(time(options.from), time(options.until)),
    name,
    keyInfo,
    tagged(3, "constructed", extensions(options.names, keyInfo)),
  );
  const signed = sequence(toSign, signatureAlgorithm, bits(sign("sha256", toSign, privateKey)));
  const base64 = Buffer.from(signed)
    .toString("base64")
    .match(/.{1,64}/gu)
    ?.join("\n");
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

function extensions(names: readonly string[], keyInfo: Uint8Array): Der {
  const keyId = createHash("sha1").update(keyInfo).digest();
  return sequence(
    extension("2.5.29.19", sequence(), { critical: true }),
    // digitalSignature and keyEncipherment: without the latter, old clients refuse the RSA key exchange.
    extension("2.5.29.15", Uint8Array.of(0x03, 0x02, 0x05, 0xa0), { critical: true }),
    extension("2.5.29.37", sequence(oid("1.3.6.1.5.5.7.3.1")), { critical: false }),
    extension("2.5.29.17", sequence(...names.map(subjectName)), { critical: false }),
    extension("2.5.29.14", octets(keyId), { critical: false }),
  );
}

function extension(id: string, value: Der, options: { readonly critical: boolean }): Der {
  return sequence(oid(id), ...(options.critical ? [boolean(true)] : []), octets(value));
}

/** dNSName or iPAddress (RFC 5280 4.2.1.6). */
function subjectName(name: string): Der {
  const family = isIP(name);
  if (family === 0) return tagged(2, "primitive", Buffer.from(name, "latin1"));
  if (family === 4) return tagged(7, "primitive", Uint8Array.from(name.split(".").map(Number)));
  return tagged(7, "primitive", ipv6Bytes(name));
}

function ipv6Bytes(address: string): Uint8Array {
  const plain = new SocketAddress({ address: address.replace(/%.*$/u, ""), family: "ipv6" }).address;
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/u.exec(plain);
  const groups =
    dotted === null ? plain : `${dotted[1]}${hexPair(dotted[2], dotted[3])}:${hexPair(dotted[4], dotted[5])}`;
  const [head = "", tail] = groups.split("::");
  const before = head === "" ? [] : head.split(":");
  const behind = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = Array<string>(8 - before.length - behind.length).fill("0");
  return Uint8Array.from(
    [...before, ...zeros, ...behind].flatMap((group) => [
      Number.parseInt(group, 16) >> 8,
      Number.parseInt(group, 16) & 0xff,
    ]),
  );
}

const hexPair = (high = "0", low = "0"): string => (Number(high) * 256 + Number(low)).toString(16);
